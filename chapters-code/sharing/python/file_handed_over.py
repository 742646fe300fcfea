import tempfile
from multiprocessing import Pipe, Process, set_start_method
from multiprocessing.reduction import recv_handle, send_handle


def find_highest(jobs):
    while True:
        try:
            answer = jobs.recv()
        except EOFError:
            return
        with open(recv_handle(jobs)) as log:
            answer.send(max(int(line) for line in log))


if __name__ == "__main__":
    set_start_method("spawn")
    jobs, workers_end = Pipe()
    worker = Process(target=find_highest, args=(workers_end,))
    worker.start()
    workers_end.close()
    for readings in ["18\n24\n21\n", "11\n9\n"]:
        with tempfile.TemporaryFile("w+") as log:
            log.write(readings)
            log.seek(0)
            highest, answer = Pipe(duplex=False)
            jobs.send(answer)
            send_handle(jobs, log.fileno(), worker.pid)
            print("the highest is", highest.recv(), "degrees")
    jobs.close()
    worker.join()
