/*
 * sandboxed_sockets_are_recorded: what is done to a socket that is made, accepted or copied in a sandbox, whose identity the kernel may not be
 * asked for.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

enum { HIGH = 1000 };

static void talk(int from, const char *sender, int to, const char *receiver)
{
	char byte;

	must(write(from, "x", 1) == 1);
	expect("write fd=%d sock=$%s ret=1 data=x", from, sender);
	must(read(to, &byte, 1) == 1);
	expect("read fd=%d sock=$%s ret=1 data=x", to, receiver);
}

static void in_a_pair(void)
{
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	expect("socketpair newfds=[%d,%d] newsocks.0=$p newsocks.1=$q inos=-", sv[0], sv[1]);
	talk(sv[0], "p", sv[1], "q");
	must(dup2(sv[0], HIGH) == HIGH);
	expect("dup2 fd=%d sock=$p ret=%d newsock=$p", sv[0], HIGH);
	must(close(sv[0]) == 0);
	expect("close fd=%d sock=$p refs=1", sv[0]);
	talk(HIGH, "p", sv[1], "q");
	must(close(HIGH) == 0);
	expect("close fd=%d sock=$p refs=0", HIGH);
}

static void of_a_listener(int listener, int port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int client = socket(AF_INET, SOCK_STREAM, 0);

	expect("socket ret=%d newsock=$c", client);
	must(connect(client, (struct sockaddr *)&at, sizeof at) == 0);
	expect("connect fd=%d sock=$c ret=0", client);
	int connection = accept(listener, NULL, NULL);
	must(connection >= 0);
	expect("accept fd=%d sock=$l ret=%d newsock=$d peer.addr=127.0.0.1 local=-", listener, connection);
	talk(client, "c", connection, "d");
	must(close(connection) == 0);
	expect("close fd=%d sock=$d refs=0", connection);
}

int main(void)
{
	static const int asked[] = {SYS_getsockopt,  SYS_fstat, SYS_newfstatat, SYS_getsockname,
				    SYS_getpeername, SYS_mmap,  SYS_fcntl,      SYS_readlink};
	struct rlimit many = {HIGH + 1, HIGH + 1};
	int port, listener = expect_listener("l", &port);

	must(setrlimit(RLIMIT_NOFILE, &many) == 0);
	must(forbid_calls(asked, 8) == 0);
	expect("prctl ret=0");
	in_a_pair();
	of_a_listener(listener, port);
	expect("exit how=exit status=0 open.0.sock=$l open.1.sock=$c open.2.sock=$q open.3=-");
	return 0;
}
