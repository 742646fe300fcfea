import multiprocessing
from multiprocessing.connection import wait


def square(n, answer):
    answer.send(n * n)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    running = {}
    for n in [1, 2, 3]:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.Process(target=square, args=(n, sender))
        child.start()
        sender.close()
        running[child.sentinel] = child, receiver, n
    while running:
        for sentinel in wait(running):
            child, receiver, n = running.pop(sentinel)
            child.join()
            print(f"the square of {n} is {receiver.recv()}")
    print("all are here")
