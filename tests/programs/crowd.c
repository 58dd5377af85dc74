/*
 * crowd: many of something at once. `crowd threads N`: N threads that live at the same time, each sends a byte; then as many one
 * after the other. `crowd copies N`: N copies of a descriptor, closed again. `crowd events N`: N connections in one epoll set, which knows
 * each by a pointer; each gets a byte. `crowd received N`: N sockets that come in messages.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { STACK = 64 << 10 };

static int sv[2];
static pthread_barrier_t all_there;

static void *send_byte(void *waits)
{
	char byte;

	if (send(sv[0], "x", 1, 0) != 1 || recv(sv[1], &byte, 1, 0) != 1)
		die("send or recv");
	if (waits)
		pthread_barrier_wait(&all_there);
	return NULL;
}

static void threads(int n)
{
	pthread_t *living = malloc(n * sizeof *living), one;
	pthread_attr_t small;

	pthread_attr_init(&small);
	if (!living || pthread_attr_setstacksize(&small, STACK) != 0)
		die("crowd");
	pthread_barrier_init(&all_there, NULL, n + 1);
	for (int i = 0; i < n; i++)
		if (pthread_create(&living[i], &small, send_byte, &all_there) != 0)
			die("pthread_create");
	for (int i = 0; i < n; i++)
		if (pthread_create(&one, &small, send_byte, NULL) != 0 || pthread_join(one, NULL) != 0)
			die("pthread_create");
	pthread_barrier_wait(&all_there);
	for (int i = 0; i < n; i++)
		pthread_join(living[i], NULL);
	free(living);
}

static void copies(int n)
{
	int first = -1, fd = -1;

	for (int i = 0; i < n; i++) {
		fd = dup(sv[0]);
		if (fd < 0)
			die("dup");
		if (first < 0)
			first = fd;
	}
	for (; fd >= first; fd--)
		close(fd);
}

struct connection {
	int fd;
	char more[200]; /* as much as a server may keep */
};

static void events(int n)
{
	struct connection *all = calloc(n, sizeof *all), *ready;
	int epfd = epoll_create1(0), ends[2];
	char byte;

	if (!all || epfd < 0)
		die("crowd");
	for (int i = 0; i < n; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || send(ends[1], "x", 1, 0) != 1)
			die("socketpair or send");
		all[i].fd = ends[0];
		if (epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event) < 0)
			die("epoll_ctl");
	}
	for (int i = 0; i < n; i++) {
		struct epoll_event event;
		if (epoll_wait(epfd, &event, 1, -1) != 1)
			die("epoll_wait");
		ready = event.data.ptr;
		if (recv(ready->fd, &byte, 1, 0) != 1)
			die("recv");
	}
}

static void received(int n)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	char room = 'x';
	struct iovec byte = {&room, 1};

	for (int i = 0; i < n; i++) {
		struct msghdr msg = {
			.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (fd < 0)
			die("socket");
		control.align = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.align), &fd, sizeof fd);
		if (sendmsg(sv[0], &msg, 0) != 1 || close(fd) < 0 || recvmsg(sv[1], &msg, 0) != 1)
			die("sendmsg, close or recvmsg");
	}
}

static void may_have_many_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("setrlimit");
}

static const struct {
	const char *name;
	void (*run)(int n);
} kinds[] = {{"threads", threads}, {"copies", copies}, {"events", events}, {"received", received}};

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[2]) : 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		die("socketpair");
	may_have_many_descriptors();
	for (size_t i = 0; n > 0 && i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].run(n);
			return 0;
		}
	}
	fputs("usage: crowd threads N | copies N | events N | received N\n", stderr);
	return 2;
}
