"""Computes, hashes and waits in threads on request. An answer is in nanoseconds."""

import hashlib
import sys
import time
from threading import Thread

BLOCK = bytes(1 << 20)


def steps(n):
    count = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        count += 1
    return count


def compute(first, end):
    max(map(steps, range(max(first, 1), end)))


def hash_blocks(first, end):
    for _ in range(first, end):
        hashlib.sha256(BLOCK).digest()


def wait(first, end, milliseconds):
    for _ in range(first, end):
        time.sleep(milliseconds / 1000)


def by_threads(count, amount, work, *arguments):
    cuts = [amount * part // count for part in range(count + 1)]
    started = time.perf_counter_ns()
    threads = [Thread(target=work, args=(*cut, *arguments)) for cut in zip(cuts, cuts[1:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter_ns() - started


def serve():
    for line in sys.stdin:
        match line.split():
            case ["compute", count, amount]:
                answer = by_threads(int(count), int(amount), compute)
            case ["hash", count, amount]:
                answer = by_threads(int(count), int(amount), hash_blocks)
            case ["wait", count, amount, milliseconds]:
                answer = by_threads(int(count), int(amount), wait, int(milliseconds))
            case _:
                sys.exit(f"no such task: {line}")
        print(answer, flush=True)


if __name__ == "__main__":
    serve()
