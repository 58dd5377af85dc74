/* children: of a process in a sandbox, or in one of their own, by fork, vfork and clone. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "sandboxes.h"

static void child(void)
{
	static const int calls[] = {SYS_kcmp, SYS_getsockopt, SYS_readlink, SYS_sched_yield, SYS_getdents64};
	int status;

	must(forbid_calls(calls, 5) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

static void cannot_exec(int forbidden)
{
	int status;

	pid_t pid = fork();
	if (pid == 0) {
		must(forbid_calls(&forbidden, 1) == 0);
		must(execl("/nonexistent", "nonexistent", NULL) == -1 && errno == ENOENT);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

static void execs(void)
{
	cannot_exec(SYS_mmap);
	cannot_exec(SYS_munmap);
}

/* A child like this one has no trace. */
static void forks(void)
{
	static const int calls[] = {SYS_openat, SYS_mkdir};
	char byte;
	int status;

	must(forbid_calls(calls, 2) == 0);
	must(write(sv[0], "x", 1) == 1);
	pid_t pid = fork();
	if (pid == 0) {
		must(read(sv[1], &byte, 1) == 1 && write(sv[1], "y", 1) == 1);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	must(read(sv[0], &byte, 1) == 1);
}

static int has_entered[2], may_end[2]; /* pipes */

static void *has_sandboxed_child(void *unused)
{
	char byte;

	use();
	pid_t pid = vfork();
	if (pid == 0) {
		must(forbid_calls(NULL, 0) == 0);
		must(write(has_entered[1], "x", 1) == 1 && read(may_end[0], &byte, 1) == 1);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	return unused;
}

static void *talks_often(void *unused)
{
	talk_often();
	return unused;
}

static void beside(void)
{
	pthread_t parent, other;
	char byte;

	must(pipe(has_entered) == 0 && pipe(may_end) == 0);
	must(pthread_create(&parent, NULL, has_sandboxed_child, NULL) == 0);
	must(read(has_entered[0], &byte, 1) == 1);
	must(pthread_create(&other, NULL, talks_often, NULL) == 0 && pthread_join(other, NULL) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		talk();
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	must(write(may_end[1], "x", 1) == 1 && pthread_join(parent, NULL) == 0);
}

static void above(void)
{
	must(forbid_calls(NULL, 0) == 0);
	pid_t pid = vfork();
	if (pid == 0) {
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &to_stdout) == 0);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	talk_often();
}

static void forbid_to_ask(void)
{
	static const int calls[] = {SYS_getpid, SYS_gettid};

	must(forbid_calls(calls, 2) == 0);
}

static int uses_and_closes(void *unused)
{
	(void)unused;
	talk();
	must(close(sv[0]) == 0 && close(sv[1]) == 0);
	_exit(0);
}

static void vforks(void)
{
	int status;

	forbid_to_ask();
	pid_t pid = vfork();
	if (pid == 0)
		uses_and_closes(NULL);
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	talk();
}

static char stack[64 << 10] __attribute__((aligned(16)));

static void clone_with(int flags)
{
	int status;

	forbid_to_ask();
	pid_t pid = clone(uses_and_closes, stack + sizeof stack, CLONE_VM | SIGCHLD | flags, NULL);
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	talk();
}

static void vclones(void)
{
	clone_with(CLONE_VFORK);
}

static void clones(void)
{
	clone_with(0);
}

static void failed(void)
{
	must(clone(uses_and_closes, stack + sizeof stack, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWPID,
		   NULL) == -1);
	forbid_to_ask();
	talk();
}

const struct way ways_of_children[] = {
	{"child", child},   {"execs", execs},     {"forks", forks},   {"beside", beside}, {"above", above},
	{"vforks", vforks}, {"vclones", vclones}, {"clones", clones}, {"failed", failed}, {0},
};
