/* wrap_exec: wrappers of the exec family: what they start is followed. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "preload/follow.h"
#include "preload/libc_calls.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/record.h"
#include "preload/state.h"
#include "preload/vforked.h"

int wrap_execve(const char *pathname, char *const argv[], char *const envp[]) WRAPPER(execve);
int wrap_execv(const char *pathname, char *const argv[]) WRAPPER(execv);
int wrap_execvp(const char *file, char *const argv[]) WRAPPER(execvp);
int wrap_execvpe(const char *file, char *const argv[], char *const envp[]) WRAPPER(execvpe);
int wrap_execl(const char *pathname, const char *arg, ...) WRAPPER(execl);
int wrap_execlp(const char *file, const char *arg, ...) WRAPPER(execlp);
int wrap_execle(const char *pathname, const char *arg, ...) WRAPPER(execle);
int wrap_fexecve(int fd, char *const argv[], char *const envp[]) WRAPPER(fexecve);
int wrap_execveat(int dirfd, const char *pathname, char *const argv[], char *const envp[], int flags) WRAPPER(execveat);
int wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) WRAPPER(posix_spawn);
int wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) WRAPPER(posix_spawnp);
/* Where libc has none a program that looks for one must find none. */
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 39)
#define HAS_PIDFD_SPAWN
#endif
#endif
#ifdef HAS_PIDFD_SPAWN
int wrap_pidfd_spawn(int *pidfd, const char *path, const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) WRAPPER(pidfd_spawn);
int wrap_pidfd_spawnp(int *pidfd, const char *file, const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) WRAPPER(pidfd_spawnp);
#endif
int wrap_system(const char *command) WRAPPER(system);
FILE *wrap_popen(const char *command, const char *type) WRAPPER(popen);

/* What the whole family comes down to: a path, or a file that is searched in PATH. */
typedef int exec_fn(const char *file, char *const argv[], char *const envp[]);

static bool searches(enum call_id call)
{
	return call == CALL_execvp || call == CALL_execvpe || call == CALL_execlp || call == CALL_posix_spawnp ||
	       call == CALL_pidfd_spawnp;
}

/* It has failed. Apart from what each child runs that execs: its pages are new to it. */
static __attribute__((noinline, cold)) int come_back(struct followed *made, bool recorded, struct frame *f)
{
	int err = errno;

	if (recorded)
		record_leave(f, -1, err);
	follow_give_back(made);
	errno = err;
	return -1;
}

static int record_exec(enum call_id call, exec_fn *real, const char *file, char *const argv[], char *const envp[],
		       const void *pc)
{
	long args[] = {(long)file, (long)argv, (long)envp};
	struct frame f;

	if (!shim_follows())
		return real(file, argv, envp);
	struct followed made = follow_exec(argv, envp, AT_FDCWD, file, searches(call));
	f.untraced = made.untraced;
	/* Asked here already: most that exec are children without a trace, to which each page that they touch is new. */
	bool recorded = process_is_traced() && record_enter(&f, call, args, pc);
	real(file, argv, made.env);
	return come_back(&made, recorded, &f);
}

int wrap_execve(const char *pathname, char *const argv[], char *const envp[])
{
	return record_exec(CALL_execve, REAL(execve), pathname, argv, envp, __builtin_return_address(0));
}

int wrap_execv(const char *pathname, char *const argv[])
{
	return record_exec(CALL_execv, REAL(execve), pathname, argv, environ, __builtin_return_address(0));
}

int wrap_execvp(const char *file, char *const argv[])
{
	return record_exec(CALL_execvp, REAL(execvpe), file, argv, environ, __builtin_return_address(0));
}

int wrap_execvpe(const char *file, char *const argv[], char *const envp[])
{
	return record_exec(CALL_execvpe, REAL(execvpe), file, argv, envp, __builtin_return_address(0));
}

/* The arguments up to the null pointer; the va_list is left behind it. */
static int count_args(const char *first, va_list ap)
{
	int n = 0;

	for (const char *arg = first; arg; arg = va_arg(ap, const char *))
		n++;
	return n;
}

static void gather_args(char **argv, const char *first, va_list ap)
{
	*argv = (char *)first;
	while (*argv)
		*++argv = va_arg(ap, char *);
}

#define WRAP_EXECL(name, real)                                                                                         \
	int wrap_##name(const char *file, const char *arg, ...)                                                        \
	{                                                                                                              \
		va_list ap;                                                                                            \
		va_start(ap, arg);                                                                                     \
		int n = count_args(arg, ap);                                                                           \
		va_end(ap);                                                                                            \
		char *argv[n + 1];                                                                                     \
		va_start(ap, arg);                                                                                     \
		gather_args(argv, arg, ap);                                                                            \
		va_end(ap);                                                                                            \
		return record_exec(CALL_##name, REAL(real), file, argv, environ, __builtin_return_address(0));         \
	}
WRAP_EXECL(execl, execve)
WRAP_EXECL(execlp, execvpe)

int wrap_execle(const char *pathname, const char *arg, ...)
{
	va_list ap;

	va_start(ap, arg);
	int n = count_args(arg, ap);
	va_end(ap);
	char *argv[n + 1];
	va_start(ap, arg);
	gather_args(argv, arg, ap);
	/* The environment follows the null pointer; without arguments `arg` was that. */
	char *const *envp = va_arg(ap, char *const *);
	va_end(ap);
	return record_exec(CALL_execle, REAL(execve), pathname, argv, envp, __builtin_return_address(0));
}

int wrap_fexecve(int fd, char *const argv[], char *const envp[])
{
	long args[] = {fd, (long)argv, (long)envp};
	struct frame f;

	if (!shim_follows())
		return REAL(fexecve)(fd, argv, envp);
	struct followed made = {0};
	if (envp) /* without one libc refuses (fexecve(3)) */
		made = follow_exec(argv, envp, fd, "", false);
	f.untraced = made.untraced;
	bool recorded = record_enter(&f, CALL_fexecve, args, __builtin_return_address(0));
	REAL(fexecve)(fd, argv, made.env);
	return come_back(&made, recorded, &f);
}

int wrap_execveat(int dirfd, const char *pathname, char *const argv[], char *const envp[], int flags)
{
	long args[] = {dirfd, (long)pathname, (long)argv, (long)envp, flags};
	struct frame f;

	if (!shim_follows())
		return REAL(execveat)(dirfd, pathname, argv, envp, flags);
	struct followed made = follow_exec(argv, envp, dirfd, pathname, false);
	f.untraced = made.untraced;
	bool recorded = record_enter(&f, CALL_execveat, args, __builtin_return_address(0));
	REAL(execveat)(dirfd, pathname, argv, made.env, flags);
	return come_back(&made, recorded, &f);
}

/* libc is about to make a child that runs in our memory until it has execed or ended: what it does there by itself is not
 * ours. Returns what has to be given to vforked_take_back when libc has returned. */
static int lend(void)
{
	return libc_is_patched && !shim_is_sandboxed() ? vforked_lend(BORROWED_BY_CHILD) : self.borrowed;
}

/* posix_spawn(3): the result is an errno value, and errno itself is nobody's. */
#define WRAP_SPAWN(name)                                                                                               \
	int wrap_##name(int *child, const char *file, const posix_spawn_file_actions_t *actions,                       \
			const posix_spawnattr_t *attr, char *const argv[], char *const envp[])                         \
	{                                                                                                              \
		long args[] = {(long)child, (long)file, (long)actions, (long)attr, (long)argv, (long)envp};            \
		struct frame f;                                                                                        \
		if (!shim_follows())                                                                                   \
			return REAL(name)(child, file, actions, attr, argv, envp);                                     \
		struct followed made = follow_spawn(argv, envp, AT_FDCWD, file, searches(CALL_##name));                \
		f.untraced = made.untraced;                                                                            \
		bool recorded = record_enter(&f, CALL_##name, args, __builtin_return_address(0));                      \
		int was = lend();                                                                                      \
		int ret = REAL(name)(child, file, actions, attr, argv, made.env);                                      \
		vforked_take_back(was);                                                                                \
		if (recorded)                                                                                          \
			record_leave(&f, ret, errno);                                                                  \
		follow_give_back(&made);                                                                               \
		return ret;                                                                                            \
	}
WRAP_SPAWN(posix_spawn)
WRAP_SPAWN(posix_spawnp)
#ifdef HAS_PIDFD_SPAWN
WRAP_SPAWN(pidfd_spawn)
WRAP_SPAWN(pidfd_spawnp)
#endif

int wrap_system(const char *command)
{
	long args[] = {(long)command};
	struct frame f;

	if (!shim_follows())
		return REAL(system)(command);
	char **lent = follow_lend(command, &f.untraced);
	bool recorded = record_enter(&f, CALL_system, args, __builtin_return_address(0));
	int was = lend();
	int ret = REAL(system)(command);
	vforked_take_back(was);
	follow_unlend(lent);
	if (recorded)
		record_leave(&f, ret, errno);
	return ret;
}

FILE *wrap_popen(const char *command, const char *type)
{
	long args[] = {(long)command, (long)type};
	struct frame f;

	if (!shim_follows())
		return REAL(popen)(command, type);
	char **lent = follow_lend(command, &f.untraced);
	bool recorded = record_enter(&f, CALL_popen, args, __builtin_return_address(0));
	int was = lend();
	FILE *ret = REAL(popen)(command, type);
	vforked_take_back(was);
	follow_unlend(lent);
	if (recorded)
		record_leave(&f, (long)ret, errno);
	return ret;
}

SAME_AS(_IO_popen, popen);
