/* generic_syscall_makes_processes: fork, clone, clone3, execve, waitid and exit by their numbers are followed as the functions are. */
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static void inherits(const int *sv)
{
	expect("inherit fd=%d sock=$a via=fork", sv[0]);
	expect("inherit fd=%d sock=$b via=fork", sv[1]);
}

static void *is_another_thread(void *unused)
{
	syscall(SYS_exit, 0);
	return unused;
}

/* exit(2): once of a thread, which the process outlives, and once of the only one that there is. */
static void end_thread_by_thread(const int *sv)
{
	struct stat threads;
	pthread_t thread;

	inherits(sv);
	must(pthread_create(&thread, NULL, is_another_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
	do /* it is joined before it is gone */
		must(stat("/proc/self/task", &threads) == 0);
	while (threads.st_nlink > 3);
	expect("exit how=_exit status=5 open.0.sock=$a open.1.sock=$b open.2=-");
	syscall(SYS_exit, 5);
}

static void become_true(const int *sv)
{
	char *const argv[] = {"/bin/true", NULL}, *const none[] = {NULL};

	inherits(sv);
	expect("pending execve via=syscall args.pathname=/bin/true args.argv=[\"/bin/true\"]");
	expect("inherit fd=%d sock=$a via=exec", sv[0]);
	expect("inherit fd=%d sock=$b via=exec", sv[1]);
	expect("exit how=exit status=0 open.1.sock=$b");
	syscall(SYS_execve, "/bin/true", argv, none);
	_exit(127);
}

int main(void)
{
	int sv[2], status;

	expect_pair(sv);
	pid_t pid = syscall(SYS_fork);
	must(pid >= 0);
	if (pid == 0)
		become_true(sv);
	expect("fork via=syscall ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
	pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	must(pid >= 0);
	if (pid == 0) {
		inherits(sv);
		expect("exit how=_exit status=3");
		syscall(SYS_exit_group, 3);
	}
	expect("clone via=syscall args.flags=[SIGCHLD] ret=%d", pid);
	must(syscall(SYS_wait4, pid, NULL, 0, NULL) == pid);
	expect("wait4 via=syscall args.pid=%d ret=%d status.exited=3", pid, pid);
	struct clone_args as_fork = {.flags = CLONE_CHILD_CLEARTID, .exit_signal = SIGCHLD};
	siginfo_t how;
	pid = syscall(SYS_clone3, &as_fork, sizeof as_fork);
	must(pid >= 0);
	if (pid == 0) {
		inherits(sv);
		expect("exit how=_exit status=4");
		syscall(SYS_exit_group, 4);
	}
	expect("clone via=syscall args.flags=[CLONE_CHILD_CLEARTID,SIGCHLD] ret=%d", pid);
	must(syscall(SYS_clone3, NULL, sizeof as_fork) == -1);
	must(syscall(SYS_waitid, P_PID, pid, &how, WEXITED | WNOWAIT, NULL) == 0 && how.si_status == 4);
	expect("waitid via=syscall ret=0 child=%d status.exited=4", pid);
	must(syscall(SYS_waitid, P_PID, pid, NULL, WEXITED, NULL) == 0);
	expect("waitid via=syscall args.idtype=P_PID args.id=%d ret=0 child=%d status.exited=4", pid, pid);
	pid = fork();
	must(pid >= 0);
	if (pid == 0)
		end_thread_by_thread(sv);
	expect("fork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 5);
	expect("waitpid ret=%d", pid);
	expect("exit how=exit status=0");
	return 0;
}
