import multiprocessing
import signal


def wait_forever():
    while True:
        signal.pause()


def ask(child):
    print("  is_alive:", child.is_alive())
    print("  exitcode:", child.exitcode)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    child = multiprocessing.Process(target=wait_forever)
    child.start()
    print("it runs:")
    ask(child)

    child.kill()
    child.join()

    print("it has been joined:")
    ask(child)
    print("  kill:", child.kill())
    print("  join:", child.join())
