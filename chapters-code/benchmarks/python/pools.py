"""Uses pools of two workers on request. One line of standard input is a task, one line of standard output its answer, in
nanoseconds.

| task | what it does |
|---|---|
| `map COUNT CHUNK` | squares so many numbers in a pool that is kept, with chunks of that size; 0 is the usual size |
| `life` | makes a pool, calls one function in it, and ends it |
"""

import sys
import time
from multiprocessing import get_context

context = get_context("fork")


def square(number):
    return number * number


def squares(pool, count, chunk):
    started = time.perf_counter_ns()
    results = pool.map(square, range(count), chunk or None)
    answer = time.perf_counter_ns() - started
    if results[-1] != (count - 1) ** 2 or len(results) != count:
        sys.exit("wrong results")
    return answer


def life():
    started = time.perf_counter_ns()
    with context.Pool(2) as pool:
        if pool.apply(square, (3,)) != 9:
            sys.exit("a wrong result")
    pool.join()
    return time.perf_counter_ns() - started


def serve():
    kept = context.Pool(2)
    for line in sys.stdin:
        match line.split():
            case ["map", count, chunk]:
                answer = squares(kept, int(count), int(chunk))
            case ["life"]:
                answer = life()
            case _:
                sys.exit(f"no such task: {line}")
        print(answer, flush=True)
    kept.terminate()
    kept.join()


if __name__ == "__main__":
    serve()
