from multiprocessing import Pool, TimeoutError, set_start_method


def hunt(notes):
    at, steps = 0, 0
    while at < len(notes):
        at = notes[at]
        steps += 1
    return steps


if __name__ == "__main__":
    set_start_method("spawn")
    with Pool(1) as pool:
        all_notes = [[2, 3, 1], [1, 2, 0], [1, 2]]
        hunts = [pool.apply_async(hunt, (notes,)) for notes in all_notes]
        print("treasure found after", hunts[0].get(), "notes", flush=True)
        try:
            hunts[1].get(timeout=0.2)
        except TimeoutError:
            print("no treasure in time", flush=True)
        print("treasure found after", hunts[2].get(), "notes")
