/* used_up_descriptors_leave_children_their_traces: a child that is forked with no descriptor left to open a file with has a trace all the same. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { LIMIT = 16 };

int main(void)
{
	struct rlimit limit = {LIMIT, LIMIT};
	int sv[2], status;

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	expect_pair(sv);
	while (dup(STDIN_FILENO) >= 0)
		;
	must(errno == EMFILE);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d sock=$a via=fork", sv[0]);
		expect("inherit fd=%d sock=$b via=fork", sv[1]);
		must(write(sv[0], "x", 1) == 1);
		expect("write fd=%d sock=$a ret=1", sv[0]);
		expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
		return 0;
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
