from multiprocessing import Process, Queue, set_start_method


def close(reports):
    reports.put("a soup, " * 25_000)


if __name__ == "__main__":
    set_start_method("spawn")
    reports = Queue(10)
    kitchen = Process(target=close, args=(reports,))
    kitchen.start()
    kitchen.join()
    print("the kitchen is closed")
    print("its report has", len(reports.get()), "bytes")
