from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
import os


def shrink(photo):
    if photo == "torn":
        os.abort()  # a library crashes
    return "is small now"


if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for photo in ["beach", "torn", "dog"]:
            try:
                print(f"{photo} {pool.submit(shrink, photo).result()}")
            except BrokenProcessPool:
                print(f"{photo} failed: the pool is broken")
