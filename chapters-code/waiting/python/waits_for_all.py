import multiprocessing
import time


def work(millis):
    time.sleep(millis / 1000)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    children = [multiprocessing.Process(target=work, args=(millis,)) for millis in [300, 100, 200]]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("exit codes:", [child.exitcode for child in children])
