from multiprocessing import Array, Event, Process, set_start_method
from time import sleep


def transfer(accounts, half_done):
    with accounts.get_lock():
        accounts[0] -= 10
        half_done.set()
        sleep(60)  # stands for a slow step
        accounts[1] += 10


if __name__ == "__main__":
    set_start_method("spawn")
    accounts, half_done = Array("q", [100, 100]), Event()
    child = Process(target=transfer, args=(accounts, half_done))
    child.start()
    half_done.wait()
    child.kill()
    child.join()
    print("the child's exit code:", child.exitcode, flush=True)
    with accounts.get_lock():
        print("the value is", accounts[:])
