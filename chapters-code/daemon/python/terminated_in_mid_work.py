import os
import signal
import time
from multiprocessing import Process, set_start_method


def report():
    print("first line of the report")
    print("second line, ", end="")
    os.kill(os.getppid(), signal.SIGUSR1)
    time.sleep(60)  # the rest takes a while
    print("and its end")


if __name__ == "__main__":
    set_start_method("spawn")
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    Process(target=report, daemon=True).start()
    signal.sigwait([signal.SIGUSR1])
    print("main returns")
