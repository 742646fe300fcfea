import threading

sold = 0
lock = threading.Lock()


def sell():
    global sold
    for _ in range(1000):
        with lock:
            sold += 1


sellers = [threading.Thread(target=sell) for _ in range(2)]
for seller in sellers:
    seller.start()
for seller in sellers:
    seller.join()
print("sold:", sold)
