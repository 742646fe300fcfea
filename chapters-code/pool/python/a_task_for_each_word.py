import time
from multiprocessing import Pool, set_start_method
from pathlib import Path

TEXT = Path(__file__).parent.parent / "text" / "alice.txt"


def measure(word):
    return len(word)


if __name__ == "__main__":
    set_start_method("spawn")
    words = TEXT.read_text().split()
    print(len(words), "tasks")

    begun = time.perf_counter()
    characters = sum(map(measure, words))
    alone = time.perf_counter() - begun
    print("one process:", characters, "characters")

    begun = time.perf_counter()
    with Pool(2) as pool:
        characters = sum(pool.map(measure, words))
    with_pool = time.perf_counter() - begun
    print("pool of two:", characters, "characters")
    print("the pool was faster:", with_pool < alone)
