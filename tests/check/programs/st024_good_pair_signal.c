/* st024_good_pair_signal: a program that waits in a pair, both of whose ends it has, for what its handler writes there.
 * hangs: yes
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static int sv[2];

static void wake(int signal)
{
	(void)signal;
	if (write(sv[1], "!", 1) < 0)
		_exit(1);
}

int main(void)
{
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		die("socketpair");
	signal(SIGCHLD, wake);
	signal(SIGTERM, wake);
	if (fork() == 0)
		exit(0);
	while (read(sv[0], &byte, 1) > 0)
		if (waitpid(-1, NULL, WNOHANG) < 0)
			break;
	return 0;
}
