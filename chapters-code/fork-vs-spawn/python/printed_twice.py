import os

# Buffered in blocks, as standard output is when it is not a terminal.
out = open(1, "w", closefd=False)

print("written once", file=out)
child = os.fork()
if child == 0:
    print("the child", file=out, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("the parent", file=out)
