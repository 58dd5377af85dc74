#!/usr/bin/python3
"""untraced: an exec of what the shim cannot be loaded into says so in the trace, and nobody says anything on standard error."""

import os
import shutil
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, plain_env, program, run, scratch, traced_env

WAYS = ["execve", "execvpe", "fexecve", "execveat", "posix_spawn", "posix_spawnp"]
NOBODY = 65534
EM_AARCH64 = 183


def compiled(path, source, *options):
    result = run("gcc", *options, "-x", "c", "-o", path, "-", input=source)
    if result.status:
        raise AssertionError(repr(result))
    return path


def script(path, interpreter, end="\n"):
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"#! {interpreter}{end}")
    os.chmod(path, 0o755)
    return path


def started(here, how, path, **env):
    """How it ended, and what the trace says of the call that started it."""
    out = os.path.join(here, f"out{len(os.listdir(here))}")
    result = run(program("starts"), how, path, cwd=here, env=traced_env(out, **env))
    lines = [e for e in trace.read(out) if e.get("call") == how]
    if len(lines) != 1:
        raise AssertionError(f"{how} of {path}: {lines}\n{result}")
    return result, lines[0].get("untraced")


def untraced(here, how, path, why, what):
    result, said = started(here, how, path)
    tap.equal((result.status, result.err, said), (0, "", why), f"{how} of {what}: {why}")


def every_way_is_looked_at():
    with scratch() as here:
        static = compiled(f"{here}/static", "int main(void) { return 0; }", "-static")
        for how in WAYS:
            untraced(here, how, static, "static", "a static program")
            untraced(here, how, "/bin/true", None, "a dynamic one")


def scripts_are_what_runs_them():
    with scratch() as here:
        static = compiled(f"{here}/static", "int main(void) { return 0; }", "-static-pie")
        one = script(f"{here}/one", static + " argument")
        two = script(f"{here}/two", one)
        untraced(here, "execve", one, "static", "a script of a static program")
        untraced(here, "execve", script(f"{here}/cut", static, ""), "static", "a script without an end of its line")
        untraced(here, "posix_spawn", two, "static", "a script of a script")
        untraced(here, "execve", script(f"{here}/sh", "/bin/sh"), None, "a script of the shell")
        script(f"{here}/loop", f"{here}/loop")
        result, said = started(here, "execve", f"{here}/loop")
        tap.ok(result.status and said is None, "a script that runs itself is nobody's", repr(result))


def programs_are_found_in_path():
    with scratch() as here:
        os.mkdir(f"{here}/bin")
        compiled(f"{here}/bin/tool", "int main(void) { return 0; }", "-static")
        for how in ("execvpe", "posix_spawnp"):
            result, said = started(here, how, "tool", PATH=f"/none::{here}/bin:/bin")
            tap.equal((result.status, result.err, said), (0, "", "static"), f"{how} finds it in PATH, and so do we")


def the_dynamic_linker_itself():
    """It has no other to load it, but loads what it is given: whatever it is called by."""
    with scratch() as here:
        loader = next(path for path in libraries("/bin/true") if "/ld-" in path)
        for path in (loader, "/" * 600 + loader):
            _, said = started(here, "execve", path)
            tap.equal(said, None, f"execve of the dynamic linker by {len(path)} bytes: nothing is said")


def another_architecture():
    with scratch() as here:
        path = shutil.copy("/bin/true", f"{here}/arm")
        with open(path, "r+b") as f:
            f.seek(18)
            f.write(EM_AARCH64.to_bytes(2, "little"))
        result, said = started(here, "execve", path)
        tap.ok(result.status and said == "arch", "execve of a program for another architecture: arch", repr(result))


def can_give_rights(here):
    with open("/proc/self/status", encoding="ascii") as f:
        bound = "NoNewPrivs:\t1" in f.read()
    return os.geteuid() == 0 and not os.statvfs(here).f_flag & os.ST_NOSUID and not bound


def setuid_programs():
    with scratch() as here:
        if not can_give_rights(here):
            tap.skip("setuid programs", "needs root, and a file system with setuid")
            return
        path = shutil.copy("/bin/true", f"{here}/setuid")
        os.chmod(path, 0o4755)
        untraced(here, "execve", path, None, "one that is setuid to who starts it")
        os.chown(path, NOBODY, NOBODY)
        os.chmod(path, 0o4755)
        untraced(here, "execve", path, "setuid", "one that is setuid to somebody else")
        os.chmod(path, 0o2755)
        untraced(here, "posix_spawn", path, "setuid", "one that is setgid to another group")


BECOMES = """
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	int as = %d, sv[2];

	if (strcmp(argv[1], "acts") == 0 ? setegid(as) < 0 || seteuid(as) < 0
	    : strcmp(argv[1], "acts_by_number") == 0 ? socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || syscall(SYS_setresuid, -1, as, -1) < 0
						     : setresgid(as, as, as) < 0 || setresuid(as, as, as) < 0)
		return 2;
	execv(argv[2], argv + 2);
	return 3;
}
"""
# linux/capability.h, struct vfs_cap_data: revision 2, effective; CAP_NET_BIND_SERVICE.
CAPABILITY = struct.pack("<5I", 0x02000001, 1 << 10, 0, 0, 0)


def after_becoming_another_user():
    with scratch() as here:
        if not can_give_rights(here):
            tap.skip("programs started as another user", "needs root, and a file system with setuid")
            return
        os.chmod(here, 0o755)  # a way to it for everybody; not so, perhaps, to where the shim was built
        shim = shutil.copy(SHIM, here)
        becomes = compiled(f"{here}/becomes", BECOMES % NOBODY)
        plain, capable = (shutil.copy("/bin/true", f"{here}/{name}") for name in ("plain", "capable"))
        os.setxattr(capable, "security.capability", CAPABILITY)

        def said(*command):
            out = os.path.join(here, f"out{len(os.listdir(here))}")
            result = run(*command, cwd=here, env=plain_env(LD_PRELOAD=shim, SOCKTRACE_OUT=out))
            lines = [e for e in trace.read(out) if e.get("call") in ("execv", "execve")] if os.path.exists(out) else []
            return result.status, result.err, [e.get("untraced") for e in lines]

        tap.equal(said(becomes, "acts", plain), (0, "", ["setuid"]), "who acts as another user starts what is secure")
        tap.equal(said(becomes, "acts_by_number", plain), (0, "", ["setuid"]), "so does one of its threads alone")
        tap.equal(said(becomes, "becomes", plain), (0, "", [None]), "who is another one does not")
        tap.equal(said(becomes, "becomes", capable), (0, "", ["setuid"]), "but for a program with capabilities")
        untraced(here, "execve", capable, None, "such a program, by root, who has them")


def libraries(path):
    """What ldd finds it needs, its loader included."""
    words = run("ldd", path).out.split()
    return [w for w in words if w.startswith("/")]


def a_library_that_is_not_there():
    """chroot(8) has no socket, but gives up rights: it has a trace, with its exec."""
    with scratch() as here:
        if os.geteuid() != 0:
            tap.skip("a library that is not there after chroot", "needs root")
            return
        root = f"{here}/root"
        needed = libraries("/bin/env")
        for path in ["/bin/env", *needed]:
            os.makedirs(root + os.path.dirname(path), exist_ok=True)
            shutil.copy(path, root + path)
        result = run("chroot", root, "/bin/env", env=traced_env(f"{here}/out", OTHER="stays"))
        names = {line.partition("=")[0] for line in result.out.splitlines()}
        tap.equal((result.status, result.err), (0, ""), "a program in another root runs, and its loader says nothing")
        tap.equal(names & {"LD_PRELOAD", "OTHER"}, {"OTHER"}, "the shim is not in its environment, the rest is")
        (line,) = [e for e in trace.read(f"{here}/out") if e.get("call", "").startswith("exec")]
        tap.equal(line.get("untraced"), "chroot", "the exec says chroot")

        copy = shutil.copy(SHIM, f"{here}/shim.so")
        env = plain_env(LD_PRELOAD=f"{copy}", SOCKTRACE_OUT=f"{here}/out")
        result = run("sh", "-c", f"rm {copy}; /bin/true; env | grep ^LD_PRELOAD", env=env)
        tap.equal((result.err, result.out), ("", ""), "nor does any loader say something when the library is deleted")


# As containers begin, where their traces were to go is hidden by something else; then they have another root.
HIDES = """
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	int status;
	pid_t pid = syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL);

	(void)argc;
	if (pid < 0)
		return 77;
	if (pid > 0)
		return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("none", argv[2], "tmpfs", MS_RDONLY, NULL) < 0 ||
	    chroot(argv[1]) < 0)
		return 2;
	socket(AF_INET, SOCK_STREAM, 0);
	execl("/bin/env", "env", NULL);
	return 3;
}
"""


def a_directory_that_is_not_there_either():
    """The program cannot be recorded, and what it starts cannot be followed: that the first is said is enough."""
    with scratch() as root, scratch() as here:
        hides = compiled(f"{root}/hides", HIDES)
        for path in ["/bin/env", *libraries("/bin/env")]:
            os.makedirs(root + os.path.dirname(path), exist_ok=True)
            shutil.copy(path, root + path)
        result = run(hides, root, here, env=traced_env(f"{here}/out", OTHER="stays"))
        if result.status == 77:
            tap.skip("a program whose traces' directory is hidden", "no mount namespace to be had")
            return
        names = {line.partition("=")[0] for line in result.out.splitlines()}
        tap.equal((result.status, result.err.count("\n")), (0, 1), "a program whose traces' directory is hidden runs, as does what it starts")
        tap.ok(result.err.startswith("socktrace: cannot"), "what is said comes from us, not from a loader", result.err)
        tap.equal(names & {"LD_PRELOAD", "OTHER"}, {"OTHER"}, "the shim is not in that one's environment, the rest is")


def others_in_the_list_stay():
    with scratch() as here:
        other = compiled(f"{here}/other.so", "int other;", "-shared", "-fPIC")
        copy = shutil.copy(SHIM, f"{here}/shim.so")
        for form in ("{us}:{other}", "{other} {us}"):
            env = plain_env(LD_PRELOAD=form.format(us=copy, other=other), SOCKTRACE_OUT=f"{here}/out")
            result = run("sh", "-c", f"mv {copy} {copy}.gone; env | grep ^LD_PRELOAD; mv {copy}.gone {copy}", env=env)
            listed = result.out.partition("=")[2].replace(":", " ").split()
            tap.equal((result.err, listed), ("", [other]), f"{form}: the other library stays in the list")


# An environment of so many bytes, of which each way takes 256 KiB less what it adds itself; what it did is done once.
FILLS = """
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static int ended;
static void count(int signal) { (void)signal; ended++; }
static char *filled(const char *name, size_t size)
{
	char *entry = malloc(size);
	memset(entry, 'x', size - 1);
	memcpy(entry, name, strlen(name));
	entry[size - 1] = 0;
	return entry;
}
int main(int argc, char **argv)
{
	const char *program = argc > 4 ? argv[4] : "/bin/true";
	size_t size = atol(argv[2]);
	char *env[] = {filled("A=", size / 2), filled("B=", size - size / 2), NULL}, *args[] = {"/bin/true", NULL};
	struct rlimit stack = {1 << 20, RLIM_INFINITY};
	int sv[2], ret = -1, status = -1;
	posix_spawn_file_actions_t actions;
	pid_t pid;

	signal(SIGCHLD, count);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv);
	setrlimit(RLIMIT_STACK, &stack);
	environ = env;
	if (!strcmp(argv[1], "posix_spawn")) {
		posix_spawn_file_actions_init(&actions);
		posix_spawn_file_actions_addopen(&actions, 9, argv[3], O_CREAT | O_EXCL | O_WRONLY, 0600);
		ret = posix_spawn(&pid, "/bin/true", &actions, NULL, args, env);
		if (ret == 0)
			waitpid(pid, &status, 0);
		unlink(argv[3]);
	} else if (!strcmp(argv[1], "system")) {
		ret = system("true");
	} else if (!strcmp(argv[1], "popen")) {
		ret = pclose(popen("true", "r"));
	} else if ((pid = fork()) == 0) {
		if (!strcmp(argv[1], "execve"))
			execve(program, args, env);
		else if (!strcmp(argv[1], "fexecve"))
			fexecve(open("/bin/true", O_RDONLY | O_CLOEXEC), args, env);
		else
			syscall(SYS_execve, "/bin/true", args, env);
		_exit(errno);
	} else {
		waitpid(pid, &ret, 0);
	}
	printf("%d %d %d", ret, status, ended);
	return 0;
}
"""


def an_environment_that_is_full():
    with scratch() as here:
        fills = compiled(f"{here}/fills", FILLS)
        for how in ("execve", "fexecve", "syscall", "posix_spawn", "system", "popen"):

            def plain(size, how=how):
                return run(fills, how, str(size), f"{here}/made", env=plain_env()).out

            def traced(size, how=how):
                out = os.path.join(here, f"out{len(os.listdir(here))}")
                result = run(fills, how, str(size), f"{here}/made", env=traced_env(out))
                return result.out, [e["untraced"] for e in trace.read(out) if e.get("untraced")]

            fits, too_large = 1000, 1 << 18
            works = plain(fits)
            while too_large - fits > 1:
                size = (fits + too_large) // 2
                fits, too_large = (size, too_large) if plain(size) == works else (fits, size)
            tap.equal(traced(fits), (works, ["room"]), f"{how} with an environment of {fits} bytes: as untraced, which is said")
            tap.equal(traced(fits + 1)[0], plain(fits + 1), f"{how} with one byte more: refused as untraced")
            tap.equal(traced(fits - (16 << 10)), (works, []), f"{how} with 16 KiB less: it is followed")


def no_more_is_given_to_what_is_not_followed():
    with scratch() as here:
        fills, static = compiled(f"{here}/fills", FILLS), compiled(f"{here}/static", "int main(void) { return 0; }", "-static")

        def done(size, env):
            return run(fills, "execve", str(size), f"{here}/made", static, env=env).out

        fits, too_large = 1000, 1 << 18
        while too_large - fits > 1:
            size = (fits + too_large) // 2
            fits, too_large = (size, too_large) if done(size, plain_env())[0] == "0" else (fits, size)
        tap.equal(done(fits, traced_env(f"{here}/out"))[0], "0", f"a static program with an environment of {fits} bytes, the most that fit: runs")
        reasons = [e["untraced"] for e in trace.read(f"{here}/out") if e.get("untraced")]
        tap.equal(reasons, ["static"], "and goes untraced for what it is")


LONGEST = 128 << 10  # of one text, with its end: MAX_ARG_STRLEN of Linux
LONG_LIST = f"import subprocess; print(subprocess.run(['/bin/true'], env={{'LD_PRELOAD': ':' * ({LONGEST} - len('LD_PRELOAD=') - 1)}}))"


def a_list_of_libraries_that_is_as_long_as_can_be():
    with scratch() as here:
        plain = run(sys.executable, "-c", LONG_LIST, env=plain_env())
        tap.equal((plain.status, plain.err), (0, ""), "a list of libraries that fills a text: a program is started with it")
        traced = run(sys.executable, "-c", LONG_LIST, env=traced_env(f"{here}/out"))
        tap.equal((traced.status, traced.out, traced.err), (plain.status, plain.out, plain.err), "and so it is traced, though we have no room in it")


def what_has_no_room_is_traced_to_nowhere():
    """With the shim in its environment, but without SOCKTRACE_OUT, and no room for that."""
    code = f"""
import os, socket, sys
made = socket.socketpair()
fill = ["x" * 100000] * 20 + ["x" * 90000]
os.execve({program("pair")!r}, ["pair", *fill], {{"LD_PRELOAD": {SHIM!r}}})
"""
    with scratch() as here:
        result = run(sys.executable, "-c", code, env=traced_env(f"{here}/out"), cwd=here)
        tap.equal((result.status, result.err), (0, ""), "a program that is given the shim, but has no room for its settings, runs")
        tap.equal(sorted(os.listdir(here)), ["out"], "and leaves no trace where nobody looks")
        reasons = [e["untraced"] for e in trace.read(f"{here}/out") if e.get("untraced")]
        tap.equal(reasons, ["room"], "which is said")


tap.run(
    every_way_is_looked_at,
    scripts_are_what_runs_them,
    programs_are_found_in_path,
    the_dynamic_linker_itself,
    another_architecture,
    setuid_programs,
    after_becoming_another_user,
    a_library_that_is_not_there,
    a_directory_that_is_not_there_either,
    others_in_the_list_stay,
    an_environment_that_is_full,
    no_more_is_given_to_what_is_not_followed,
    a_list_of_libraries_that_is_as_long_as_can_be,
    what_has_no_room_is_traced_to_nowhere,
)
