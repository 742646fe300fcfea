from multiprocessing import Pool, set_start_method
from pathlib import Path

TEXT = Path(__file__).parent.parent / "text" / "alice.txt"


def count_words(chapter):
    return len(chapter.split())


if __name__ == "__main__":
    set_start_method("spawn")
    chapters = TEXT.read_text().split("CHAPTER ")[1:]
    with Pool(2) as pool:
        counts = pool.map(count_words, chapters)
    for chapter, words in enumerate(counts, start=1):
        print(f"chapter {chapter}: {words} words")
