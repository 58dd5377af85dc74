/*
 * random_arguments FROM TO [beside]: in the rounds FROM to TO makes sockets of several kinds and makes calls on them with any pointers,
 * lengths and flags; prints each call's result, which is the same each time, and says where a call that only reads has left other memory.
 * beside: with a second thread, which waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "any.h"

enum {
	CALLS = 12, /* a round */
	FIRST_FD = 3,
	LAST_FD = 60,
	FDS = 14,
};

static int fds[FDS], nfds, epoll;
static unsigned seen;
static bool has_looked;

static void must(int claim)
{
	if (!claim)
		abort();
}

static int any_fd(void)
{
	return one_in(40) ? -1 - (int)below(2) : one_in(40) ? FIRST_FD + (int)below(40) : fds[below(nfds)];
}

static int any_flags(void)
{
	static const int flags[] = {0,
				    0,
				    0,
				    MSG_PEEK,
				    MSG_TRUNC,
				    MSG_OOB,
				    MSG_ERRQUEUE,
				    MSG_WAITALL,
				    MSG_NOSIGNAL,
				    MSG_MORE,
				    MSG_CTRUNC,
				    MSG_CMSG_CLOEXEC,
				    MSG_ZEROCOPY,
				    MSG_WAITFORONE};

	return flags[below(14)] | flags[below(14)] | MSG_DONTWAIT | MSG_NOSIGNAL;
}

static socklen_t *any_socklen(void)
{
	socklen_t *len = (socklen_t *)(arena + 8);

	if (one_in(2))
		return any_pointer(sizeof *len);
	*len = below(130);
	return len;
}

static void make_iov(struct iovec *v, int n)
{
	for (int i = 0; i < n; i++)
		v[i] = (struct iovec){any_pointer(16), any_length()};
}

static void make_control(struct msghdr *m)
{
	struct cmsghdr *c = m->msg_control = any_pointer(64);

	m->msg_controllen = mostly_below(100);
	if ((char *)c < arena || (char *)c >= arena + ARENA - 2 * PAGE || one_in(2))
		return;
	int passed[] = {any_fd(), any_fd(), any_fd()};
	*c = (struct cmsghdr){.cmsg_level = one_in(2) ? (int)below(300) : SOL_SOCKET,
			      .cmsg_type = below(4),
			      .cmsg_len = one_in(2) ? any_length() : CMSG_LEN(4 * below(4))};
	memcpy(CMSG_DATA(c), passed, sizeof passed);
}

static struct msghdr any_message(void)
{
	struct msghdr m = {.msg_flags = below(5)};
	int n = below(4);

	m.msg_name = one_in(2) ? any_pointer(16) : NULL;
	m.msg_namelen = mostly_below(130);
	m.msg_iov = one_in(10) ? any_pointer(32) : (void *)(arena + TABLES + 512 * below(4));
	m.msg_iovlen = one_in(30) ? any_length() : (size_t)n;
	if ((char *)m.msg_iov >= arena + TABLES && (char *)m.msg_iov <= arena + TABLES + 512 * 3)
		make_iov(m.msg_iov, n);
	if (one_in(2))
		make_control(&m);
	return m;
}

static unsigned hash(void)
{
	unsigned h = 2166136261;

	for (int i = 0; i < ARENA; i++)
		h = (h ^ (unsigned char)arena[i]) * 16777619;
	return h;
}

/* What the memory is, before a call that does not write there. */
static void look(void)
{
	seen = hash();
	has_looked = true;
}

static long do_sendmsg(int fd)
{
	struct msghdr m = any_message();

	look();
	return sendmsg(fd, one_in(30) ? any_pointer(sizeof m) : &m, any_flags());
}

static long do_recvmsg(int fd)
{
	struct msghdr m = any_message();
	long n = recvmsg(fd, one_in(30) ? any_pointer(sizeof m) : &m, any_flags());

	printf("flags %x control %zu ", m.msg_flags, m.msg_controllen);
	return n;
}

static void make_messages(struct mmsghdr *mm, int n)
{
	for (int i = 0; i < n; i++)
		mm[i] = (struct mmsghdr){.msg_hdr = any_message()};
}

static long do_sendmmsg(int fd)
{
	struct mmsghdr mm[3];

	make_messages(mm, 3);
	return sendmmsg(fd, one_in(8) ? any_pointer(64) : mm, below(4), any_flags());
}

static long do_recvmmsg(int fd)
{
	struct timespec soon = {0, 1};
	struct mmsghdr mm[3];

	make_messages(mm, 3);
	void *timeout = one_in(3) ? one_in(2) ? any_pointer(sizeof soon) : &soon : NULL;
	return recvmmsg(fd, one_in(8) ? any_pointer(64) : mm, below(4), any_flags() & ~MSG_TRUNC, timeout);
}

static long do_sendto(int fd)
{
	void *to = one_in(2) ? any_pointer(16) : NULL;

	look();
	return sendto(fd, any_pointer(16), mostly_below(200), any_flags(), to, below(40));
}

static long do_recvfrom(int fd)
{
	void *from = one_in(2) ? any_pointer(16) : NULL;

	return recvfrom(fd, any_pointer(16), mostly_below(200), any_flags(), from, any_socklen());
}

static long do_getsockopt(int fd)
{
	int level = one_in(2) ? SOL_SOCKET : one_in(2) ? IPPROTO_TCP : (int)below(300), name = below(64);
	void *value = any_pointer(4);

	if (level == IPPROTO_TCP && name == TCP_INFO) /* times */
		name = TCP_NODELAY;
	return getsockopt(fd, level, name, value, any_socklen());
}

static long do_setsockopt(int fd)
{
	int level = one_in(2) ? SOL_SOCKET : one_in(2) ? IPPROTO_TCP : IPPROTO_IP;

	look();
	return setsockopt(fd, level, below(50), any_pointer(4), below(40));
}

static long do_names(int fd)
{
	void *at = any_pointer(16);

	return one_in(2) ? getsockname(fd, at, any_socklen()) : getpeername(fd, at, any_socklen());
}

static long do_connect(int fd)
{
	look();
	return connect(fd, any_pointer(16), below(130));
}

static long do_bind(int fd)
{
	look();
	return bind(fd, any_pointer(16), below(130));
}

static long do_accept4(int fd)
{
	void *from = one_in(2) ? any_pointer(16) : NULL;

	return accept4(fd, from, any_socklen(), one_in(3) ? SOCK_CLOEXEC : 0);
}

static long do_socketpair(int unused)
{
	(void)unused;
	return socketpair(one_in(3) ? (int)below(20) : AF_UNIX, 1 + below(3), 0, any_pointer(8));
}

static long do_poll(int unused)
{
	struct pollfd *p = one_in(2) ? any_pointer(24) : (void *)(arena + 512);
	struct timespec soon = {0, 1};

	(void)unused;
	if ((char *)p == arena + 512)
		for (int i = 0; i < 3; i++)
			p[i] = (struct pollfd){any_fd(), below(64), 0};
	if (one_in(2))
		return poll(p, one_in(6) ? any_length() : below(4), 0);
	return ppoll(p, below(4), &soon, one_in(2) ? any_pointer(8) : NULL);
}

static long do_select(int unused)
{
	fd_set *set[3];
	struct timeval soon = {0, 1};
	struct timespec sooner = {0, 1};
	int n = one_in(4) ? one_in(2) ? -1 : (int)below(2000) : (int)below(70);

	(void)unused;
	for (int i = 0; i < 3; i++)
		set[i] = one_in(2) ? any_pointer(8) : NULL;
	if (one_in(2))
		return select(n, set[0], set[1], set[2], &soon);
	return pselect(n, set[0], set[1], set[2], &sooner, one_in(2) ? any_pointer(8) : NULL);
}

static long do_epoll_ctl(int fd)
{
	look();
	return epoll_ctl(epoll, 1 + below(3), fd, any_pointer(12));
}

static long do_epoll_wait(int unused)
{
	(void)unused;
	return epoll_wait(epoll, any_pointer(24), (int)below(5) - 1, 0);
}

static long do_readv(int fd)
{
	struct iovec v[3];

	make_iov(v, 3);
	return readv(fd, one_in(6) ? any_pointer(32) : v, below(4));
}

static long do_writev(int fd)
{
	struct iovec v[3];

	make_iov(v, 3);
	look();
	return writev(fd, one_in(6) ? any_pointer(32) : v, below(4));
}

static long do_ioctl(int fd)
{
	static const unsigned long requests[] = {FIONREAD, 0x5452 /* FIOASYNC */, 0x8905 /* SIOCATMARK */,
						 0x8912 /* SIOCGIFCONF */};

	return ioctl(fd, requests[below(4)], any_pointer(4));
}

static long do_read(int fd)
{
	return read(fd, any_pointer(16), mostly_below(200));
}

static long do_write(int fd)
{
	look();
	return write(fd, any_pointer(16), mostly_below(200));
}

static const struct {
	const char *name;
	long (*make)(int fd);
} calls[] = {
	{"sendmsg", do_sendmsg},
	{"sendmsg", do_sendmsg},
	{"recvmsg", do_recvmsg},
	{"recvmsg", do_recvmsg},
	{"sendmmsg", do_sendmmsg},
	{"recvmmsg", do_recvmmsg},
	{"sendto", do_sendto},
	{"recvfrom", do_recvfrom},
	{"getsockopt", do_getsockopt},
	{"setsockopt", do_setsockopt},
	{"names", do_names},
	{"connect", do_connect},
	{"bind", do_bind},
	{"accept4", do_accept4},
	{"socketpair", do_socketpair},
	{"poll", do_poll},
	{"select", do_select},
	{"epoll_ctl", do_epoll_ctl},
	{"epoll_wait", do_epoll_wait},
	{"readv", do_readv},
	{"writev", do_writev},
	{"ioctl", do_ioctl},
	{"read", do_read},
	{"write", do_write},
};

static void keep(int fd)
{
	must(fd >= 0 && nfds < FDS);
	fds[nfds++] = fd;
}

static void keep_pair(const int *pair)
{
	keep(pair[0]);
	keep(pair[1]);
}

static void make_sockets(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int pair[2];

	for (int fd = FIRST_FD; fd < LAST_FD; fd++)
		close(fd);
	nfds = 0;
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0 && write(pair[0], "hello", 5) == 5);
	keep_pair(pair);
	must(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0);
	keep_pair(pair);
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	keep(udp);
	must(bind(udp, (struct sockaddr *)&at, len) == 0 && getsockname(udp, (struct sockaddr *)&at, &len) == 0);
	must(connect(udp, (struct sockaddr *)&at, len) == 0 && send(udp, "datagram", 8, 0) == 8);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	keep(listener);
	keep(client);
	at.sin_port = 0;
	must(bind(listener, (struct sockaddr *)&at, len) == 0 && listen(listener, 4) == 0);
	must(getsockname(listener, (struct sockaddr *)&at, &len) == 0 &&
	     connect(client, (struct sockaddr *)&at, len) == 0);
	must(fcntl(client, F_SETFL, O_NONBLOCK) == 0 && write(client, "hello from a client", 19) == 19);
	must(poll(&(struct pollfd){listener, POLLIN, 0}, 1, -1) == 1);
	keep(accept4(listener, NULL, NULL, SOCK_NONBLOCK));
	keep(epoll = epoll_create1(0));
	must(pipe2(pair, O_NONBLOCK) == 0);
	keep_pair(pair);
	keep(socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 0));
}

static void play(uint64_t round)
{
	any_begin_again(round);
	make_sockets();
	for (int i = 0; i < CALLS; i++) {
		size_t call = below(sizeof calls / sizeof calls[0]);
		int fd = any_fd();
		errno = 77;
		has_looked = false;
		long ret = calls[call].make(fd);
		int err = errno;
		printf("%lu.%d %s fd %d: %ld, errno %d%s\n", round, i, calls[call].name, fd, ret, err,
		       has_looked && hash() != seen ? ", other memory" : "");
		fflush(stdout);
	}
}

static void *waits(void *unused)
{
	for (;;)
		pause();
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	must(argc >= 3);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	must(any_begin() == 0);
	if (argc > 3)
		must(pthread_create(&thread, NULL, waits, NULL) == 0);
	for (uint64_t round = strtoul(argv[1], NULL, 10), end = strtoul(argv[2], NULL, 10); round < end; round++)
		play(round);
	puts("end");
	return 0;
}
