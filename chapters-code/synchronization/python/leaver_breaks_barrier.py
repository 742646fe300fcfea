import threading

measured = threading.Barrier(3)


def station(reading):
    if reading is None:
        measured.abort()
        return
    try:
        measured.wait()
        print(f"goes on with {reading}\n", end="")
    except threading.BrokenBarrierError:
        print(f"{reading} is not used\n", end="")


threads = [threading.Thread(target=station, args=(r,)) for r in (11, None, 14)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"broken: {measured.broken}")
