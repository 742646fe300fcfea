from concurrent.futures import ThreadPoolExecutor
from socket import create_connection, create_server
from threading import Barrier, Thread

REPORTS = ["north 12 °C", "east 9 °C", "south 15 °C", "west 11 °C"]
group_is_there = Barrier(len(REPORTS))


def serve(listener, report):
    with listener, listener.accept()[0] as client:
        group_is_there.wait()
        client.sendall(report.encode())


def start_station(report):
    listener = create_server(("127.0.0.1", 0))
    Thread(target=serve, args=(listener, report)).start()
    return listener.getsockname()


def ask(station):
    with create_connection(station) as stream:
        return stream.makefile(encoding="utf-8").read()


stations = [start_station(report) for report in REPORTS]
with ThreadPoolExecutor(len(stations)) as threads:
    for answer in threads.map(ask, stations):
        print(answer)
