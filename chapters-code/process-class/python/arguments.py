from multiprocessing import Process, set_start_method


def repeat(word, times):
    print(" ".join([word] * times))


if __name__ == "__main__":
    set_start_method("spawn")
    process = Process(target=repeat, args=("process", 3))
    process.start()
    process.join()
