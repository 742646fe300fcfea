from multiprocessing import Pool, set_start_method


def read_tariff(text):
    global tariff
    print("reading the tariff", flush=True)
    tariff = {}
    for line in text.splitlines():
        size, cents = line.split()
        tariff[size] = int(cents)


def price(size):
    return tariff[size]


if __name__ == "__main__":
    set_start_method("spawn")
    text = "letter 95\nsmall 390\nlarge 690"
    with Pool(1, initializer=read_tariff, initargs=(text,)) as pool:
        for cents in pool.map(price, ["small", "letter", "large", "small"]):
            print(f"{cents} cents")
