import os
from multiprocessing import Pipe, Process, set_start_method
from multiprocessing.connection import wait


def measure(name, readings):
    for degrees in [18, 21]:
        readings.send(degrees)
        if name == "west":
            os.abort()  # stands for a crash


if __name__ == "__main__":
    set_start_method("spawn")
    stations = {}
    for name in ["north", "west"]:
        receiver, sender = Pipe(duplex=False)
        process = Process(target=measure, args=(name, sender))
        process.start()
        sender.close()
        stations[receiver] = name, process
    while stations:
        for receiver in wait(stations):
            name, process = stations[receiver]
            try:
                print(f"{name}: {receiver.recv()} degrees")
            except EOFError:
                process.join()
                print(f"{name}: exit code {process.exitcode}")
                del stations[receiver]
