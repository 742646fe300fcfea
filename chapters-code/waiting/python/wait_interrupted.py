import multiprocessing
import signal


def wait_forever():
    while True:
        signal.pause()


def do_nothing(number, frame):
    pass


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    child = multiprocessing.Process(target=wait_forever)
    child.start()
    signal.signal(signal.SIGALRM, do_nothing)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    child.join(0.1)
    print("after 100 ms with alarms:", "ended" if child.exitcode is not None else "running")
    signal.setitimer(signal.ITIMER_REAL, 0)
    child.kill()
    child.join()
    print("exitcode:", child.exitcode)
