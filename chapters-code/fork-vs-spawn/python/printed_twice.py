import os

print("written once")
child = os.fork()
if child == 0:
    print("the child", flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("the parent")
