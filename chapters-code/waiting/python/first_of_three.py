import multiprocessing
import time
from multiprocessing.connection import wait


def square(n, answer):
    time.sleep(n / 10)  # stands in for real work
    answer.send(f"the square of {n} is {n * n}")


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    answers = []
    for n in [3, 1, 2]:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        multiprocessing.Process(target=square, args=(n, sender)).start()
        sender.close()
        answers.append(receiver)
    first = wait(answers)[0]
    answers.remove(first)
    print(first.recv())

    for answer in answers:
        print(answer.recv())
