import tempfile
from multiprocessing import Pipe, Process, set_start_method
from multiprocessing.reduction import recv_handle, send_handle


def count_lines(jobs):
    while True:
        try:
            answer = jobs.recv()
        except EOFError:
            return
        with open(recv_handle(jobs)) as log:
            answer.send(len(log.readlines()))


if __name__ == "__main__":
    set_start_method("spawn")
    jobs, workers_end = Pipe()
    worker = Process(target=count_lines, args=(workers_end,))
    worker.start()
    workers_end.close()
    for readings in ["18\n24\n21\n", "11\n9\n"]:
        with tempfile.TemporaryFile("w+") as log:
            log.write(readings)
            log.seek(0)
            count, answer = Pipe(duplex=False)
            jobs.send(answer)
            send_handle(jobs, log.fileno(), worker.pid)
            print(count.recv(), "readings")
    jobs.close()
    worker.join()
