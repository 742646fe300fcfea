"""Uses pools of two workers on request. One line of standard input is a task, one line of standard output its answer, in
nanoseconds.

| task | what it does |
|---|---|
| `map COUNT CHUNK` | squares so many numbers in a pool that is kept, with chunks of that size; 0 is the usual size |
| `futures COUNT CHUNK` | the same in a `ProcessPoolExecutor` that is kept |
| `loky COUNT CHUNK` | the same in loky's executor |
| `pays NANOSECONDS COUNT` | calls a function that computes for so long, so many times, in the pool that is kept |
| `words COPIES PATH` | counts the words of so many copies of a text, one task a copy, and adds the counts up |
| `life` | makes a pool, calls one function in it, and ends it |
"""

import re
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

context = get_context("fork")


def square(number):
    return number * number


def compute(work):
    steps, x = work
    for _ in range(steps):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x


def count(text):
    return Counter(re.findall("[a-z]+", text.lower()))


@cache
def kept():
    return context.Pool(2)


@cache
def futures():
    return ProcessPoolExecutor(2, mp_context=context)


@cache
def loky():
    from loky import ProcessPoolExecutor as Executor

    return Executor(2)


def squares(call, count):
    started = time.perf_counter_ns()
    results = call()
    answer = time.perf_counter_ns() - started
    if results[-1] != (count - 1) ** 2 or len(results) != count:
        sys.exit("wrong results")
    return answer


def duration(steps):
    """The least of several: what another process takes of the CPU meanwhile is not counted."""
    durations = []
    for _ in range(50):
        started = time.perf_counter_ns()
        for _ in range(100):
            compute((steps, 1))
        durations.append((time.perf_counter_ns() - started) / 100)
    return min(durations)


@cache
def steps_in(nanoseconds):
    none, some = duration(0), duration(100)
    return max(1, round((nanoseconds - none) / ((some - none) / 100)))


@cache
def computed(nanoseconds, count):
    works = [(steps_in(nanoseconds), seed) for seed in range(count)]
    return works, [compute(work) for work in works]


def pays(nanoseconds, count):
    works, right = computed(nanoseconds, count)
    pool = kept()
    started = time.perf_counter_ns()
    results = pool.map(compute, works)
    answer = time.perf_counter_ns() - started
    if results != right:
        sys.exit("wrong results")
    return answer


@cache
def texts(copies, path):
    text = Path(path).read_text(encoding="utf-8")
    right = {word: times * copies for word, times in count(text).items()}
    return [text] * copies, right


def words(copies, path):
    parts, right = texts(copies, path)
    pool = kept()
    started = time.perf_counter_ns()
    total = Counter()
    for counts in pool.imap_unordered(count, parts):
        total.update(counts)
    answer = time.perf_counter_ns() - started
    if total != right:
        sys.exit("wrong counts")
    return answer


def life():
    started = time.perf_counter_ns()
    with context.Pool(2) as pool:
        if pool.apply(square, (3,)) != 9:
            sys.exit("a wrong result")
    pool.join()
    return time.perf_counter_ns() - started


def answer(task):
    match task:
        case ["map", count, chunk]:
            count, chunk, pool = int(count), int(chunk), kept()
            return squares(lambda: pool.map(square, range(count), chunk or None), count)
        case ["futures" | "loky" as name, count, chunk]:
            count, chunk, executor = int(count), int(chunk), {"futures": futures, "loky": loky}[name]()
            return squares(lambda: list(executor.map(square, range(count), chunksize=chunk)), count)
        case ["pays", nanoseconds, count]:
            return pays(int(nanoseconds), int(count))
        case ["words", copies, path]:
            return words(int(copies), path)
        case ["life"]:
            return life()
        case _:
            sys.exit(f"no such task: {task}")


def end():
    if kept.cache_info().currsize:
        kept().terminate()
        kept().join()
    for executor in (futures, loky):
        if executor.cache_info().currsize:
            executor().shutdown()


def serve():
    for line in sys.stdin:
        print(answer(line.split()), flush=True)
    end()


if __name__ == "__main__":
    serve()
