/* vfork_child_changes_nothing_here: a vfork child's calls have its pid, and close nothing for the parent. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2], status;

	expect_pair(sv);
	pid_t pid = vfork();
	must(pid >= 0);
	if (pid == 0) {
		expect("close fd=%d sock=$a ret=0", sv[0]);
		close(sv[0]);
		expect("pending execl args.pathname=/bin/true");
		expect("inherit fd=%d sock=$b via=exec", sv[1]);
		expect("exit how=exit status=0 open.0.sock=$b open.1=-");
		execl("/bin/true", "true", (char *)NULL);
		_exit(127);
	}
	expect("vfork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
	must(send(sv[0], "still here", 10, 0) == 10);
	expect("send fd=%d sock=$a ret=10", sv[0]);
	close(sv[0]);
	expect("close fd=%d sock=$a refs=0 ret=0", sv[0]);
	expect("exit how=exit status=0 open.0.sock=$b open.1=-");
	return 0;
}
