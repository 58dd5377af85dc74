/* fork_handlers_close_sockets: what pthread_atfork's handler does in the child comes before fork returns there: one trace, and that call in it. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2];

static void in_child(void)
{
	expect("inherit fd=%d sock=$a state=connected via=fork", sv[0]);
	expect("inherit fd=%d sock=$b state=connected via=fork", sv[1]);
	close(sv[0]);
	expect("close fd=%d sock=$a refs=0", sv[0]);
}

int main(void)
{
	int status;

	expect_pair(sv);
	must(pthread_atfork(NULL, NULL, in_child) == 0);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		must(write(sv[1], "x", 1) == 1);
		expect("write fd=%d sock=$b ret=1 data=x", sv[1]);
		expect("exit how=exit status=3 open.0.sock=$b open.1=-");
		exit(3);
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
	expect("waitpid args.pid=%d args.options=[] ret=%d status={\"exited\":3}", pid, pid);
	expect("exit how=exit status=0");
	return 0;
}
