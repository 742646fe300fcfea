from multiprocessing import Process, RawArray, set_start_method


def convert(table, rows):
    for row in rows:
        table[row] = (table[row] - 32.0) * 5.0 / 9.0


if __name__ == "__main__":
    set_start_method("spawn")
    table = RawArray("d", [212.0] * 1_000_000)
    lower, upper = range(500_000), range(500_000, 1_000_000)
    first = Process(target=convert, args=(table, lower))
    second = Process(target=convert, args=(table, upper))
    first.start()
    second.start()
    first.join()
    second.join()
    right = all(value == 100.0 for value in table)
    print(f"all rows are 100 °C: {right}")
