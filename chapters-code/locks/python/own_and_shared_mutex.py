from multiprocessing import Process, Value, set_start_method
from threading import Lock

own_lock = Lock()
own = 0


def count(shared):
    global own
    for _ in range(1000):
        with own_lock:
            own += 1
        with shared.get_lock():
            shared.value += 1


if __name__ == "__main__":
    set_start_method("spawn")
    shared = Value("q", 0)
    first = Process(target=count, args=(shared,))
    second = Process(target=count, args=(shared,))
    first.start()
    second.start()
    first.join()
    second.join()
    print("threading's lock:", own)
    print("the shared value:", shared.value)
