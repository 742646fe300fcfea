from queue import Queue
from threading import Thread


def scan(pages):
    for n in range(1, 4):
        page = bytearray([n]) * 5_000_000
        pages.put((id(page), page))
    pages.put(None)


pages = Queue(2)
scanner = Thread(target=scan, args=(pages,))
scanner.start()
while (scanned := pages.get()) is not None:
    address, page = scanned
    print(f"page {page[0]} is at the same address: {id(page) == address}")
print("no further page will come")
scanner.join()
