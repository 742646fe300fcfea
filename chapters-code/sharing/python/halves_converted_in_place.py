from multiprocessing import Process, RawArray, set_start_method


def convert(table, rows):
    for row in rows:
        table[row] = (table[row] - 32.0) * 5.0 / 9.0


if __name__ == "__main__":
    set_start_method("spawn")
    measured = [32.0 + 9.0 * (row % 10) for row in range(1_000_000)]
    table = RawArray("d", measured)
    lower, upper = range(500_000), range(500_000, 1_000_000)
    first = Process(target=convert, args=(table, lower))
    second = Process(target=convert, args=(table, upper))
    first.start()
    second.start()
    first.join()
    second.join()
    print("the first rows:", table[:3])
    print("where the halves meet:", table[499_998:500_002])
    right = [5.0 * (row % 10) for row in range(1_000_000)]
    print("all rows are right:", table[:] == right)
