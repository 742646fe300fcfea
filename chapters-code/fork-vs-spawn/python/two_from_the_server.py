import os
from multiprocessing import SimpleQueue, Process, set_start_method


def kernels_parent(queue):
    queue.put(os.getppid())


if __name__ == "__main__":
    set_start_method("forkserver")
    queue = SimpleQueue()
    parents = []
    for _ in range(2):
        process = Process(target=kernels_parent, args=(queue,))
        process.start()
        parents.append(queue.get())
        process.join()
    print(f"both have one parent: {parents[0] == parents[1]}")
    print(f"it is this process: {parents[0] == os.getpid()}")
