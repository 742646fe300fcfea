import os
import socket
import threading


def ask(server):
    with socket.create_connection(server) as client:
        print(f"the answer is {client.recv(100).decode()}")


def serve(listener):
    """Answers its clients when three of them are waiting."""
    clients = []
    while len(clients) < 3:
        client, _ = listener.accept()
        clients.append(client)
    print(f"{len(clients)} clients are waiting")
    for client in clients:
        client.sendall(b"42")


os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
with socket.create_server(("127.0.0.1", 0)) as listener:
    threading.Thread(target=serve, args=(listener,)).start()
    server = listener.getsockname()
    threads = [threading.Thread(target=ask, args=(server,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
