import multiprocessing
import threading

counter = 0


def count():
    global counter
    counter += 1


if __name__ == "__main__":
    thread = threading.Thread(target=count)
    thread.start()
    thread.join()
    print(f"after the thread: {counter}")
    process = multiprocessing.Process(target=count)
    process.start()
    process.join()
    print(f"after the process: {counter}")
