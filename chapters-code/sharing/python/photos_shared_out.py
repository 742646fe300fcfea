from multiprocessing import Process, Queue, set_start_method


def shrink(photos, counts):
    count = 0
    while (photo := photos.get()) is not None:
        print(photo, "is shrunk", flush=True)
        count += 1
    counts.put(count)


if __name__ == "__main__":
    set_start_method("spawn")
    photos, counts = Queue(10), Queue()
    workers = [Process(target=shrink, args=(photos, counts)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for n in range(1, 5):
        photos.put(f"photo {n}")
    for _ in workers:
        photos.put(None)  # a pill for each worker
    print(counts.get() + counts.get(), "photos in all")
    for worker in workers:
        worker.join()
