from multiprocessing import Process, Value, set_start_method


def count(orders):
    for _ in range(1000):
        with orders.get_lock():
            orders.value += 1


if __name__ == "__main__":
    set_start_method("spawn")
    orders = Value("q", 0)
    first = Process(target=count, args=(orders,))
    second = Process(target=count, args=(orders,))
    first.start()
    second.start()
    first.join()
    second.join()
    print(orders.value, "orders")
