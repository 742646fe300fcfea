from multiprocessing import Process, get_start_method, set_start_method


def report(generation):
    print(f"{generation}: the method here is {get_start_method()}", flush=True)
    if generation == "child":
        process = Process(target=report, args=("grandchild",))
        process.start()
        process.join()


if __name__ == "__main__":
    set_start_method("forkserver")
    process = Process(target=report, args=("child",))
    process.start()
    process.join()
