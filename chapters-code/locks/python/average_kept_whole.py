from threading import Lock, Thread

lock = Lock()
readings = {"count": 0, "sum": 0}


def record(degrees):
    with lock:
        readings["count"] += 1
        readings["sum"] += degrees


def record_all(degrees):
    for _ in range(1000):
        record(degrees)


threads = [Thread(target=record_all, args=(degrees,)) for degrees in [20, 22]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
count, total = readings["count"], readings["sum"]
print(f"{count} readings, {total // count} degrees on average")
