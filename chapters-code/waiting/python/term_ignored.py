import multiprocessing
import signal


def obedient(ready):
    ready.set()
    while True:
        signal.pause()


def stubborn(ready):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    obedient(ready)


def end(child, grace):
    child.terminate()
    child.join(grace)
    if child.exitcode is None:
        child.kill()
        child.join()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    for target in [obedient, stubborn]:
        ready = multiprocessing.Event()
        child = multiprocessing.Process(target=target, args=(ready,), name=target.__name__)
        child.start()
        ready.wait()
        end(child, 0.5)
        print(child.name, "ended by", signal.Signals(-child.exitcode).name)
