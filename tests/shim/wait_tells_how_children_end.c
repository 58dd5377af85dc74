/* wait_tells_how_children_end: exit status or signal. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2], status;

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == 0);
	expect("socketpair args.type=SOCK_STREAM args.type_flags=[SOCK_CLOEXEC] ret=0");
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d", sv[0]);
		expect("inherit fd=%d", sv[1]);
		expect("exit how=_exit status=42 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
		_exit(42);
	}
	expect("fork ret=%d", pid);
	must(wait(&status) == pid);
	expect("wait ret=%d status={\"exited\":42}", pid);

	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d", sv[0]);
		expect("inherit fd=%d", sv[1]);
		raise(SIGKILL);
	}
	expect("fork ret=%d", pid);
	must(waitpid(-1, &status, WUNTRACED) == pid);
	expect("waitpid args.pid=-1 args.options=[WUNTRACED] ret=%d status={\"signal\":\"SIGKILL\"}", pid);
	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d", sv[0]);
		expect("inherit fd=%d", sv[1]);
		expect("exit how=_exit status=7");
		_exit(7);
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, NULL, __WALL) == pid); /* who does not ask is told nothing, but the trace says it */
	expect("waitpid args.pid=%d args.options=[\"__WALL\"] ret=%d status={\"exited\":7}", pid, pid);
	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d", sv[0]);
		expect("inherit fd=%d", sv[1]);
		expect("exit how=_exit status=8");
		_exit(8);
	}
	expect("fork ret=%d", pid);
	must(waitid(P_PID, pid, NULL, WEXITED) == 0);
	expect("waitid args.idtype=P_PID args.id=%d ret=0 child=%d status={\"exited\":8}", pid, pid);

	must(wait(&status) == -1 && errno == ECHILD);
	expect("wait ret=-1 err=ECHILD status=-");
	expect("exit how=exit status=0");
	return 0;
}
