/* expect: print the trace that the calling program must leave. */
#include "expect/expect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { POLL_MS = 1, TIMEOUT_MS = 10000 };

void expect(const char *format, ...)
{
	char line[1024];
	int n = snprintf(line, sizeof line, "EXPECT %d %d ", getpid(), gettid());
	va_list args;

	va_start(args, format);
	n += vsnprintf(line + n, sizeof line - n, format, args);
	va_end(args);
	must(n + 1 < (int)sizeof line);
	line[n++] = '\n';
	/* One write a line: the lines of several processes do not mix. */
	must(write(STDOUT_FILENO, line, n) == n);
}

void must_fail(const char *claim, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not true: %s (%s)\n", file, line, claim, strerror(errno));
	exit(99);
}

static bool is_in(const char *path, long number)
{
	long current = -1;
	FILE *f = fopen(path, "r");

	if (!f)
		return false;
	int found = fscanf(f, "%ld", &current); /* "running" where it is in none */
	fclose(f);
	return found == 1 && current == number;
}

void wait_until_in(pid_t pid, pid_t tid, long number)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", pid, tid);
	for (int ms = 0; !is_in(path, number); ms += POLL_MS) {
		must(ms < TIMEOUT_MS);
		poll(NULL, 0, POLL_MS);
	}
}

int expect_listener(const char *name, int *port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof addr;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(fd >= 0);
	expect("socket args.domain=AF_INET args.type=SOCK_STREAM args.protocol=0 ret=%d newsock=$%s ino=-", fd, name);
	must(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("bind fd=%d sock=$%s args.addr.addr=127.0.0.1 args.addr.port=0 args.addrlen=16 ret=0", fd, name);
	must(listen(fd, 8) == 0);
	expect("listen fd=%d sock=$%s args.backlog=8 ret=0", fd, name);
	must(getsockname(fd, (struct sockaddr *)&addr, &len) == 0);
	*port = ntohs(addr.sin_port);
	expect("getsockname fd=%d sock=$%s args.addrlen=16 local.port=%d ret=0", fd, name, *port);
	return fd;
}

void expect_pair(int sv[2])
{
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	expect("socketpair args.domain=AF_UNIX args.type=SOCK_STREAM args.protocol=0 ret=0 newfds=[%d,%d] "
	       "newsocks.0=$a newsocks.1=$b",
	       sv[0], sv[1]);
}

void expect_pings(const int sv[2], int times)
{
	char c;

	for (int i = 0; i < times; i++) {
		must(write(sv[0], "x", 1) == 1);
		expect("write fd=%d ret=1 data=x", sv[0]);
		must(read(sv[1], &c, 1) == 1);
		expect("read fd=%d ret=1 data=x", sv[1]);
	}
}
