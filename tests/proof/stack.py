"""stack: who made a system call, from the stack that strace -k shows: the program, the shim, or libc by itself, and in what."""

import functools
import itertools
import os
import re
import subprocess

# A call without these reasons is the program's own, made through a wrapper: (kind, what).
SHIM = ("shim", "a question of its own")
UNEXPLAINED, RAW, STATIC = "UNEXPLAINED", "raw instruction", "static"
NOT_LIBC = {UNEXPLAINED, RAW, STATIC}

# One name for what is the same call: the kernel's where the program called something else.
SAME = {
    "send": "sendto",
    "recv": "recvfrom",
    "fclose": "close",
    "closefrom": "close_range",
    "fcntl64": "fcntl",
    "sendfile64": "sendfile",
    "select": "pselect6",
    "pselect": "pselect6",
    "epoll_pwait": "epoll_wait",
    "epoll_pwait2": "epoll_wait",
}

# What libc does by itself, by the name of its function that the program called. It opens sockets for users, groups and
# services to ask nscd; a getaddrinfo asks nscd, then the name server.
KINDS = {
    "stdio": r"\w*printf|f?put[sc]|putchar|fwrite|fflush|fread|f?get[sc]|f?getw[sc]|fgetws|getline|getdelim|setvbuf|fseeko?|fclose|exit|perror"
    r"|(file_)?(over|under|u)flow",
    "resolver": r"getaddrinfo|gethostby\w+|getnameinfo|res_\w+|if_\w+|getifaddrs",
    "nscd": r"get(pw|gr|sp|serv)\w+|initgroups|getgrouplist",
    "spawn": r"posix_spawnp?|popen|pclose|system",
    "syslog": r"v?syslog|openlog|closelog",
    "terminal": r"isatty|tc[gs]etattr",
}
C_LIBRARY = re.compile(r"(libc|libresolv|libanl|libnss_\w+|ld-linux-x86-64)[.-].*")
OURS = re.compile(r"libsocktrace.*")
STARTS = {"__libc_start_main", "__libc_start_call_main", "__libc_init_first"}  # main has returned
# A frame without an object: code that was made while the program ran.
FRAME = re.compile(r" > (?:(.*?)\((?:(.*)\+0x[0-9a-f]+)?\)|\w+) \[0x[0-9a-f]+\]")


def reason(call):
    """Why the trace may lack this call: SHIM, another (kind, what), or None: it went through a wrapper and must be there."""
    frames = [(path or "?", symbol or "?") for path, symbol in (FRAME.fullmatch(line).groups() for line in call.stack)]
    if not frames:
        return UNEXPLAINED, "strace has no stack"
    library = leading(C_LIBRARY, frames)
    ours = leading(OURS, frames[len(library) :])
    if ours and not library:
        return SHIM
    if library and library[0][1] == "?":
        return None  # after a chroot strace finds neither names nor the way up
    if ours:
        wrapper = ours[-1][1].removeprefix("watched_")  # of read and its like, what records stands apart: preload/wrap.c
        return None if stands_for(wrapper, call.name) else by_libc(wrapper)
    caller = (frames + [("?", "?")])[len(library)][0]
    if not library:
        return by_itself(caller)
    if len(library) == 1:
        return UNEXPLAINED, f"{library[0][1]} called past the shim by {os.path.basename(caller)}"
    return by_libc(library[-1][1])


def leading(objects, frames):
    return list(itertools.takewhile(lambda frame: objects.fullmatch(os.path.basename(frame[0])), frames))


def stands_for(wrapper, kernel_name):
    """Whether this wrapper makes that system call, or libc did so on the way."""
    same = SAME.get(plain(wrapper), plain(wrapper))
    return wrapper == "syscall" or same == SAME.get(kernel_name, kernel_name)


def plain(symbol):
    """A function's name without the decorations of its aliases: __read_chk, __libc_send, _IO_puts."""
    return re.sub(r"^(__GI_)?(__libc_|_IO_|__|_)?|_chk$", "", symbol)


def by_libc(entered):
    """entered: the function of libc that the program called."""
    name = "exit" if entered in STARTS else plain(entered)
    return next((kind for kind, pattern in KINDS.items() if re.fullmatch(pattern, name)), "libc"), name


@functools.cache
def by_itself(path):
    """The instruction stands outside libc: a static program, or one that makes system calls of its own."""
    shown = subprocess.run(["readelf", "-lW", path], capture_output=True, text=True)
    is_static = shown.returncode == 0 and not re.search(r"\b(INTERP|DYNAMIC)\b", shown.stdout)
    return STATIC if is_static else RAW, os.path.basename(path)
