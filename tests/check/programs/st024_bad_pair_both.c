/* st024_bad_pair_both: a parent that waits for its child's answer, where the child reads its question to the end.
 * hangs: yes
 * grade: proved
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void answer(int fd)
{
	char line[100];
	size_t got = 0;
	ssize_t n;

	while ((n = read(fd, line + got, sizeof line - got)) > 0)
		got += n;
	rio_writen(fd, line, got);
	close(fd);
	exit(0);
}

int main(void)
{
	char line[100];
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		die("socketpair");
	if (fork() == 0) {
		close(sv[0]);
		answer(sv[1]);
	}
	close(sv[1]);
	rio_writen(sv[0], "hello\n", 6);
	if (read(sv[0], line, sizeof line) < 0) /* the mistake */
		perror("read");
	close(sv[0]);
	wait(NULL);
	return 0;
}
