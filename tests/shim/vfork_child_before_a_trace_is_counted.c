/* vfork_child_before_a_trace_is_counted: what it does with sockets of its own is lost where its parent never had one; a later trace says so. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2];
	pid_t pid = vfork();

	if (pid == 0) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		must(fd >= 0 && shutdown(fd, SHUT_RD) == -1 && close(fd) == 0);
		_exit(0);
	}
	must(waitpid(pid, NULL, 0) == pid);
	expect_pair(sv);
	expect("lost count=3 why=\"of a child of vfork, before its parent had a socket\"");
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
