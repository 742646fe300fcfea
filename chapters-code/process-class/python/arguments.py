from multiprocessing import Process, set_start_method


def count_words(name, text):
    print(f"{name} has {len(text.split())} words")


if __name__ == "__main__":
    set_start_method("spawn")
    text = "processes share nothing unless told to"
    process = Process(target=count_words, args=("the motto", text))
    process.start()
    process.join()
