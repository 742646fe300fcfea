import multiprocessing
import os


def download(server):
    server.acquire()
    os.abort()  # a crash, with the permit in hand


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    server = multiprocessing.Semaphore(1)
    child = multiprocessing.Process(target=download, args=(server,))
    child.start()
    child.join()
    print(f"exit code {child.exitcode}")
    if not server.acquire(timeout=0.5):
        print("the next download has waited in vain")
