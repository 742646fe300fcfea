from multiprocessing import Pool, set_start_method
from pathlib import Path

TEXT = Path(__file__).parent.parent / "text" / "alice.txt"


def words_for_each(name, chapter):
    text = TEXT.read_text().split("CHAPTER ")[chapter]
    return len(text.split()) // text.count(name)


if __name__ == "__main__":
    set_start_method("spawn")
    wanted = [("Cat", 6), ("Hatter", 7), ("Queen", 10), ("Turtle", 9)]
    with Pool() as pool:
        try:
            for words in pool.starmap(words_for_each, wanted):
                print(f"every {words} words")
        except ZeroDivisionError as error:
            print("no results:", error)
