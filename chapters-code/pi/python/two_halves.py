from multiprocessing import Pipe, Process, set_start_method

TERMS = 1_000_000


def term(k):
    return (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1)


def send_sum(terms, result):
    # Not sum(), which from Python 3.12 on makes up for rounding.
    total = 0.0
    for k in terms:
        total += term(k)
    result.send(total)


def start(terms):
    receiver, sender = Pipe(duplex=False)
    child = Process(target=send_sum, args=(terms, sender))
    child.start()
    # So that a child that dies is an error here, and not an endless wait.
    sender.close()
    return child, receiver


if __name__ == "__main__":
    set_start_method("spawn")
    children = [start(range(TERMS // 2)), start(range(TERMS // 2, TERMS))]
    first, second = [receiver.recv() for _, receiver in children]
    for child, _ in children:
        child.join()
    print(f"first half:  {4 * first:19.16f}")
    print(f"second half: {4 * second:19.16f}")
    print(f"pi, about:   {4 * (first + second):19.16f}")
