from multiprocessing import Pool, set_start_method

BLOCKS = 100
SIZE = 10_000  # terms in a block


def sum_of(terms):
    total = 0.0
    for k in terms:
        total += (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1)
    return total


if __name__ == "__main__":
    set_start_method("spawn")
    blocks = [range(n * SIZE, (n + 1) * SIZE) for n in range(BLOCKS)]
    with Pool(2) as pool:
        total = 0.0
        for part in pool.map(sum_of, blocks):
            total += part
    print(f"pi, about: {4 * total:.16f}")
