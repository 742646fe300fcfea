from multiprocessing import Pipe, Process, set_start_method


def exchange(other, mine):
    other.send(mine)
    return other.recv()


def south(north):
    exchange(north, [24.0] * 100_000)


if __name__ == "__main__":
    set_start_method("spawn")
    north, south_end = Pipe()
    child = Process(target=south, args=(south_end,))
    child.start()
    print("north has 100000 readings", flush=True)
    readings = exchange(north, [18.0] * 100_000)
    print("north has received", len(readings), "more")
    child.join()
