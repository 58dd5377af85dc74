/* unix_pair: a parent serves its child over a Unix socket that has a path or an abstract name (@NAME). */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* The address of a path, or of an abstract name: those begin with a NUL and end where addrlen says. */
static socklen_t unix_address(struct sockaddr_un *addr, const char *name)
{
	size_t len = strlen(name);

	if (len >= sizeof addr->sun_path) {
		fprintf(stderr, "%s: longer than a Unix address\n", name);
		exit(2);
	}
	memset(addr, 0, sizeof *addr);
	addr->sun_family = AF_UNIX;
	memcpy(addr->sun_path, name, len);
	if (name[0] != '@')
		return sizeof *addr;
	addr->sun_path[0] = '\0';
	return offsetof(struct sockaddr_un, sun_path) + len;
}

static int client(const struct sockaddr_un *addr, socklen_t addrlen)
{
	char answer[64];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)addr, addrlen) < 0)
		die("connect");
	if (write(fd, "ping\n", 5) != 5)
		die("write");
	ssize_t n = read(fd, answer, sizeof answer);
	if (n < 0)
		die("read");
	printf("client got %.*s", (int)n, answer);
	close(fd);
	return 0;
}

static void serve_one(int listenfd)
{
	char question[64];
	ssize_t n;
	int fd = accept(listenfd, NULL, NULL);

	if (fd < 0)
		die("accept");
	while ((n = read(fd, question, sizeof question)) > 0)
		if (write(fd, "pong\n", 5) != 5)
			die("write");
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: unix_pair PATH|@NAME\n", stderr);
		return 2;
	}

	struct sockaddr_un addr;
	socklen_t addrlen = unix_address(&addr, argv[1]);
	int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (listenfd < 0 || bind(listenfd, (struct sockaddr *)&addr, addrlen) < 0 || listen(listenfd, 1) < 0)
		die("bind");
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		close(listenfd);
		exit(client(&addr, addrlen));
	}
	serve_one(listenfd);
	close(listenfd);
	waitpid(child, NULL, 0);
	if (argv[1][0] != '@')
		unlink(argv[1]);
	return 0;
}
