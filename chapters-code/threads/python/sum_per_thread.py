from concurrent.futures import ThreadPoolExecutor

TERMS = 1_000_000
THREADS = 4
PART = TERMS // THREADS


def sum_part(part):
    # Not sum(), which from Python 3.12 on makes up for rounding.
    total = 0.0
    for k in range(PART * part, PART * (part + 1)):
        total += (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1)
    return total


total = 0.0
with ThreadPoolExecutor(THREADS) as threads:
    for part in threads.map(sum_part, range(THREADS)):
        total += part
print(f"pi, about: {4 * total:.16f}")
