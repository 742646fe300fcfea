import re
from collections import Counter
from multiprocessing import Pool, set_start_method
from pathlib import Path

ALICE = Path(__file__).parent.parent / "text" / "alice.txt"


def count_words(chapter):
    return Counter(re.findall("[a-z]+", chapter.lower()))


if __name__ == "__main__":
    set_start_method("spawn")
    chapters = ALICE.read_text().split("CHAPTER ")[1:]
    book = Counter()
    with Pool(2) as pool:
        for counts in pool.map(count_words, chapters):
            book.update(counts)
    for word, count in book.most_common(10):
        print(word, count)
