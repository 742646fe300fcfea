def term(k):
    return (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1)


for terms in [10, 1_000, 1_000_000]:
    total = sum(map(term, range(terms)))
    print(f"{4 * total:.8f} from {terms} terms")
