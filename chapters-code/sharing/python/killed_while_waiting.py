from multiprocessing import Process, Queue, set_start_method


def cook(orders):
    while True:
        print("the first cook serves", orders.get(), flush=True)


if __name__ == "__main__":
    set_start_method("spawn")
    orders = Queue(10)
    first = Process(target=cook, args=(orders,))
    first.start()
    while orders._rlock.acquire(block=False):  # until the cook waits in get
        orders._rlock.release()
    first.kill()
    first.join()
    print("the first cook's exit code:", first.exitcode, flush=True)
    orders.put("a soup")
    print("the second cook serves", orders.get())
