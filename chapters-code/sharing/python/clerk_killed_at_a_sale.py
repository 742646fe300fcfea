import os
from multiprocessing import Array, Process, set_start_method

TICKETS, EUROS = 0, 1


def sell(sales, crashes):
    with sales.get_lock():
        sales[TICKETS] += 1
        if crashes:
            os.abort()  # before the 12 euros are in
        sales[EUROS] += 12


if __name__ == "__main__":
    set_start_method("spawn")
    sales = Array("I", [29, 29 * 12])
    clerk = Process(target=sell, args=(sales, False))
    clerk.start()
    clerk.join()
    print("a whole sale:", sales[:], flush=True)
    clerk = Process(target=sell, args=(sales, True))
    clerk.start()
    clerk.join()
    print("the clerk's exit code:", clerk.exitcode, flush=True)
    with sales.get_lock():
        print("half a sale:", sales[:])
