import time
from multiprocessing import Pool, set_start_method
from pathlib import Path


def record(chapter):
    title = chapter.splitlines()[2].strip()
    quotes = chapter.count("`")
    time.sleep(0.0002 * quotes)  # the actor reads
    return title, quotes


if __name__ == "__main__":
    set_start_method("spawn")
    book = Path(__file__).parent.parent.joinpath("text/alice.txt").read_text()
    chapters = book.split("CHAPTER ")[1:]
    with Pool(2) as pool:
        for title, quotes in pool.imap_unordered(record, chapters):
            print(f"{title}: {quotes} quotes")
