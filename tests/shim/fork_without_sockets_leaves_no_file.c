/* fork_without_sockets_leaves_no_file: what never has a socket is not in the trace. */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2];
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0)
		exit(0);
	must(waitpid(pid, NULL, 0) == pid);
	expect_pair(sv);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
