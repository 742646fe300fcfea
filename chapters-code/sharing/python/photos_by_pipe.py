from dataclasses import dataclass
from multiprocessing import Pipe, Process, set_start_method


@dataclass
class Photo:
    name: str
    width: int
    height: int


def shrink(photos):
    while True:
        try:
            photo = photos.recv()
        except EOFError:
            return
        height = 120 * photo.height // photo.width
        print(f"helper: {photo.name} becomes 120 x {height}", flush=True)


if __name__ == "__main__":
    set_start_method("spawn")
    receiver, sender = Pipe(duplex=False)
    helper = Process(target=shrink, args=(receiver,))
    helper.start()
    receiver.close()  # the helper has its own
    sender.send(Photo("beach", 4000, 3000))
    sender.send(Photo("tower", 3000, 4000))
    sender.close()
    helper.join()
    print("main: all photos are done")
