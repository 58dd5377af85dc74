/* libc_releases: which system calls of glibc's are of interest, and the releases whose count of them is known. */
#include "preload/libc_releases.h"

#include <stddef.h>
#include <sys/syscall.h>

/* What libc does by itself with a descriptor that may be a socket. poll is the resolver's; what only programs call (accept4,
 * epoll_wait, sendfile...) passes a symbol always. */
static const uint8_t wanted[512] = {
	[SYS_read] = 1,       [SYS_write] = 1,      [SYS_readv] = 1,       [SYS_writev] = 1,      [SYS_sendto] = 1,
	[SYS_recvfrom] = 1,   [SYS_sendmsg] = 1,    [SYS_recvmsg] = 1,     [SYS_sendmmsg] = 1,    [SYS_recvmmsg] = 1,
	[SYS_socket] = 1,     [SYS_socketpair] = 1, [SYS_bind] = 1,        [SYS_listen] = 1,      [SYS_connect] = 1,
	[SYS_accept] = 1,     [SYS_accept4] = 1,    [SYS_getsockname] = 1, [SYS_getpeername] = 1, [SYS_setsockopt] = 1,
	[SYS_getsockopt] = 1, [SYS_shutdown] = 1,   [SYS_close] = 1,       [SYS_dup] = 1,         [SYS_dup2] = 1,
	[SYS_dup3] = 1,       [SYS_fcntl] = 1,      [SYS_ioctl] = 1,       [SYS_poll] = 1,        [SYS_close_range] = 1,
	[SYS_exit_group] = 1,
};

/* How often each is made in the releases that were held against what strace sees. One that differs in any number is unknown, though every
 * shape in it may be known. */
enum {
#define RELEASE(name) +1
	RELEASES =
#include "trace/libc_releases.def"
	,
	ANY_NUMBER = -1,
	BLIND_CLOSE = -2
};
static const struct {
	int16_t nr;
	uint8_t count[RELEASES];
} releases[] = {
	{ANY_NUMBER, {0, 1, 1}},      {SYS_read, {3, 1, 1}},        {SYS_write, {3, 1, 1}},
	{SYS_close, {4, 2, 2}},       {BLIND_CLOSE, {3, 3, 4}},     {SYS_poll, {2, 0, 0}},
	{SYS_ioctl, {5, 1, 3}},       {SYS_readv, {2, 0, 0}},       {SYS_writev, {2, 0, 0}},
	{SYS_dup, {1, 1, 1}},         {SYS_dup2, {1, 1, 1}},        {SYS_socket, {1, 1, 1}},
	{SYS_connect, {2, 0, 0}},     {SYS_accept, {2, 0, 0}},      {SYS_sendto, {4, 0, 0}},
	{SYS_recvfrom, {4, 0, 0}},    {SYS_sendmsg, {2, 0, 0}},     {SYS_recvmsg, {2, 0, 0}},
	{SYS_shutdown, {1, 1, 1}},    {SYS_bind, {1, 1, 1}},        {SYS_listen, {1, 1, 1}},
	{SYS_getsockname, {1, 1, 1}}, {SYS_getpeername, {1, 1, 1}}, {SYS_socketpair, {1, 1, 1}},
	{SYS_setsockopt, {1, 1, 1}},  {SYS_getsockopt, {1, 1, 1}},  {SYS_fcntl, {6, 4, 4}},
	{SYS_exit_group, {1, 1, 1}},  {SYS_accept4, {2, 0, 0}},     {SYS_dup3, {1, 1, 1}},
	{SYS_recvmmsg, {2, 0, 0}},    {SYS_sendmmsg, {2, 0, 0}},    {SYS_close_range, {2, 2, 2}},
};

bool libc_makes(int64_t nr)
{
	return nr >= 0 && nr < (int64_t)sizeof wanted && wanted[nr];
}

static bool is_release(const struct libc_sites *s, int release)
{
	for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
		int count = 0;
		for (int k = 0; k < s->count; k++)
			count += releases[i].nr == (s->site[k].shape == LIBC_BLIND ? BLIND_CLOSE : s->site[k].nr);
		if (count != releases[i].count[release])
			return false;
	}
	return true;
}

bool libc_is_release(const struct libc_sites *s)
{
	for (int i = 0; i < RELEASES; i++)
		if (is_release(s, i))
			return true;
	return false;
}
