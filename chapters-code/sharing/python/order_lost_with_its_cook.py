from multiprocessing import JoinableQueue, Process, set_start_method
import os


def cook(orders):
    while True:
        order = orders.get()
        if order == "lobster":
            os.abort()  # stands for a crash
        print(order, "is served", flush=True)
        orders.task_done()


if __name__ == "__main__":
    set_start_method("spawn")
    orders = JoinableQueue(10)
    cooks = [Process(target=cook, args=(orders,), daemon=True) for _ in range(2)]
    for each in cooks:
        each.start()
    for order in ["lobster", "salad", "soup"]:
        orders.put(order)
    orders.join()
    print("all are served")
