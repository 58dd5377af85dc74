/* addresses_are_decoded: IPv4, IPv6 and Unix addresses by their parts, others and short ones by their bytes. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_xdp.h>
#include <linux/vm_sockets.h>

#include "expect/expect.h"

static int make(int domain, const char *domain_name)
{
	int fd = socket(domain, SOCK_DGRAM, 0);

	must(fd >= 0);
	expect("socket args.domain=%s args.type=SOCK_DGRAM ret=%d", domain_name, fd);
	return fd;
}

static void drop(int fd)
{
	close(fd);
	expect("close fd=%d ret=0", fd);
}

static void inet(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f010203)}};
	int fd = make(AF_INET, "AF_INET");

	must(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("bind fd=%d args.addr={\"family\":\"AF_INET\",\"addr\":\"127.1.2.3\",\"port\":0,\"len\":16,"
	       "\"raw\":\"020000007f0102030000000000000000\"} args.addrlen=16 ret=0",
	       fd);
	drop(fd);
}

static void inet6(void)
{
	struct sockaddr_in6 addr = {.sin6_family = AF_INET6,
				    .sin6_port = htons(9),
				    .sin6_addr = in6addr_loopback,
				    .sin6_flowinfo = htonl(0x12345),
				    .sin6_scope_id = 1};
	int fd = make(AF_INET6, "AF_INET6");

	must(connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("connect fd=%d args.addr.family=AF_INET6 args.addr.addr=\"::1\" args.addr.port=9 args.addr.flowinfo=74565 "
	       "args.addr.scope_id=1 args.addr.len=28 "
	       "args.addr.raw=\"0a000009000123450000000000000000000000000000000101000000\" ret=0",
	       fd);
	drop(fd);
}

static void unix_path(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "here \"q\".sock"};
	int fd = make(AF_UNIX, "AF_UNIX");

	must(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("bind fd=%d args.addr.family=AF_UNIX args.addr.path=\"here \\\"q\\\".sock\" args.addr.len=110 ret=0",
	       fd);
	unlink(addr.sun_path);
	drop(fd);
}

static void unix_abstract(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "\0socktrace-test"};
	int fd = make(AF_UNIX, "AF_UNIX");
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + 15;

	/* Nobody is there: the name is all that counts. */
	must(connect(fd, (struct sockaddr *)&addr, len) == -1 && errno == ECONNREFUSED);
	expect("connect fd=%d args.addr.abstract=socktrace-test args.addr.path=- args.addr.len=17 ret=-1 err=ECONNREFUSED",
	       fd);
	drop(fd);
}

static void unix_unnamed(void)
{
	struct sockaddr_un addr = {0};
	socklen_t len = sizeof addr;
	int fd = make(AF_UNIX, "AF_UNIX");

	must(getsockname(fd, (struct sockaddr *)&addr, &len) == 0 && len == 2);
	expect("getsockname fd=%d local.family=AF_UNIX local.len=2 local.raw=\"0100\" local.path=- local.abstract=- ret=0",
	       fd);
	drop(fd);
}

static void unknown_family(void)
{
	struct sockaddr addr = {.sa_family = 4711, .sa_data = "abc"};
	int fd = make(AF_INET, "AF_INET");

	must(connect(fd, &addr, sizeof addr) == -1 && errno == EAFNOSUPPORT);
	expect("connect fd=%d args.addr={\"family\":4711,\"len\":16,\"raw\":\"67126162630000000000000000000000\"} ret=-1 "
	       "err=EAFNOSUPPORT",
	       fd);
	drop(fd);
}

/* Refused by a socket of another family, and shown all the same. */
static void packet_and_vsock(void)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(0x0800),
				 .sll_ifindex = 7,
				 .sll_halen = 6,
				 .sll_addr = {1, 2, 3, 4, 5, 6}};
	struct sockaddr_vm vm = {.svm_family = AF_VSOCK, .svm_port = 100000, .svm_cid = 2};
	int fd = make(AF_INET, "AF_INET");

	must(bind(fd, (struct sockaddr *)&ll, sizeof ll) == -1);
	expect("bind fd=%d args.addr.family=AF_PACKET args.addr.protocol=2048 args.addr.ifindex=7 "
	       "args.addr.hwaddr=\"010203040506\" ret=-1",
	       fd);
	must(connect(fd, (struct sockaddr *)&vm, sizeof vm) == -1);
	expect("connect fd=%d args.addr.family=AF_VSOCK args.addr.cid=2 args.addr.vport=100000 ret=-1", fd);
	drop(fd);
}

/* The structures of Bluetooth's protocols differ, and so do their lengths. */
static void bluetooth(void)
{
	static const unsigned char hci[6] = {AF_BLUETOOTH, 0, 1, 0, 2, 0}, sco[8] = {AF_BLUETOOTH, 0, 6, 5, 4, 3, 2, 1},
				   rfcomm[10] = {AF_BLUETOOTH, 0, 6, 5, 4, 3, 2, 1, 9},
				   l2cap[14] = {AF_BLUETOOTH, 0, 1, 16, 6, 5, 4, 3, 2, 1, 4, 1},
				   other[7] = {AF_BLUETOOTH};
	int fd = make(AF_INET, "AF_INET");

	must(bind(fd, (const struct sockaddr *)hci, sizeof hci) == -1);
	expect("bind fd=%d args.addr.family=AF_BLUETOOTH args.addr.dev=1 args.addr.channel=2 ret=-1", fd);
	must(bind(fd, (const struct sockaddr *)sco, sizeof sco) == -1);
	expect("bind fd=%d args.addr.bdaddr=\"010203040506\" args.addr.channel=- ret=-1", fd);
	must(connect(fd, (const struct sockaddr *)rfcomm, sizeof rfcomm) == -1);
	expect("connect fd=%d args.addr.bdaddr=\"010203040506\" args.addr.channel=9 ret=-1", fd);
	must(connect(fd, (const struct sockaddr *)l2cap, sizeof l2cap) == -1);
	expect("connect fd=%d args.addr.bdaddr=\"010203040506\" args.addr.psm=4097 args.addr.cid=260 ret=-1", fd);
	must(connect(fd, (const struct sockaddr *)other, sizeof other) == -1);
	expect("connect fd=%d args.addr={\"family\":\"AF_BLUETOOTH\",\"len\":7,\"raw\":\"1f000000000000\"} ret=-1", fd);
	drop(fd);
}

static void alg_can_and_xdp(void)
{
	struct sockaddr_alg alg = {.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha1"};
	struct sockaddr_can can = {.can_family = AF_CAN, .can_ifindex = 7};
	struct sockaddr_xdp xdp = {.sxdp_family = AF_XDP, .sxdp_ifindex = 7, .sxdp_queue_id = 3};
	int fd = make(AF_INET, "AF_INET");

	must(bind(fd, (struct sockaddr *)&alg, sizeof alg) == -1);
	expect("bind fd=%d args.addr.family=AF_ALG args.addr.type=hash args.addr.name=sha1 ret=-1", fd);
	must(bind(fd, (struct sockaddr *)&alg, offsetof(struct sockaddr_alg, salg_name) + 3) == -1);
	expect("bind fd=%d args.addr.type=hash args.addr.name=sha ret=-1", fd);
	must(bind(fd, (struct sockaddr *)&can, sizeof can) == -1);
	expect("bind fd=%d args.addr.family=AF_CAN args.addr.ifindex=7 ret=-1", fd);
	must(bind(fd, (struct sockaddr *)&xdp, sizeof xdp) == -1);
	expect("bind fd=%d args.addr.family=AF_XDP args.addr.ifindex=7 args.addr.queue_id=3 ret=-1", fd);
	must(bind(fd, (struct sockaddr *)&xdp, sizeof xdp - 1) == -1);
	expect("bind fd=%d args.addr.family=AF_XDP args.addr.short=true args.addr.ifindex=- ret=-1", fd);
	drop(fd);
}

static void short_address(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(9)};
	int fd = make(AF_INET, "AF_INET");

	must(bind(fd, (struct sockaddr *)&addr, 4) == -1 && errno == EINVAL);
	expect("bind fd=%d args.addr={\"family\":\"AF_INET\",\"short\":true,\"len\":4,\"raw\":\"02000009\"} args.addrlen=4 ret=-1 "
	       "err=EINVAL",
	       fd);
	drop(fd);
}

int main(void)
{
	inet();
	inet6();
	unix_path();
	unix_abstract();
	unix_unnamed();
	unknown_family();
	packet_and_vsock();
	bluetooth();
	alg_can_and_xdp();
	short_address();
	expect("exit how=exit status=0 open=[]");
	return 0;
}
