from multiprocessing import Process, RawArray, set_start_method


def to_celsius(table, rows):
    for row in rows:
        table[row] = (table[row] - 32.0) / 1.8


if __name__ == "__main__":
    set_start_method("spawn")
    table = RawArray("d", [50.0] * 1_000_000)
    lower = Process(target=to_celsius, args=(table, range(500_000)))
    upper = Process(target=to_celsius, args=(table, range(500_000, 1_000_000)))
    lower.start()
    upper.start()
    lower.join()
    upper.join()
    print("all are 10 °C:", all(degrees == 10.0 for degrees in table))
