from multiprocessing import Process, Queue, set_start_method


def shrink(photos, results):
    shrunk = []
    while (n := photos.get()) is not None:
        shrunk.append(f"photo {n} is shrunk")
    results.put(shrunk)


if __name__ == "__main__":
    set_start_method("spawn")
    photos, results = Queue(10), Queue()
    workers = [Process(target=shrink, args=(photos, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for n in range(1, 5):
        photos.put(n)
    for _ in workers:
        photos.put(None)  # a pill for each worker
    shrunk = results.get() + results.get()
    for worker in workers:
        worker.join()
    print(*sorted(shrunk), sep="\n")
