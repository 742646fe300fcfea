from multiprocessing import get_context

city = None


def tell(method):
    print(f"{method}: {city}", flush=True)


if __name__ == "__main__":
    city = "Lima"
    for method in ["spawn", "fork"]:
        process = get_context(method).Process(target=tell, args=(method,))
        process.start()
        process.join()
