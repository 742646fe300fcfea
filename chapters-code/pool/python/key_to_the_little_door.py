import itertools
import time
from multiprocessing import Pool, set_start_method

taken = 0


def keys():
    global taken
    for key in itertools.count(1):
        taken += 1
        yield key


def try_key(key):
    time.sleep(0.001)  # stands for turning the key
    return key if key * key == 1764 else None


if __name__ == "__main__":
    set_start_method("spawn")
    with Pool(2) as pool:
        for key in pool.imap(try_key, keys()):
            if key is not None:
                print("key", key, "opens the door")
                break
        print("fewer than 100 keys were taken:", taken < 100)
