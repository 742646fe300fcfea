import multiprocessing
import signal


def wait_forever():
    while True:
        signal.pause()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    child = multiprocessing.Process(target=wait_forever)
    child.start()
    child.join(0.1)
    print("after 100 ms:", "ended" if child.exitcode is not None else "running")
    child.terminate()
    child.join()
    print("exitcode:", child.exitcode)
