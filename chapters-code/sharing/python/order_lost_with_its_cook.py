from multiprocessing import JoinableQueue, Process, set_start_method
import os


def cook(orders):
    while True:
        order = orders.get()
        if order == 2:
            os.abort()  # stands for a crash
        print("order", order, "is served", flush=True)
        orders.task_done()


if __name__ == "__main__":
    set_start_method("spawn")
    orders = JoinableQueue(10)
    for order in [1, 2, 3]:
        orders.put(order)
    first, second = [Process(target=cook, args=(orders,), daemon=True) for _ in range(2)]
    first.start()
    first.join()
    second.start()
    orders.join()
    print("all are served")
