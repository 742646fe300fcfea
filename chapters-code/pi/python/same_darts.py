import random
from multiprocessing import Pipe, Process, set_start_method


def hits(darts, result):
    inside = 0
    for _ in range(darts):
        x, y = random.random(), random.random()
        inside += x * x + y * y < 1
    result.send((x, inside))


if __name__ == "__main__":
    set_start_method("fork")
    children = []
    for _ in range(4):
        receiver, sender = Pipe(duplex=False)
        child = Process(target=hits, args=(1000, sender))
        child.start()
        sender.close()
        children.append((child, receiver))
    results = set()
    for child, receiver in children:
        results.add(receiver.recv())
        child.join()
    print(f"4 children, {len(results)} results")
