import time
from multiprocessing import Pool, set_start_method
from pathlib import Path


def count_words(chapter):
    time.sleep(0.01)  # stands for more work
    return len(chapter.split())


def draw_cover():
    time.sleep(1.5)  # stands for drawing


if __name__ == "__main__":
    set_start_method("spawn")
    book = Path(__file__).parent.parent.joinpath("text/alice.txt").read_text()
    chapters = book.split("CHAPTER ")[1:]
    with Pool(2) as pool:
        counts = pool.map_async(count_words, chapters)
        draw_cover()
        print("front cover drawn, all counted:", counts.ready())
