/* vfork_child_enters_a_sandbox: a filter that a child of vfork puts on itself is none of its parent's, whose children are recorded as before. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

static void ends_well(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	pid_t pid = vfork();
	must(pid >= 0);
	if (pid == 0) {
		expect("prctl args.option=PR_SET_SECCOMP ret=0");
		must(forbid_calls(NULL, 0) == 0);
		_exit(0);
	}
	expect("vfork ret=%d", pid);
	ends_well(pid);
	must((pid = fork()) >= 0);
	if (pid == 0) {
		expect("inherit fd=%d sock=$a via=fork", sv[0]);
		expect("inherit fd=%d sock=$b via=fork", sv[1]);
		expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
		return 0;
	}
	expect("fork ret=%d", pid);
	ends_well(pid);
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
