import multiprocessing
import multiprocessing.connection
import signal


def search(place, answer):
    while place != "the attic":
        signal.pause()  # it searches forever
    answer.send(f"found it in {place}")


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    answer, to_parent = multiprocessing.Pipe(duplex=False)
    places = ["the cellar", "the attic", "the garden"]
    children = [multiprocessing.Process(target=search, args=(place, to_parent)) for place in places]
    for child in children:
        child.start()
    ready = multiprocessing.connection.wait([child.sentinel for child in children])
    print("ready:", [place for place, child in zip(places, children) if child.sentinel in ready])
    print(answer.recv())

    for child in children:
        child.terminate()
    for child in children:
        child.join()
    print("exit codes:", [child.exitcode for child in children])
