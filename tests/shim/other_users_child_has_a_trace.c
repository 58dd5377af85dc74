/*
 * other_users_child_has_a_trace: who is forked by a process that has become another user, and may not write where that one could, records
 * all the same; and so does that one's child. Even where the root is another by then.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { NOBODY = 65534, ROUNDS = 800 };

static void fork_to_depth(const int *sv, int depth)
{
	int status;

	fflush(stdout);
	pid_t pid = fork();
	must(pid >= 0);
	if (!pid) {
		expect("inherit fd=%d via=fork", sv[0]);
		expect("inherit fd=%d via=fork", sv[1]);
		expect_pings(sv, ROUNDS);
		if (depth)
			fork_to_depth(sv, depth - 1);
		expect("exit how=_exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
		fflush(stdout);
		_exit(0);
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	if (geteuid() == 0) {
		must(seteuid(1) == 0);
		expect("seteuid args.euid=1 ret=0");
		fork_to_depth(sv, 0);
		must(seteuid(0) == 0);
		expect("seteuid args.euid=0 ret=0");
		must(chroot(".") == 0);
		expect("chroot ret=0");
		must(setuid(NOBODY) == 0);
		expect("setuid args.uid=%d ret=0", NOBODY);
	}
	fork_to_depth(sv, 1);
	expect("exit how=exit status=0");
	return 0;
}
