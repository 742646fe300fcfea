"""Starts processes on request, by the tasks that `parent/src/lib.rs` lists.

Run as a program, its children import it anew where the start method does so. Imported by a program without a file
(`python3 -c 'import parent; parent.serve()'`), there is no such program to import, and a forkserver that has preloaded this
module has all that a child needs.
"""

import sys
import time
from multiprocessing import get_context, set_forkserver_preload


def double(n):
    return 2 * n


def sleep_until_closed(fifo):
    with open(fifo, "rb") as opened:
        opened.read(1)


def start_and_join(context, count):
    started = time.perf_counter_ns()
    processes = [context.Process(target=double, args=(21,)) for _ in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return time.perf_counter_ns() - started


def serve():
    heap = []
    idle = None
    for line in sys.stdin:
        match line.split():
            case ["preload"]:
                set_forkserver_preload(["parent"])
                answer = 0
            case ["touch", size]:
                heap.append(bytearray(b"\1") * int(size))
                answer = 0
            case ["start_and_join", method, *count]:
                answer = start_and_join(get_context(method), int(count[0]) if count else 1)
            case ["idle", method, fifo]:
                idle = get_context(method).Process(target=sleep_until_closed, args=(fifo,), daemon=True)
                idle.start()
                answer = idle.pid
            case ["end"]:
                idle.join()
                answer = 0
            case _:
                sys.exit(f"no such task: {line}")
        print(answer, flush=True)


if __name__ == "__main__":
    serve()
