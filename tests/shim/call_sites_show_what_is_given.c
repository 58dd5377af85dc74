/* call_sites_show_what_is_given: an address or a value is shown as it is now, however often its call site was given another, or the same. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "expect/expect.h"

enum { HOSTS = 20 }; /* more addresses than the shim keeps the text of */

static int fd, fd6;

static struct sockaddr_in inet(int host, int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK + host)}};
}

/* Connecting a datagram socket asks nobody. Its own end is the kernel's to choose. */
static void expect_connected(int host, int port)
{
	expect("connect fd=%d sock=$s args.addr.family=AF_INET args.addr.addr=127.0.0.%d args.addr.port=%d args.addr.len=16 "
	       "args.addr.raw=0200%04x7f0000%02x0000000000000000 args.addrlen=16 ret=0 peer.addr=127.0.0.%d peer.port=%d",
	       fd, host + 1, port, port, host + 1, host + 1, port);
}

/* One call site, and one place for the address. */
static void connect_to(int host, int port)
{
	static struct sockaddr_in to;

	to = inet(host, port);
	must(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	expect_connected(host, port);
}

static void connect_one_by_one(void)
{
	static const int ports[] = {9, 9, 9, 7, 9, 7, 7, 13, 9, 9};

	for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
		connect_to(0, ports[i]);
	for (int round = 0; round < 2; round++)
		for (int host = 0; host < HOSTS; host++)
			connect_to(host, 1000 + host);
}

/* Of the same length, of another, none, one that cannot be read. */
static void connect_anywhere(void)
{
	struct sockaddr_in v4 = inet(0, 9);
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/nowhere"};
	struct {
		int fd;
		const void *addr;
		socklen_t len;
		int err;
		const char *shown;
	} ways[] = {
		{fd, &v4, sizeof v4, 0, "args.addr.addr=127.0.0.1 args.addr.port=9"},
		{fd, &v4, sizeof v4, 0, "args.addr.addr=127.0.0.1 args.addr.port=9"},
		{fd6, &v6, sizeof v6, 0, "args.addr.addr=::1 args.addr.port=9 args.addr.len=28 peer.addr=::1"},
		{fd6, &v6, sizeof v6, 0, "args.addr.addr=::1 args.addr.port=9 args.addr.len=28 peer.addr=::1"},
		{fd, &name, sizeof name, EAFNOSUPPORT, "args.addr.path=/nowhere"},
		{fd, &v4, 8, EINVAL, "args.addr.short=true args.addr.len=8"},
		{fd, &v4, 8, EINVAL, "args.addr.short=true args.addr.len=8"},
		{fd, (void *)16, sizeof v4, EFAULT, "args.addr=-"},
		{fd, NULL, sizeof v4, EFAULT, "args.addr=null"},
		{fd, &v4, sizeof v4, 0, "args.addr.addr=127.0.0.1 args.addr.port=9"},
	};

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
			errno = 0;
			must(connect(ways[i].fd, ways[i].addr, ways[i].len) == (ways[i].err ? -1 : 0) &&
			     errno == ways[i].err);
			expect("connect fd=%d args.addrlen=%u ret=%d err=%s %s", ways[i].fd, ways[i].len,
			       ways[i].err ? -1 : 0, ways[i].err ? strerrorname_np(ways[i].err) : "-", ways[i].shown);
		}
	}
}

/* One call site for all options, as an interpreter has it. */
static void set(int level, int option, const void *value, socklen_t len, const char *shown)
{
	must(setsockopt(fd, level, option, value, len) == 0);
	expect("setsockopt fd=%d args.optlen=%u ret=0 %s", fd, len, shown);
}

static void set_one_by_one(void)
{
	static int number;
	struct linger linger = {1, 5};

	for (int i = 0; i < 4; i++) {
		number = 1;
		set(SOL_SOCKET, SO_REUSEADDR, &number, sizeof number, "args.optname=SO_REUSEADDR args.optval=1");
	}
	for (int i = 0; i < 2; i++) {
		number = 0;
		set(SOL_SOCKET, SO_REUSEADDR, &number, sizeof number, "args.optname=SO_REUSEADDR args.optval=0");
		number = 1;
		set(SOL_SOCKET, SO_KEEPALIVE, &number, sizeof number, "args.optname=SO_KEEPALIVE args.optval=1");
		set(SOL_SOCKET, SO_LINGER, &linger, sizeof linger, "args.optname=SO_LINGER args.optval.l_linger=5");
		set(IPPROTO_IP, IP_TTL, &number, sizeof number,
		    "args.level=IPPROTO_IP args.optname=IP_TTL args.optval=1");
	}
}

/* And one that is given the same name and length, but not the same value. */
static void set_same_name(void)
{
	struct linger linger = {1, 0};

	for (int i = 0; i < 6; i++) {
		linger.l_linger = i / 2;
		must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
		expect("setsockopt fd=%d args.optname=SO_LINGER args.optval.l_onoff=1 args.optval.l_linger=%d ret=0",
		       fd, i / 2);
	}
}

int main(void)
{
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	must(fd >= 0);
	expect("socket ret=%d newsock=$s", fd);
	fd6 = socket(AF_INET6, SOCK_DGRAM, 0);
	must(fd6 >= 0);
	expect("socket ret=%d newsock=$six", fd6);
	connect_one_by_one();
	connect_anywhere();
	set_one_by_one();
	set_same_name();
	expect("exit how=exit status=0 open.0.sock=$s open.1.sock=$six");
	return 0;
}
