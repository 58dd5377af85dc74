/* pair: a parent and a child that talk over a socketpair. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static int child(int fd)
{
	char word[64];
	ssize_t n;

	while ((n = read(fd, word, sizeof word)) > 0)
		if (write(fd, word, n) != n)
			die("write");
	close(fd);
	return n < 0;
}

int main(void)
{
	int sv[2];
	char word[64];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		die("socketpair");
	pid_t pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(sv[0]);
		exit(child(sv[1]));
	}
	close(sv[1]);
	if (write(sv[0], "over\n", 5) != 5)
		die("write");
	ssize_t n = read(sv[0], word, sizeof word);
	if (n < 0)
		die("read");
	printf("parent got %.*s", (int)n, word);
	close(sv[0]);
	waitpid(pid, NULL, 0);
	return 0;
}
