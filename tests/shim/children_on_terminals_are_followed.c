/* children_on_terminals_are_followed: forkpty, _Fork and login_tty: whose children they are, and what a terminal takes the place of. */
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "expect/expect.h"

static void inherits(const int *sv)
{
	expect("inherit fd=%d sock=$a via=fork", sv[0]);
	expect("inherit fd=%d sock=$b via=fork", sv[1]);
}

static void wait_for(const char *call, pid_t pid)
{
	int status;

	must(pid > 0);
	expect("%s ret=%d", call, pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
}

int main(void)
{
	int sv[2], terminal, master, slave;

	expect_pair(sv);
	fflush(stdout);
	int out = dup(1); /* the child's own is the terminal */
	pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
	if (!pid) {
		dup2(out, 1);
		inherits(sv);
		expect("write fd=%d sock=$a", sv[0]);
		expect("exit how=_exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
		fflush(stdout);
		_exit(write(sv[0], "x", 1) != 1);
	}
	wait_for("forkpty", pid);
	must(openpty(&master, &slave, NULL, NULL, NULL) == 0);
	pid = _Fork();
	if (!pid) {
		inherits(sv);
		must(dup2(sv[1], 0) == 0);
		expect("dup2 fd=%d sock=$b ret=0", sv[1]);
		/* 0 is the terminal afterwards, and no socket any more. */
		expect("login_tty args.fd=%d ret=0", slave);
		expect("close fd=%d sock=$b refs=0", sv[1]);
		expect("exit how=_exit status=0 open.0.sock=$a open.1=-");
		fflush(stdout);
		_exit(login_tty(slave) != 0 || close(sv[1]) != 0);
	}
	wait_for("_Fork", pid);
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
