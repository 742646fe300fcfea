import os
import signal
from multiprocessing import Process, parent_process, set_start_method


def stay(who):
    parent_process().join()
    print(f"the {who} is here, its parent is gone", flush=True)


if __name__ == "__main__":
    set_start_method("spawn")
    Process(target=stay, args=("worker",)).start()
    Process(target=stay, args=("helper",), daemon=True).start()
    print("main is killed", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
