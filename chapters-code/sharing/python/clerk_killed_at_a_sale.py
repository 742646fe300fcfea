import os
from multiprocessing import Array, Process, set_start_method

TICKETS, EUROS = 0, 1


def sell(sales):
    with sales.get_lock():
        sales[TICKETS] += 1
        os.abort()  # before the 12 euros are in


if __name__ == "__main__":
    set_start_method("spawn")
    sales = Array("I", [30, 30 * 12])
    clerk = Process(target=sell, args=(sales,))
    clerk.start()
    clerk.join()
    print("the clerk's exit code:", clerk.exitcode, flush=True)
    with sales.get_lock():
        print("half a sale:", sales[:])
