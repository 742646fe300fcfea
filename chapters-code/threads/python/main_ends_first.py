import threading
import time

halfway = threading.Event()


def write_report():
    try:
        print("thread: first half written", flush=True)
        halfway.set()
        time.sleep(60)  # stands for more work
        print("thread: second half written")
    finally:
        print("thread: temporary file removed")


threading.Thread(target=write_report, daemon=True).start()
halfway.wait()
print("main returns")
