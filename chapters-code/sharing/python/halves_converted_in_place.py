from multiprocessing import Process, RawArray, set_start_method


def convert(table, rows):
    for row in rows:
        table[row] = (table[row] - 32.0) * 5.0 / 9.0


if __name__ == "__main__":
    set_start_method("spawn")
    fahrenheit = [32 + row % 7 * 9 for row in range(1_000_000)]
    table = RawArray("d", fahrenheit)
    lower, upper = range(500_000), range(500_000, 1_000_000)
    first = Process(target=convert, args=(table, lower))
    second = Process(target=convert, args=(table, upper))
    first.start()
    second.start()
    first.join()
    second.join()
    for row in [0, 1, 499_999, 500_000, 999_999]:
        print(f"row {row}: {fahrenheit[row]} °F, {table[row]:.0f} °C")
