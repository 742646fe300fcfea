import os
import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory


def reader(name):
    weather = SharedMemory(name)
    print("the reader found:", bytes(weather.buf[:6]).decode(), flush=True)
    weather.close()


if len(sys.argv) > 1:
    reader(sys.argv[1])
else:
    os.environ["PYTHONWARNINGS"] = "ignore"  # that the name is gone at the end
    name = f"weather-{os.getpid()}"
    weather = SharedMemory(name, create=True, size=1024)
    weather.buf[:6] = b"-3.5 C"
    for _ in range(2):
        command = [sys.executable, __file__, name]
        ended = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        if ended.returncode:
            print("the reader:", ended.stderr.splitlines()[-1])
    weather.close()
