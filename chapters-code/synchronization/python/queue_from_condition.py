import queue
import threading

tasks = queue.Queue(maxsize=2)
sums = []


def push_all():
    for n in range(1, 101):
        tasks.put(n)


def take():
    sums.append(sum(tasks.get() for _ in range(100)))


threads = [threading.Thread(target=f) for f in (push_all, push_all, take, take)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"taken in all: {sum(sums)}")
