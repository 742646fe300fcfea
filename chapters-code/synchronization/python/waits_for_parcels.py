import threading

parcels = 0
changed = threading.Condition()


def driver():
    global parcels
    with changed:
        changed.wait_for(lambda: parcels >= 3)
        print(f"the driver takes {parcels} parcels")
        parcels = 0


thread = threading.Thread(target=driver)
thread.start()
for _ in range(3):
    with changed:
        parcels += 1
        print(f"parcel {parcels} is on the ramp")
        changed.notify()
thread.join()
