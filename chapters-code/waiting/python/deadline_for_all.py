import multiprocessing
import signal
import time


def work(task):
    while task == 1:
        signal.pause()  # this one never ends


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    deadline = time.monotonic() + 1
    children = [multiprocessing.Process(target=work, args=(task,)) for task in [1, 2, 3]]
    for child in children:
        child.start()
    for child in children:
        child.join(max(0, deadline - time.monotonic()))
        if child.exitcode is None:
            child.kill()
            child.join()
    print("exit codes:", [child.exitcode for child in children])
