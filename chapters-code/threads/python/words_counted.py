import threading

words = []


def count_words(text):
    words.append(len(text.split()))


text = "threads share the memory of their process"
counter = threading.Thread(target=count_words, args=(text,))
counter.start()
print("the thread is started")
counter.join()
print(words[0], "words")
