import threading

server = threading.BoundedSemaphore(2)
a_pair = threading.Barrier(2)
counting = threading.Lock()
now = most = 0


def download():
    global now, most
    with server:
        with counting:
            now += 1
            most = max(most, now)
        a_pair.wait()  # no download ends alone
        with counting:
            now -= 1


threads = [threading.Thread(target=download) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"6 downloads, at most {most} at once")
try:
    server.release()
except ValueError as error:
    print(f"one release too many: {error}")
