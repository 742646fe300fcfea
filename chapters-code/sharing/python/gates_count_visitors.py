from multiprocessing import Process, Value, set_start_method


def gate(visitors):
    for _ in range(1000):
        with visitors.get_lock():
            if visitors.value < 1500:
                visitors.value += 1


if __name__ == "__main__":
    set_start_method("spawn")
    visitors = Value("I", 0)
    north = Process(target=gate, args=(visitors,))
    south = Process(target=gate, args=(visitors,))
    north.start()
    south.start()
    north.join()
    south.join()
    print(visitors.value, "visitors are inside")
