from multiprocessing import Pool, set_start_method
import os


def shrink(photo):
    if photo == "torn":
        os.abort()  # stands for a crash in a C library
    return f"{photo} is small now"


if __name__ == "__main__":
    set_start_method("spawn")
    with Pool(1) as pool:
        for small in pool.imap(shrink, ["beach", "dog", "torn", "sunset"]):
            print(small, flush=True)
