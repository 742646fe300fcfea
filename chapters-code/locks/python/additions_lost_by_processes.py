from multiprocessing import Barrier, Process, set_start_method
from multiprocessing.sharedctypes import RawValue

ADDITIONS = 500_000


def add(shared, start):
    start.wait()
    for _ in range(ADDITIONS):
        shared.value += 1


if __name__ == "__main__":
    set_start_method("fork")
    shared = RawValue("Q", 0)
    start = Barrier(2)
    first = Process(target=add, args=(shared, start))
    second = Process(target=add, args=(shared, start))
    first.start()
    second.start()
    first.join()
    second.join()
    print("all additions were counted:", shared.value == 2 * ADDITIONS)
