from multiprocessing import Process, set_start_method
from threading import Event


def help():
    Event().wait()


if __name__ == "__main__":
    set_start_method("spawn")
    Process(target=help, name="helper", daemon=True).start()
    print("main returns")
