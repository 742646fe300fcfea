import math


def term(k):
    return (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1)


def in_turn(terms):
    total = 0.0
    for one in terms:
        total += one
    return total


TERMS = 1_000_000
print(f"first to last: {4 * in_turn(map(term, range(TERMS))):.16f}")
print(f"last to first: {4 * in_turn(map(term, reversed(range(TERMS)))):.16f}")
print(f"math.fsum:     {4 * math.fsum(map(term, range(TERMS))):.16f}")
