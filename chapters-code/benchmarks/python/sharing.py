"""Sends messages between processes, and takes locks that they share. One line of standard input is a task, one line of standard
output its answer, in nanoseconds.

| task | what it does |
|---|---|
| `one_way HOW SIZE COUNT` | sends so many messages to a child, which says when it has the last one |
| `round_trip HOW SIZE COUNT` | sends them one by one, and waits for each to come back |
| `many SENDERS RECEIVERS SIZE COUNT` | sends them from children to children, through one `Queue` |
| `add_alone HOW COUNT` | adds 1 so many times to a number in shared memory, under its lock |
| `add_together HOW COUNT` | the same, half of it by a child |
| `table HOW LEN` | has two children sum the halves of a table of so many doubles |
| `weigh HOW LEN` | the same; the answer is the private memory of the larger child, in KiB |

Children are started when a task needs them first, and kept. With two arguments, this process keeps to the first CPU, and its
children keep to the second one.
"""

import array
import atexit
import functools
import os
import sys
import time
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory

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


# A large table, summed by halves. Children are started for each task, as the table comes to them then.

PIECE = 1 << 18


@functools.cache
def table(length):
    return array.array("d", [at % 1000 for at in range(length)])


@functools.cache
def expected(length):
    return sum(table(length))


@functools.cache
def shared_table(length):
    memory = SharedMemory(create=True, size=8 * length)
    memory.buf[: 8 * length] = table(length).tobytes()
    atexit.register(memory.unlink)
    atexit.register(memory.close)
    return memory


def own_memory():
    with open("/proc/self/smaps_rollup") as sizes:
        return sum(int(line.split()[1]) for line in sizes if line.startswith(("Private_Clean:", "Private_Dirty:")))


def sum_pieces(receive, pieces, result):
    total = 0.0
    for _ in range(pieces):
        piece = receive()
        total += sum(memoryview(piece).cast("d"))
    result.send((total, own_memory()))


def sum_part(numbers, first, end, result):
    with memoryview(numbers) as view, view.cast("B") as plain, plain[8 * first : 8 * end] as part:
        with part.cast("d") as doubles:
            result.send((sum(doubles), own_memory()))


def sum_table(how, length):
    whole, half = table(length), length // 2
    shared_table(length)
    pieces = 8 * half // PIECE
    results, processes, ends, queue = [], [], [], None
    started = time.perf_counter_ns()
    if how == "queue":
        queue = context.Queue(BOUND)
    for number in range(2):
        result, theirs = context.Pipe(duplex=False)
        if how == "pipe":
            receiver, sender = context.Pipe(duplex=False)
            ends.append(sender)
            target, args = sum_pieces, (receiver.recv_bytes, pieces)
        elif how == "queue":
            target, args = sum_pieces, (queue.get, pieces)
        else:
            numbers = whole if how == "fork" else shared_table(length).buf
            target, args = sum_part, (numbers, number * half, number * half + half)
        process = context.Process(target=target, args=(*args, theirs))
        process.start()
        results.append(result)
        processes.append(process)
    plain = memoryview(whole).cast("B")
    for at in range(pieces):
        for number, begin in enumerate((at * PIECE, 8 * half + at * PIECE)):
            if how == "pipe":
                ends[number].send_bytes(plain[begin : begin + PIECE])
            elif how == "queue":
                queue.put(bytes(plain[begin : begin + PIECE]))
    found = [result.recv() for result in results]
    for process in processes:
        process.join()
    took = time.perf_counter_ns() - started
    if queue is not None:
        queue.close()
        queue.join_thread()
    if sum(total for total, _ in found) != expected(length):
        sys.exit(f"{found} is not the sum")
    return took, max(memory for _, memory in found)


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
            case ["table", how, length]:
                answer, _ = sum_table(how, int(length))
            case ["weigh", how, length]:
                _, answer = sum_table(how, int(length))
            case _:
                sys.exit(f"no such task: {line}")
        print(answer, flush=True)


serve()
