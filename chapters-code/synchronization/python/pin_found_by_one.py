import itertools
import queue
import threading
import time

stop = threading.Event()
found = queue.Queue()


def opens(pin):
    time.sleep(0.0002)  # stands for turning the dial
    return pin == 107


def search(worker):
    for pin in itertools.count(worker, 3):
        if stop.is_set():
            return
        if opens(pin):
            found.put((worker, pin))
            return


threads = [threading.Thread(target=search, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
worker, pin = found.get()
stop.set()
print(f"worker {worker} has found it: {pin}")
for thread in threads:
    thread.join()
print("all three workers have ended")
