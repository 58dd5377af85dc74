/* chroot_child_has_a_trace: who is forked in another root, from where the directory of the traces cannot be named, records there. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { ROUNDS = 800 };

static void child(const int *sv, int depth)
{
	expect("inherit fd=%d via=fork", sv[0]);
	expect("inherit fd=%d via=fork", sv[1]);
	expect_pings(sv, ROUNDS);
	if (depth) {
		int status;
		pid_t pid = fork();
		must(pid >= 0);
		if (!pid) {
			child(sv, depth - 1);
			_exit(0);
		}
		expect("fork ret=%d", pid);
		must(waitpid(pid, &status, 0) == pid && status == 0);
		expect("waitpid ret=%d", pid);
	}
	expect("exit how=_exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
}

int main(void)
{
	int sv[2], status;

	expect_pair(sv);
	if (geteuid() == 0) {
		must(mkdir("root", 0755) == 0);
		must(chroot("root") == 0);
		expect("chroot args.path=root ret=0");
	}
	pid_t pid = fork();
	must(pid >= 0);
	if (!pid) {
		child(sv, 1);
		_exit(0);
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
	expect("exit how=exit status=0");
	return 0;
}
