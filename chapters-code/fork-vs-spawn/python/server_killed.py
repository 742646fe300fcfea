import os
import signal
from multiprocessing import Pipe, Process, set_start_method


def tell_and_wait(connection):
    connection.send(os.getppid())
    connection.recv()
    connection.send("the running child goes on")


if __name__ == "__main__":
    set_start_method("forkserver")
    ours, its = Pipe()
    process = Process(target=tell_and_wait, args=(its,))
    process.start()
    os.kill(ours.recv(), signal.SIGKILL)
    process.join()
    print(f"join has returned, with exit code {process.exitcode}")
    ours.send("go on")
    print(ours.recv())
