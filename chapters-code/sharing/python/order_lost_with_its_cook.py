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
    cooks = [Process(target=cook, args=(orders,), daemon=True) for _ in range(2)]
    for each in cooks:
        each.start()
    for order in [1, 2, 3]:
        orders.put(order)
    orders.join()
    print("all are served")
