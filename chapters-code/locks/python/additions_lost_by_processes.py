from multiprocessing import Process, set_start_method
from multiprocessing.sharedctypes import RawValue

ADDITIONS = 500_000


def add(shared):
    for _ in range(ADDITIONS):
        shared.value += 1


if __name__ == "__main__":
    set_start_method("fork")
    shared = RawValue("Q", 0)
    first = Process(target=add, args=(shared,))
    second = Process(target=add, args=(shared,))
    first.start()
    second.start()
    first.join()
    second.join()
    print("all additions were counted:", shared.value == 2 * ADDITIONS)
