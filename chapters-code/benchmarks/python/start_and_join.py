"""Starts and joins one process for each line of standard input, and prints how many nanoseconds that took."""

import sys
import time
from multiprocessing import get_context


def double(n):
    return 2 * n


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    for _ in sys.stdin:
        started = time.perf_counter_ns()
        process = context.Process(target=double, args=(21,))
        process.start()
        process.join()
        print(time.perf_counter_ns() - started, flush=True)
