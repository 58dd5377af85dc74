/* commands_are_waited_for: system, popen, pclose and waitid tell how what they ran has ended. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	siginfo_t info;
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == 0);
	expect("socketpair ret=0");
	must(WEXITSTATUS(system("exit 3")) == 3);
	expect("system args.command=\"exit 3\" status={\"exited\":3}");
	FILE *stream = popen("kill -TERM $$", "r");
	must(stream != NULL);
	expect("popen args.command=\"kill -TERM $$\" args.type=r ret=1 err=-");
	must(WTERMSIG(pclose(stream)) == SIGTERM);
	expect("pclose status={\"signal\":\"SIGTERM\"}");
	must(popen("true", "x") == NULL);
	expect("popen args.type=x ret=0 err=EINVAL");

	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d", sv[0]);
		expect("inherit fd=%d", sv[1]);
		expect("exit how=_exit status=5");
		_exit(5);
	}
	expect("fork ret=%d", pid);
	must(waitid(P_PID, pid, &info, WEXITED) == 0);
	expect("waitid args.idtype=P_PID args.id=%d args.options=[WEXITED] ret=0 child=%d status={\"exited\":5}", pid,
	       pid);
	must(waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == -1);
	expect("waitid args.idtype=P_ALL args.options=[WNOHANG,WEXITED] ret=-1 err=ECHILD status=-");
	expect("exit how=exit status=0");
	return 0;
}
