#!/usr/bin/python3
"""probe: the verdict on a program is what a preload will find, and no file, however damaged, makes probe crash."""

import os
import random
import re
import shutil
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import BUILD, ROOT, plain_env, program, run, scratch, traced_env, viewer

CHECKED = os.path.join(BUILD, "sanitized", "socktrace")
CRASH = re.compile(r"Sanitizer|runtime error|Segmentation")
WORDS = {0: "traceable", 1: "partly", 3: "not traceable"}
NOBODY = 65534
CAP_NET_RAW = struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0)  # struct vfs_cap_data, effective


def flat(text):
    """What probe said, without its line breaks."""
    return re.sub(r"\s+", " ", text)


def says(name, result, status, *parts):
    good = result.status == status and all(p in flat(result.out) for p in parts)
    verdict = f": {WORDS[status]}\n" in result.out
    return tap.ok(good and verdict, name, f"wanted status {status}, {WORDS[status]!r} and {parts}\n{result}")


def refused(name, result, *parts):
    good = result.status == 2 and not result.out and result.err.count("\n") == 1
    tap.ok(good and all(p in result.err for p in parts), name, f"wanted status 2 and {parts}\n{result}")


def probe(*programs, **env):
    return viewer("probe", *programs, **env)


def write(path, content, mode=0o755):
    with open(path, "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    os.chmod(path, mode)
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()


def compiled(here, name, source, *options):
    result = run("cc", "-o", f"{here}/{name}", "-x", "c", write(f"{here}/{name}.c", source), "-x", "none", *options)
    if result.status:
        raise AssertionError(repr(result))
    return f"{here}/{name}"


def leaves_a_trace(path):
    """What happens when it is started with the shim."""
    with scratch() as here:
        run(path, env=traced_env(f"{here}/out"))
        return os.path.isdir(f"{here}/out")


def a_plain_program():
    path = program("pair")
    says("a dynamic program", probe(path), 0, "dynamically linked", "ld-linux", "socketpair", "close, read, write")
    tap.ok(leaves_a_trace(path), "and it leaves a trace")
    found = probe("sh")
    says("one found in PATH", found, 0)
    tap.ok(re.match(r"sh \(/.*/sh\): ", found.out), "is named with its path", found)


def static_programs():
    with scratch() as here:
        source = f"{ROOT}/tests/programs/pair.c"
        for name, words in (("-static", "statically linked: "), ("-static-pie", "statically linked (static-pie): ")):
            path = f"{here}/program{name}"
            built = run("cc", name, f"-I{ROOT}/tests/programs", "-o", path, source, f"{ROOT}/tests/programs/net/net.c")
            tap.equal(built.status, 0, f"cc {name}")
            says(f"{name}", probe(path), 3, "it is " + words)
            tap.ok(not leaves_a_trace(path), "and it leaves no trace")


def rights(here):
    """Whether a file's setuid bit means anything here."""
    with open("/proc/self/status", encoding="ascii") as f:
        bound = "NoNewPrivs:\t1" in f.read()
    return os.geteuid() == 0 and not os.statvfs(here).f_flag & os.ST_NOSUID and not bound


def other_rights():
    with scratch() as here:
        if not rights(here):
            tap.skip("setuid programs and file capabilities", "needs root, and a file system with setuid")
            return
        os.chmod(here, 0o755)
        path = f"{here}/setuid"
        shutil.copy(program("pair"), path)
        os.chmod(path, 0o4755)
        says("setuid to who asks", probe(path), 0, "for others the loader ignores LD_PRELOAD")
        tap.ok(leaves_a_trace(path), "and it leaves a trace")
        os.chown(path, NOBODY, NOBODY)
        os.chmod(path, 0o4755)
        says("setuid to somebody else", probe(path), 3, "setuid or setgid: the loader ignores LD_PRELOAD")
        tap.ok(not leaves_a_trace(path), "and it leaves no trace")
        os.chown(path, 0, NOBODY)
        os.chmod(path, 0o2755)
        says("setgid to another group", probe(path), 3, "setuid or setgid: the loader ignores LD_PRELOAD")

        capable = f"{here}/capable"
        shutil.copy(program("pair"), capable)
        os.setxattr(capable, "security.capability", CAP_NET_RAW)
        says("file capabilities, for root", probe(capable), 0, "for others than root the loader ignores LD_PRELOAD")
        for name in ("socktrace", "libsocktrace.so"):
            shutil.copy(os.path.join(ROOT, name), here)
        as_nobody = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        asked = run(*as_nobody, f"{here}/socktrace", "probe", capable)
        says("file capabilities, for others", asked, 3, "has file capabilities: the loader ignores LD_PRELOAD")


def scripts():
    with scratch() as here:
        script, path = f"{here}/script", program("pair")
        says("a script", probe(write(script, "#!/bin/sh\n")), 0, "it is a script: what counts is /bin/sh")
        says("text without #!", probe(write(script, "exit 6\n")), 0, "without #!: what counts is /bin/sh")
        says("an empty file", probe(write(script, "")), 0, "without #!")
        says("env", probe(write(script, "#! /usr/bin/env pair \n"), PATH=os.path.dirname(path)), 0, f"counts is {path}")
        split = write(script, "#!/usr/bin/env -S -i A=b pair -x\n")
        says("env -S", probe(split, PATH=os.path.dirname(path)), 0, f"counts is {path}")
        says("env with two words", probe(write(script, "#!/usr/bin/env sh -x\n")), 3, "env finds no `sh -x`")
        says("env of nothing", probe(write(script, "#!/usr/bin/env no-such-program\n")), 3, "no `no-such-program`")
        says("a missing interpreter", probe(write(script, f"#!{here}/none\n")), 3, f"{here}/none", "cannot be read")
        says("an interpreter that is a directory", probe(write(script, f"#!{here}\n")), 3, "cannot be read")
        says("a script that runs itself", probe(write(script, f"#!{script}\n")), 3, "more than the kernel follows")
        says("a script of a script", probe(write(f"{here}/outer", f"#!{write(script, '#!/bin/sh')}\n")), 0, "/bin/sh")
        says("bytes", probe(write(script, b"\x89PNG\0\0")), 3, "neither an ELF program nor a script")
        static = f"{here}/static"
        compiled(here, "static", "int main(void) { return 5; }\n", "-static")
        says("a static interpreter", probe(write(script, f"#!{static}\n")), 3, f"{static} is statically linked")


def what_is_no_program():
    with scratch() as here:
        refused("a text file that is not executable", probe(write(f"{here}/text", "hello\n", 0o644)), f"{here}/text")
        refused("a directory", probe(here), here)
        refused("what is not there", probe(f"{here}/none"), "not found")
        refused("what is not in PATH", probe("no-such-program"), "not found")
        refused("nothing", probe(), "probe wants a program")
        refused("a control byte in a name", probe("./a\x1b[31mb"), "\\x1b[31m")
        library = compiled(here, "lib.so", "int a;", "-shared", "-fPIC")
        says("a shared library", probe(library), 3, "a shared library, not a program")
        object_file = compiled(here, "a.o", "int a;", "-c")
        os.chmod(object_file, 0o755)
        says("an object file", probe(object_file), 3, "no program")


def what_cannot_be_started_here():
    good = read(program("pair"))
    with scratch() as here:
        spoiled = good.replace(b"/lib64/ld-linux-x86-64.so.2\0", b"/lib64/ld-linux-x86-64.so.9\0")
        missing = probe(write(f"{here}/loader", spoiled))
        says("a missing loader", missing, 3, "/lib64/ld-linux-x86-64.so.9, which is not there")
        other = bytearray(good)
        other[4] = 1
        says("another class", probe(write(f"{here}/class", bytes(other))), 3, "32-bit x86-64", "than libsocktrace.so")
        other = bytearray(good)
        other[18:20] = b"\xb7\0"
        says("another machine", probe(write(f"{here}/machine", bytes(other))), 3, "64-bit AArch64", "(64-bit x86-64)")


def without_the_c_library():
    start = "void _start(void) { __asm__ volatile(\"mov $60, %eax; xor %edi, %edi; syscall\"); for (;;); }\n"
    with scratch() as here:
        raw = compiled(here, "raw", start, "-nostdlib", "-static")
        says("raw system calls, static", probe(raw), 3, "statically linked")
        raw = compiled(here, "raw_pie", start, "-nostdlib", "-pie")
        says("raw system calls, dynamic", probe(raw), 3, "loads no C library")
        empty = write(f"{here}/note", b"go")
        for name, source, status, words in (
            ("cgo", '#include <netdb.h>\nint main(void) { return getaddrinfo(0, 0, 0, 0); }\n', 1, "only those are seen"),
            ("go", "int main(void) { return 0; }\n", 3, "a Go program: it makes its system calls without"),
        ):
            path = compiled(here, name, source)
            run("objcopy", "--add-section", f".note.go.buildid={empty}", path)
            says(f"a Go program's section: {name}", probe(path), status, words)


def imports():
    with scratch() as here:
        for name in ("fdopen", "syscall", "vfork", "clone"):
            path = compiled(here, name, f"extern char {name}();\nint main(void) {{ return {name}(); }}\n", "-fno-builtin")
            says(f"{name} is pointed out", probe(path), 0, f"it imports {name}: ")
        release = re.search(rb"release version ([0-9.]*[0-9])", read("/lib/x86_64-linux-gnu/libc.so.6"))[1].decode()
        streams = compiled(here, "streams", "extern char fdopen();\nint main(void) { return fdopen(); }\n", "-fno-builtin")
        says("of streams, what is so here", probe(streams), 0, f"is recorded, where glibc {release} is as Debian")
        path = compiled(here, "dlmopen", "extern char dlmopen();\nint main(void) { return dlmopen(); }\n")
        says("dlmopen is pointed out", probe(path), 0, "it imports dlmopen: ")
        path = compiled(here, "checked", "extern char __recv_chk();\nint main(void) { return __recv_chk(); }\n")
        says("a fortified call is its call", probe(path), 0, "calls for sockets: recv -")
        path = compiled(here, "stripped", "extern char recv();\nint main(void) { return recv(); }\n", "-s")
        says("a stripped program", probe(path), 0, "calls for sockets: recv -")
        headless = bytearray(read(path))
        headless[40:48] = bytes(8)  # e_shoff
        headless[58:64] = bytes(6)  # e_shentsize, e_shnum, e_shstrndx
        says("no sections at all", probe(write(path, bytes(headless))), 0, "calls it makes is not known", "dynamically")


def libraries():
    main = "extern int one(void);\nint main(void) { return one(); }\n"
    one = "extern int socket(int, int, int);\nextern int two(void);\nint one(void) { return two() + socket(1, 1, 0); }\n"
    two = "extern int one(void);\nextern int bind();\nextern int listen();\nint two(void) { return bind() + listen(); }\n"
    with scratch() as here:
        shared = ("-shared", "-fPIC", "-fno-builtin", "-w")
        compiled(here, "libtwo.so", two, *shared)
        compiled(here, "libone.so", one, *shared, f"{here}/libtwo.so", "-Wl,-rpath,$ORIGIN", "-Wl,-soname,libone.so")
        # Each needs the other.
        compiled(here, "libtwo.so", two, *shared, "-Wl,--no-as-needed", f"{here}/libone.so", "-Wl,-soname,libtwo.so")
        compiled(here, "libone.so", one, *shared, f"-L{here}", "-l:libtwo.so", "-Wl,-rpath,$ORIGIN", "-Wl,-soname,libone.so")
        link = (f"-L{here}", "-l:libone.so", f"-Wl,-rpath-link,{here}")
        for name, options, env in (
            ("RUNPATH", ("-Wl,-rpath,${ORIGIN}/.", "-Wl,--enable-new-dtags"), {}),
            ("RPATH", ("-Wl,-rpath,$ORIGIN", "-Wl,--disable-new-dtags"), {}),
            ("LD_LIBRARY_PATH", (), {"LD_LIBRARY_PATH": f"/nowhere:{here}"}),
        ):
            path = compiled(here, "main", main, *link, *options)
            says(
                f"libraries found by {name}, and theirs", probe(path, **env), 0,
                "loads 3 libraries; calls for sockets are imported by 2: libone.so (1), libtwo.so (2)",
            )
        says("libraries not found", probe(path), 0, "needs libone.so, which was not found", "loads 2 libraries")
        tap.ok("cannot make a socket" not in flat(probe(path).out), "of which nothing is claimed", probe(path))
        nothing = compiled(here, "nothing", "int main(void) { return 0; }\n")
        says("a program without a call for sockets", probe(nothing), 0, "cannot make a socket by itself")

        compiled(here, "libown.so", "int one(void) { return 0; }\nint dup(int a) { return a; }\nint connect(void) { return 1; }\n", *shared)
        path = compiled(here, "own", main, f"{here}/libown.so", "-Wl,-rpath,$ORIGIN")
        says("a library with functions by the names of calls", probe(path), 0, "of its own by the names of calls: connect, dup; where")
        tap.ok("of its own" not in flat(probe("/bin/sh").out), "which the C library is not said to have")

        compiled(here, "liburing.so", "int one(void) { return 0; }\n", *shared, "-Wl,-soname,liburing.so.2")
        os.rename(f"{here}/liburing.so", f"{here}/liburing.so.2")
        path = compiled(here, "ring", main, f"{here}/liburing.so.2", "-Wl,-rpath,$ORIGIN")
        says("io_uring by its library", probe(path), 1, "io_uring is not seen")
        said = viewer("run", "-o", f"{here}/out", "--", path)
        tap.ok(said.status == 0 and "can be traced only partly: it loads liburing" in said.err, "run says so too", said)


def several():
    with scratch() as here:
        raw = compiled(here, "raw", "int main(void) { return 0; }\n", "-static")
        good = program("pair")
        tap.equal(probe(good, good).status, 0, "two that are traceable")
        both = probe(raw, good)
        tap.equal((both.status, both.out.count("raceable\n")), (3, 2), "one of two is not: the worst counts")
        all_three = probe(raw, f"{here}/none", good)
        tap.equal((all_three.status, all_three.out.count("raceable\n")), (2, 2), "what is not there does not end it")


def run_says_the_same():
    with scratch() as here:
        for path, words in (
            (compiled(here, "raw", "int main(void) { return 0; }\n", "-static"), "cannot be traced: it is statically"),
            (program("pair"), ""),
        ):
            said = viewer("run", "-o", f"{here}/out", "--", path)
            tap.ok(said.status == 0 and words in said.err and bool(said.err) == bool(words), f"run of {path}", said)


def checked(paths):
    env = plain_env(ASAN_OPTIONS="exitcode=99", UBSAN_OPTIONS="halt_on_error=1:exitcode=99:print_stacktrace=1")
    return run(CHECKED, "probe", *paths, env=env, timeout=120)


def spoil(content, dice):
    content = bytearray(content)
    for _ in range(dice.randrange(1, 8)):
        # Headers and tables are where the numbers are.
        at = dice.randrange(dice.choice((64, 1024, len(content))))
        content[at] = dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256)))
    return bytes(content)


def patched(content, offset, form, *values):
    content = bytearray(content)
    struct.pack_into(form, content, offset, *values)
    return bytes(content)


def huge(content):
    """Numbers that promise more than there is."""
    shoff = struct.unpack_from("<Q", content, 40)[0]
    for name, offset, form, value in (
        ("section count", 60, "<H", 0xFFFF),
        ("section names", 62, "<H", 0xFFFF),
        ("program headers", 56, "<H", 0xFFFF),
        ("section table", 40, "<Q", 1 << 63),
        ("program table", 32, "<Q", (1 << 64) - 64),
    ):
        yield name, patched(content, offset, form, value)
    yield "sections by the first", patched(patched(content, 60, "<H", 0), shoff + 32, "<Q", 1 << 60)
    for i in range(struct.unpack_from("<H", content, 56)[0]):
        for field, at in (("offset", 8), ("address", 16), ("size", 32)):
            for value in (1 << 62, (1 << 64) - 1, 1 << 40):
                yield f"segment {i}'s {field}", patched(content, 64 + 56 * i + at, "<Q", value)
    for i in range(struct.unpack_from("<H", content, 60)[0]):
        for field, at in (("type", 4), ("offset", 24), ("size", 32), ("link", 40), ("entry", 56)):
            form, value = ("<I", 11) if field == "type" else ("<I", 0x7FFFFFFF) if field == "link" else ("<Q", 1 << 40)
            yield f"section {i}'s {field}", patched(content, shoff + 64 * i + at, form, value)


def hostile_files_do_not_crash():
    dice = random.Random(2026)
    good = read(program("pair"))
    cases = [(f"{size} bytes", good[:size]) for size in (0, 1, 4, 5, 16, 52, 63, 64, 65, 120, 200)]
    cases += [(f"{size} bytes", good[:size]) for size in sorted(dice.sample(range(200, len(good)), 60))]
    cases += [(f"spoiled {turn}", spoil(good, dice)) for turn in range(400)]
    cases += list(huge(good))
    with scratch() as here:
        for at in range(0, len(cases), 50):
            part = cases[at : at + 50]
            paths = [write(f"{here}/{at + i}", content) for i, (_, content) in enumerate(part)]
            result = checked(paths)
            whole = result.status in (0, 1, 2, 3) and not CRASH.search(result.err)
            if not tap.ok(whole, f"damaged files {at} to {at + len(part) - 1} of {len(cases)}", result.err):
                tap.diag([name for (name, content), path in zip(part, paths) if checked([path]).status > 3])


tap.run(
    a_plain_program,
    static_programs,
    other_rights,
    scripts,
    what_is_no_program,
    what_cannot_be_started_here,
    without_the_c_library,
    imports,
    libraries,
    several,
    run_says_the_same,
    hostile_files_do_not_crash,
)
