import selectors
import socket
import threading


def clients(first, second):
    """Two clients. The first one speaks when the second has its answer."""
    for client in [second, first]:
        client.sendall(b"hello")
        client.recv(7, socket.MSG_WAITALL)
    for client in [first, second]:
        client.close()


first, first_client = socket.socketpair()
second, second_client = socket.socketpair()
threading.Thread(target=clients, args=(first_client, second_client)).start()
selector = selectors.DefaultSelector()
selector.register(first, selectors.EVENT_READ, 1)
selector.register(second, selectors.EVENT_READ, 2)
while selector.get_map():
    for key, _ in selector.select():  # sleeps until one is ready
        if key.fileobj.recv(64) == b"":
            selector.unregister(key.fileobj)  # the client has hung up
            key.fileobj.close()
        else:
            key.fileobj.sendall(b"welcome")
            print(f"I have answered client {key.data}")
print("both have hung up")
