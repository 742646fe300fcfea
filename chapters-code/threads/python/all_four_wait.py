from threading import Barrier, Thread

four_are_here = Barrier(4)
threads = [Thread(target=four_are_here.wait) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("all four have waited, and gone on")
