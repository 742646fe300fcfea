from multiprocessing import Pipe, Process, set_start_method


def measure(readings):
    for degrees in [18, 21, 24]:
        readings.send(degrees)


if __name__ == "__main__":
    set_start_method("spawn")
    receiver, sender = Pipe(duplex=False)
    station = Process(target=measure, args=(sender,))
    station.start()
    while True:
        try:
            print(receiver.recv(), "degrees", flush=True)
        except EOFError:
            break
    print("that was the last one")
    station.join()
