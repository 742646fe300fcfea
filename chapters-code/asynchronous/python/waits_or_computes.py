import socket
import threading
import time


def ask(server):
    with socket.create_connection(server) as client:
        client.recv(100)


def add_up():
    return sum(1 / n for n in range(1, 1_000_000))


def measure(task, run):
    start, before = time.monotonic(), time.process_time()
    run()
    elapsed = time.monotonic() - start
    used = time.process_time() - before
    print(f"{task}: {'waits' if used < elapsed / 50 else 'computes'}")


def serve(listener):
    """Takes 300 ms for each answer."""
    while True:
        client, _ = listener.accept()
        time.sleep(0.3)  # stands for its work
        client.sendall(b"42")
        client.close()


with socket.create_server(("127.0.0.1", 0)) as listener:
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    server = listener.getsockname()
    measure("asking the server", lambda: ask(server))
    measure("adding up", add_up)
