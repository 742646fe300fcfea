"""Sends messages between processes, and takes locks that they share. One line of standard input is a task, one line of standard
output its answer, in nanoseconds.

| task | what it does |
|---|---|
| `one_way HOW SIZE COUNT` | sends so many messages to a child, which says when it has the last one |
| `round_trip HOW SIZE COUNT` | sends them one by one, and waits for each to come back |
| `many SENDERS RECEIVERS SIZE COUNT` | sends them from children to children, through one `Queue` |
| `add_alone HOW COUNT` | adds 1 so many times to a number in shared memory, under its lock |
| `add_together HOW COUNT` | the same, half of it by a child |

Children are started when a task needs them first, and kept. With two arguments, this process keeps to the first CPU, and its
children keep to the second one.
"""

import functools
import os
import sys
import time
from multiprocessing import get_context

context = get_context("fork")

CPUS = [int(cpu) for cpu in sys.argv[1:]]

# The most messages in a queue.
BOUND = 1000


@functools.cache
def message_of(size):
    return bytes(at % 251 for at in range(size))


def check(received, size, count, last):
    if received != size * count or last != message_of(size):
        sys.exit(f"{received} bytes in {count} messages of {size}, or a wrong last one")


def start(target, *args):
    """Starts a child, and returns the connection over which it gets its tasks."""
    control, childs = context.Pipe()
    context.Process(target=perform, args=(target, *args, childs), daemon=True).start()
    childs.close()
    return control


def perform(target, *args):
    if CPUS:
        os.sched_setaffinity(0, {CPUS[1]})
    *args, control = args
    while True:
        control.send(target(*args, *control.recv()))


# Two ends, each with its ways to send and to receive.


def ends(how):
    if how in ("send", "send_bytes"):
        one, other = context.Pipe()
        receive = how.replace("send", "recv")
        return [(getattr(end, how), getattr(end, receive)) for end in (one, other)]
    if how == "Queue":
        there, back = context.Queue(BOUND), context.Queue(BOUND)
    else:
        there, back = context.SimpleQueue(), context.SimpleQueue()
    return [(there.put, back.get), (back.put, there.get)]


def take(send, receive, size, count, answers):
    received = 0
    for _ in range(count):
        message = receive()
        received += len(message)
        if answers:
            send(message)
    check(received, size, count, message)


@functools.cache
def connected(how):
    (send, receive), theirs = ends(how)
    return send, receive, start(take, *theirs)


def exchange(how, size, count, answers):
    send, receive, control = connected(how)
    message = message_of(size)
    started = time.perf_counter_ns()
    control.send((size, count, answers))
    if answers:
        received = 0
        for _ in range(count):
            send(message)
            answer = receive()
            received += len(answer)
    else:
        for _ in range(count):
            send(message)
    control.recv()
    took = time.perf_counter_ns() - started
    if answers:
        check(received, size, count, answer)
    return took


# A queue of many processes.


def send_all(queue, size, count, receivers):
    message = message_of(size)
    for _ in range(count):
        queue.put(message)
    for _ in range(receivers):
        queue.put(b"")


def receive_all(queue, size, senders):
    count = received = ended = 0
    last = message_of(size)
    while ended < senders:
        message = queue.get()
        if message:
            count += 1
            received += len(message)
            last = message
        else:
            ended += 1
    check(received, size, count, last)
    return count


@functools.cache
def team():
    queue = context.Queue(BOUND)
    senders = [start(send_all, queue) for _ in range(4)]
    receivers = [start(receive_all, queue) for _ in range(4)]
    return senders, receivers


def many(senders, receivers, size, count):
    all_senders, all_receivers = team()
    senders, receivers = all_senders[:senders], all_receivers[:receivers]
    each = -(-count // len(senders))
    sent = each * len(senders)
    started = time.perf_counter_ns()
    for receiver in receivers:
        receiver.send((size, len(senders)))
    for sender in senders:
        sender.send((size, each, len(receivers)))
    for sender in senders:
        sender.recv()
    received = sum(receiver.recv() for receiver in receivers)
    took = time.perf_counter_ns() - started
    if received != sent:
        sys.exit(f"{received} of {sent} messages")
    return took * count // sent


# Numbers in shared memory.


def add(lock, number, times):
    for _ in range(times):
        with lock:
            number.value += 1


@functools.cache
def counter(how):
    if how == "Lock":
        lock, number = context.Lock(), context.RawValue("Q")
    else:
        number = context.Value("Q")
        lock = number.get_lock()
    return lock, number, start(add, lock, number)


def add_up(how, count, together):
    lock, number, control = counter(how)
    expected = number.value + count
    theirs = count // 2 if together else 0
    started = time.perf_counter_ns()
    if together:
        control.send((theirs,))
    add(lock, number, count - theirs)
    if together:
        control.recv()
    took = time.perf_counter_ns() - started
    if number.value != expected:
        sys.exit(f"{number.value} in place of {expected}")
    return took


def serve():
    if CPUS:
        os.sched_setaffinity(0, {CPUS[0]})
    for line in sys.stdin:
        match line.split():
            case ["one_way", how, size, count]:
                answer = exchange(how, int(size), int(count), answers=False)
            case ["round_trip", how, size, count]:
                answer = exchange(how, int(size), int(count), answers=True)
            case ["many", senders, receivers, size, count]:
                answer = many(int(senders), int(receivers), int(size), int(count))
            case ["add_alone", how, count]:
                answer = add_up(how, int(count), together=False)
            case ["add_together", how, count]:
                answer = add_up(how, int(count), together=True)
            case _:
                sys.exit(f"no such task: {line}")
        print(answer, flush=True)


serve()
