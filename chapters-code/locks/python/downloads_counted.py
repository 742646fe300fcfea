import threading

pages = 0
counting = threading.Lock()


def download():
    global pages
    for _ in range(100_000):
        with counting:
            pages += 1


threads = [threading.Thread(target=download) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{pages} pages")
