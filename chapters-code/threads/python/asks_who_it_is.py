import threading


def introduce():
    this = threading.current_thread()
    print(f"{this.name}, tid {this.native_id}")


introduce()
for name in ["downloader", "painter", None]:
    thread = threading.Thread(target=introduce, name=name)
    thread.start()
    thread.join()
