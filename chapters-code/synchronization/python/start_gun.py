import threading

gun = threading.Event()


def run(runner):
    gun.wait()
    print(f"runner {runner} runs\n", end="")


threads = [threading.Thread(target=run, args=(n,)) for n in (1, 2, 3)]
for thread in threads:
    thread.start()
print("bang", flush=True)
gun.set()
for thread in threads:
    thread.join()
