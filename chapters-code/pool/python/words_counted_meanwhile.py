import re
from multiprocessing import Pool, set_start_method
from pathlib import Path


def count_words(book):
    return len(book.split())


def longest_word(book):
    return max(re.findall("[a-zA-Z]+", book)[::-1], key=len)


if __name__ == "__main__":
    set_start_method("spawn")
    book = Path(__file__).parent.parent.joinpath("text/alice.txt").read_text()
    with Pool(2) as pool:
        count = pool.apply_async(count_words, (book,))
        longest = pool.apply_async(longest_word, (book,))
        print(len(book.splitlines()), "lines")
        print(count.get(), "words")
        print("the longest is", longest.get())
