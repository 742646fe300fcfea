import os
import sys
from multiprocessing.shared_memory import SharedMemory
from subprocess import PIPE, Popen, run


def station(name):
    weather = SharedMemory(name, create=True, size=1024)
    weather.buf[:6] = b"-3.5 C"
    print("the station has written", flush=True)
    sys.stdin.read()
    weather.close()


def display(name):
    weather = SharedMemory(name)
    print("the display shows", bytes(weather.buf[:6]).decode(), flush=True)
    weather.close()


def in_two_terminals():
    os.environ["PYTHONWARNINGS"] = "ignore"  # that the name is gone at the end
    command, name = [sys.executable, __file__], f"weather-{os.getpid()}"
    first = [*command, "station", name]
    with Popen(first, stdin=PIPE, stdout=PIPE, text=True) as running:
        print(running.stdout.readline(), end="", flush=True)
        for _ in range(2):
            second = [*command, "display", name]
            ended = run(second, stderr=PIPE, text=True)
            if ended.returncode:
                print("the display:", ended.stderr.splitlines()[-1])


match sys.argv[1:]:
    case ["station", name]:
        station(name)
    case ["display", name]:
        display(name)
    case _:
        in_two_terminals()
