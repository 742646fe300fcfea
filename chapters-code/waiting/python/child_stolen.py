import multiprocessing
import os


def my_process():
    raise SystemExit(3)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    child = multiprocessing.Process(target=my_process)
    child.start()
    os.waitpid(-1, 0)
    child.join()
    print("exitcode:", child.exitcode)
    print("is_alive:", child.is_alive())
