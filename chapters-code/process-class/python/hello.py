from multiprocessing import Process, set_start_method


def my_process():
    print("Hello Process World")


if __name__ == "__main__":
    set_start_method("spawn")
    process = Process(target=my_process)
    process.start()
    process.join()
