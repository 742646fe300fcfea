import os
import signal
from multiprocessing import Process, set_start_method


def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(os.getppid(), signal.SIGUSR1)
    while True:
        signal.pause()


if __name__ == "__main__":
    set_start_method("spawn")
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    Process(target=stubborn, daemon=True).start()
    signal.sigwait([signal.SIGUSR1])
    print("main returns", flush=True)
