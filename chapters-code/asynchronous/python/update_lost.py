import threading

balance = 100
both_have_read = threading.Barrier(2)


def deposit(amount):
    global balance
    read = balance
    both_have_read.wait()  # the unlucky moment, in every run
    balance = read + amount


threads = [threading.Thread(target=deposit, args=(10,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"100 + 10 + 10 = {balance}")
