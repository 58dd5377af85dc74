/* preload: record socket calls as LTTng-UST events, with the fields of socktrace's lines: what socktrace is held against. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/lttng/events.h"

enum { FDS = 65536, DATA = 32 };

/* The kernel's cookie of each socket, 0 for what is none. */
static uint64_t cookies[FDS];
static __thread int tid;

static uint64_t cookie_of(int fd)
{
	return (unsigned)fd < FDS ? cookies[fd] : 0;
}

static uint64_t learn(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;

	if ((unsigned)fd >= FDS || getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) != 0)
		return 0;
	return cookies[fd] = cookie;
}

static void begin(struct peer_call *c)
{
	struct timespec now;

	if (!tid)
		tid = gettid();
	c->tid = tid;
	c->sock = cookie_of(c->fd);
	clock_gettime(CLOCK_MONOTONIC, &now);
	c->t_ns = now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void end(struct peer_call *c, long ret, int err)
{
	c->ret = ret;
	c->err = ret < 0 ? err : 0;
	lttng_ust_tracepoint(peer, call, c);
	errno = err;
}

static void add_data(struct peer_call *c, const void *data, long ret)
{
	c->data = data;
	c->data_len = ret < 0 ? 0 : ret < DATA ? ret : DATA;
}

static void add_local(struct peer_call *c, const void *addr, const socklen_t *len)
{
	c->local = addr;
	c->local_len = *len;
}

/* Both ends as the kernel knows them, whatever the program asked for. */
static void add_ends(struct peer_call *c, int fd)
{
	static __thread struct sockaddr_storage local, peer;

	c->local_len = c->peer_len = sizeof local;
	if (syscall(SYS_getsockname, fd, &local, &c->local_len) != 0)
		c->local_len = 0;
	if (syscall(SYS_getpeername, fd, &peer, &c->peer_len) != 0)
		c->peer_len = 0;
	c->local = &local;
	c->peer = &peer;
}

static void add_new(struct peer_call *c, int fd)
{
	c->newsock = learn(fd);
	add_ends(c, fd);
}

static void add_pair(struct peer_call *c, const int *sv)
{
	c->newsock = learn(sv[0]);
	learn(sv[1]);
}

static bool always(int fd)
{
	(void)fd;
	return true;
}

static bool is_socket(int fd)
{
	return cookie_of(fd) != 0;
}

/*
 * The calls: name, result, parameters, the same without their types, which descriptors are of interest, the
 * descriptor, three words to record, what else is known once it has returned `ret`.
 */
#define CALLS(X)                                                                                                       \
	X(socket, int, (int d, int t, int p), (d, t, p), always, -1, d, t, p, c.newsock = learn(ret))                  \
	X(socketpair, int, (int d, int t, int p, int sv[2]), (d, t, p, sv), always, -1, d, t, p, add_pair(&c, sv))     \
	X(bind, int, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n), is_socket, fd, n, 0, 0,              \
	  add_local(&c, a, &n))                                                                                        \
	X(listen, int, (int fd, int n), (fd, n), is_socket, fd, n, 0, 0, (void)0)                                      \
	X(accept, int, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n), is_socket, fd, 0, 0, 0,                 \
	  add_new(&c, ret))                                                                                            \
	X(accept4, int, (int fd, struct sockaddr *a, socklen_t *n, int f), (fd, a, n, f), is_socket, fd, f, 0, 0,      \
	  add_new(&c, ret))                                                                                            \
	X(connect, int, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n), is_socket, fd, n, 0, 0,           \
	  add_ends(&c, fd))                                                                                            \
	X(getsockname, int, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n), is_socket, fd, *n, 0, 0,           \
	  add_local(&c, a, n))                                                                                         \
	X(setsockopt, int, (int fd, int l, int o, const void *v, socklen_t n), (fd, l, o, v, n), is_socket, fd, l, o,  \
	  n, add_data(&c, v, n))                                                                                       \
	X(shutdown, int, (int fd, int how), (fd, how), is_socket, fd, how, 0, 0, (void)0)                              \
	X(send, ssize_t, (int fd, const void *b, size_t n, int f), (fd, b, n, f), is_socket, fd, n, f, 0,              \
	  add_data(&c, b, ret))                                                                                        \
	X(recv, ssize_t, (int fd, void *b, size_t n, int f), (fd, b, n, f), is_socket, fd, n, f, 0,                    \
	  add_data(&c, b, ret))                                                                                        \
	X(read, ssize_t, (int fd, void *b, size_t n), (fd, b, n), is_socket, fd, n, 0, 0, add_data(&c, b, ret))        \
	X(write, ssize_t, (int fd, const void *b, size_t n), (fd, b, n), is_socket, fd, n, 0, 0, add_data(&c, b, ret)) \
	X(writev, ssize_t, (int fd, const struct iovec *v, int n), (fd, v, n), is_socket, fd, n, 0, 0,                 \
	  add_data(&c, v->iov_base, ret < (long)v->iov_len ? ret : (long)v->iov_len))                                  \
	X(epoll_ctl, int, (int fd, int o, int s, struct epoll_event *e), (fd, o, s, e), always, fd, o, s, 0, (void)0)  \
	X(epoll_wait, int, (int fd, struct epoll_event *e, int n, int t), (fd, e, n, t), always, fd, n, t, 0, (void)0)

#define ID(name, ...) CALL_##name,
enum { CALL_close, CALLS(ID) };

/* Found at the first call: liblttng-ust's constructor, which runs before ours would, makes some. */
#define REAL(name)                                                                                                     \
	static __typeof__(&name) real;                                                                                 \
	if (__builtin_expect(!real, 0))                                                                                \
	real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

#define WRAP(name, type, params, passed, wanted, fd_, word0, word1, word2, note)                                       \
	type name params                                                                                               \
	{                                                                                                              \
		REAL(name);                                                                                            \
		if (!wanted(fd_))                                                                                      \
			return real passed;                                                                            \
		struct peer_call c = {.call = CALL_##name, .fd = fd_, .args = {word0, word1, word2}};                  \
		c.pc = (uint64_t)__builtin_return_address(0);                                                          \
		begin(&c);                                                                                             \
		type ret = real passed;                                                                                \
		int err = errno;                                                                                       \
		if (ret >= 0)                                                                                          \
			note;                                                                                          \
		end(&c, ret, err);                                                                                     \
		return ret;                                                                                            \
	}
CALLS(WRAP)

/* What is closed is forgotten first: another thread may get the number at once. */
int close(int fd)
{
	REAL(close);
	if (!is_socket(fd))
		return real(fd);
	struct peer_call c = {.call = CALL_close, .fd = fd, .pc = (uint64_t)__builtin_return_address(0)};
	begin(&c);
	cookies[fd] = 0;
	int ret = real(fd);
	end(&c, ret, errno);
	return ret;
}
