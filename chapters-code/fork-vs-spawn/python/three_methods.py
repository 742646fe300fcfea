from multiprocessing import (
    current_process, get_context, get_start_method, set_start_method,
)


def tell(method):
    print(f"{current_process().name} by {method}", flush=True)


if __name__ == "__main__":
    set_start_method("forkserver")
    for method in [get_start_method(), "fork", "spawn"]:
        process = get_context(method).Process(target=tell, args=(method,))
        process.start()
        process.join()
    try:
        set_start_method("spawn")
    except RuntimeError as error:
        print(f"chosen twice: {error}")
