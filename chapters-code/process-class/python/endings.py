import os
import sys
from multiprocessing import Process, set_start_method


def value():
    return 42


def exit_code():
    sys.exit(3)


def exception():
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the traceback differs between versions of Python
    raise RuntimeError("out of luck")


def signal():
    os.abort()


if __name__ == "__main__":
    set_start_method("spawn")
    for target in [value, exit_code, exception, signal]:
        process = Process(target=target)
        process.start()
        process.join()
        print(f"{target.__name__}: exitcode {process.exitcode}")
