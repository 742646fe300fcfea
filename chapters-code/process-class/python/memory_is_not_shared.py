from multiprocessing import Process, set_start_method

counter = 0


def count():
    global counter
    counter += 1
    print(f"the child counted to {counter}", flush=True)


if __name__ == "__main__":
    set_start_method("spawn")
    counter = 10
    process = Process(target=count)
    process.start()
    process.join()
    print(f"the parent's counter is at {counter}")
