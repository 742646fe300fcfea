from multiprocessing import Manager, Process, set_start_method


def shop(stock, lock, sold):
    for _ in range(8):
        with lock:
            if stock["bread"] > 0:
                stock["bread"] -= 1
                sold.append("bread")


if __name__ == "__main__":
    set_start_method("spawn")
    with Manager() as manager:
        stock = manager.dict({"bread": 10})
        lock, sold = manager.Lock(), manager.list()
        shops = [Process(target=shop, args=(stock, lock, sold)) for _ in range(2)]
        for each in shops:
            each.start()
        for each in shops:
            each.join()
        print("loaves sold:", len(sold))
        try:
            stock["cake"] -= 1
        except KeyError as error:
            print("a cake:", repr(error))
