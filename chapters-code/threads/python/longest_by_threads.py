from concurrent.futures import ThreadPoolExecutor

LIMIT = 20_000


def steps(n):
    count = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        count += 1
    return count


def longest(numbers):
    return max(map(steps, numbers))


halves = [range(1, LIMIT // 2), range(LIMIT // 2, LIMIT)]
with ThreadPoolExecutor(2) as threads:
    print(f"the longest way takes {max(threads.map(longest, halves))} steps")
