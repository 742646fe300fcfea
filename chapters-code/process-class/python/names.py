from multiprocessing import Process, current_process, set_start_method


def introduce():
    me = current_process()
    print(f"{me.name} has pid {me.pid}", flush=True)


if __name__ == "__main__":
    set_start_method("spawn")
    introduce()
    for process in [Process(target=introduce), Process(target=introduce, name="worker")]:
        process.start()
        process.join()
