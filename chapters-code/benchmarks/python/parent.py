"""Starts processes on request, by the tasks that `parent/src/lib.rs` lists.

Run as a program, its children import it anew where the start method does so. Imported by a program without a file
(`python3 -c 'import parent; parent.serve()'`), there is no such program to import, and a forkserver that has preloaded this
module has all that a child needs.
"""

import math
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


def term(k):
    return (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1)


def sum_in_turn(first, end):
    return sum(map(term, range(first, end)))


def sum_by_numpy(first, end):
    import numpy

    size = 8192
    odd = numpy.arange(first, first + size, dtype=numpy.float64) * 2 + 1
    signs = numpy.where(numpy.arange(first, first + size) % 2 == 0, 1.0, -1.0)
    terms = numpy.empty(size)
    total = 0.0
    for block in range(first, end, size):
        here = min(size, end - block)
        numpy.divide(signs[:here], odd[:here], out=terms[:here])
        total += terms[:here].sum()
        odd += 2 * size
    return total


def send(function, first, end, result):
    result.send(function(first, end))


def pi(how, method, workers, terms):
    function = sum_by_numpy if how == "numpy" else sum_in_turn
    started = time.perf_counter_ns()
    if method == "alone":
        total = function(0, terms)
    else:
        total = by_processes(get_context(method), function, workers, terms)
    took = time.perf_counter_ns() - started
    if abs(math.pi - 4 * total) * terms > 1.1:
        sys.exit(f"{total} is not a quarter of pi")
    return took


def by_processes(context, function, workers, terms):
    cuts = [terms * part // workers for part in range(workers + 1)]
    children = []
    for first, end in zip(cuts, cuts[1:]):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=send, args=(function, first, end, sender))
        child.start()
        sender.close()
        children.append((child, receiver))
    total = sum(receiver.recv() for _, receiver in children)
    for child, _ in children:
        child.join()
    return total


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
            case ["pi", method, workers, terms]:
                answer = pi("python", method, int(workers), int(terms))
            case ["numpy", method, workers, terms]:
                answer = pi("numpy", method, int(workers), int(terms))
            case _:
                sys.exit(f"no such task: {line}")
        print(answer, flush=True)


if __name__ == "__main__":
    serve()
