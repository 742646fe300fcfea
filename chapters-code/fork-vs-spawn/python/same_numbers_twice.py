import random
from multiprocessing import get_context

own = random.Random()


def draw(queue):
    queue.put((random.random(), own.random()))


if __name__ == "__main__":
    fork = get_context("fork")
    queue = fork.SimpleQueue()
    drawn = []
    for _ in range(2):
        process = fork.Process(target=draw, args=(queue,))
        process.start()
        drawn.append(queue.get())
        process.join()
    (module, mine), (module_again, mine_again) = drawn
    print(f"the module's generator, the same number twice: {module == module_again}")
    print(f"a generator of our own, the same number twice: {mine == mine_again}")
