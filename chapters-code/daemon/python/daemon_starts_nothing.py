from multiprocessing import Process, current_process, set_start_method


def nothing():
    pass


def start_one():
    me = current_process()
    print(f"{me.name} is a daemon: {me.daemon}", flush=True)
    child = Process(target=nothing)
    print(f"its child is one: {child.daemon}", flush=True)
    try:
        child.start()
        child.join()
    except AssertionError as error:
        print(error, flush=True)


if __name__ == "__main__":
    set_start_method("spawn")
    for daemon in [False, True]:
        process = Process(target=start_one, daemon=daemon)
        process.start()
        process.join()
