import threading


def hang():
    threading.Event().wait()


thread = threading.Thread(target=hang, daemon=True)
thread.start()
print("join returned", thread.join(timeout=0.1))
print("still alive:", thread.is_alive())
