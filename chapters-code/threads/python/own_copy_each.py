import threading


class Calls(threading.local):
    so_far = 0


calls = Calls()


def calls_so_far():
    calls.so_far += 1
    return calls.so_far


def print_calls():
    print("in the new thread:", calls_so_far())


calls_so_far()
calls_so_far()
thread = threading.Thread(target=print_calls)
thread.start()
thread.join()
print("in main:", calls_so_far())
