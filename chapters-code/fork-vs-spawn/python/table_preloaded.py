import sys
from multiprocessing import Process, set_forkserver_preload, set_start_method


def is_there():
    print(f"in the child: {'fractions' in sys.modules}", flush=True)


if __name__ == "__main__":
    set_start_method("forkserver")
    set_forkserver_preload(["fractions"])
    process = Process(target=is_there)
    process.start()
    process.join()
    print(f"in the parent: {'fractions' in sys.modules}")
