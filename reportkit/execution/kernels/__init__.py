"""A fresh kernel in a fraction of the time: a server with the imports done forks one for each notebook.

Choose it by name wherever kernels are chosen: `papermill --kernel reportkit`, JupyterLab's launcher, `jupyter execute
--kernel_name=reportkit`, `jupyter nbconvert --execute --ExecutePreprocessor.kernel_name=reportkit`. It needs no
reportkit project and imports nothing else of reportkit. Each notebook has a process of its own, and its cells can't
tell it from ipykernel's.

    client process                          server (one per user and environment)         kernel
    ForkProvisioner ── Request, stdout, stderr ──▶ Server: imports done, one thread
         │                                             └── fork ────────────────────▶ adopts cwd, env, descriptors;
         │◀─ pidfd ────────────────────────────────────┘                              IPKernelApp binds its sockets
         │◀─ "bound" ────────────────────────────────────────────────────────────────────┘
         │◀─ exit status ──────────── reaps ◀──────────────────────────────────────── ends

provisioner.py  what jupyter_client calls: launch, poll, signal, wait; any failure launches a plain kernel instead
launch.py       the client's half: finds or starts the server of its environment, asks it for a kernel
address.py      which server fits an environment: what a fork can't change is hashed into the socket's name
wire.py         the messages between them, one datagram each
server.py       the daemon: preloads, accepts, forks, reaps; ends when idle or with its last owner
preload.py      the imports, and whether a package was changed since
kernel.py       what the forked child does to become a kernel
stream.py       a cell's standard output, of which much is sent at once
confine.py      what kernels are kept from where their kernelspec says so: the network, more memory than a limit
ready.py        clients that know at once when a kernel is ready

A server ends ten minutes after its last launch (`idle_s`), or as soon as every process that launched from it has ended.
What it imports is the kernelspec's `preload`: modules, or `module:function` to call; an absent one is skipped.
Where fork, pidfds or SCM_RIGHTS are missing (Windows, macOS), the kernel is a plain one and one line says so.
Unlike in a plain kernel: strings hash alike in all kernels of one server, `ps` shows the server's command, and whatever
the preload leaves behind is there (reportkit's own: its chart font in matplotlib's list).
"""
