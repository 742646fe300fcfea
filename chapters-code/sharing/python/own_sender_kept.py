from multiprocessing import Process, Queue, set_start_method


def shrink(photos, results):
    while (n := photos.get()) is not None:
        results.put(f"photo {n} is shrunk")
    results.put(None)


if __name__ == "__main__":
    set_start_method("spawn")
    photos, results = Queue(10), Queue(10)
    workers = [Process(target=shrink, args=(photos, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for n in range(1, 5):
        photos.put(n)
    photos.put(None)  # a single pill, and two workers
    for _ in workers:
        while (result := results.get()) is not None:
            print(result, flush=True)
    print("all are shrunk")
