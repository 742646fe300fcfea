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
    if child.exitcode is None:
        print("not ready after 100 ms")
        child.terminate()
        child.join()
    print("exitcode:", child.exitcode)
