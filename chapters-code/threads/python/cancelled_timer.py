import threading

egg = threading.Timer(0.05, lambda: print("egg: done"))
egg.start()
egg.join()

cake = threading.Timer(60, lambda: print("cake: done"))
cake.start()
cake.cancel()
cake.join()
print("cake: its thread has ended")
