/* killed_call_stays_pending: a process that dies in a call leaves that call behind, and everything before it. */
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static void die_in_recv(void)
{
	int sv[2];
	char bytes[16];

	expect_pair(sv);
	must(send(sv[1], "last words", 10, 0) == 10);
	expect("send fd=%d sock=$b ret=10 data=\"last words\"", sv[1]);
	must(recv(sv[0], bytes, sizeof bytes, 0) == 10);
	expect("recv fd=%d sock=$a ret=10 data=\"last words\"", sv[0]);
	expect("pending recv fd=%d sock=$a args.len=16 alone=true ret=- err=- dt=-", sv[0]);
	recv(sv[0], bytes, sizeof bytes, 0);
}

int main(void)
{
	int status;
	/* The parent has no socket: no file. */
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0)
		die_in_recv();
	wait_until_in(pid, pid, SYS_recvfrom);
	kill(pid, SIGKILL);
	must(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return 0;
}
