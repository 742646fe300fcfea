import threading

turn = threading.RLock()


def line(text):
    with turn:
        print(text)


def report(who):
    with turn:
        line(f"{who} has read two pages")
        line(f"{who} has found no mistake")


threads = [threading.Thread(target=report, args=(who,)) for who in ["Ann", "Ben"]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
