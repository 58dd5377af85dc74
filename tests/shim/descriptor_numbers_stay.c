/* descriptor_numbers_stay: the tracer holds no descriptor: a program gets the numbers it gets untraced. */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

/* Every descriptor up to there is closed by programs that become daemons. */
enum { MANY = 1024 };

int main(void)
{
	int sv[2];

	for (int fd = 3; fd < MANY; fd++)
		close(fd); /* whatever the one who started us left open */
	expect_pair(sv);
	must(sv[0] == 3 && sv[1] == 4);
	for (int fd = 3; fd < MANY; fd++)
		must(close(fd) == (fd <= 4 ? 0 : -1));
	expect("close fd=3 sock=$a refs=0 ret=0");
	expect("close fd=4 sock=$b refs=0 ret=0");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0 && sv[0] == 3 && sv[1] == 4);
	expect("socketpair newfds=[3,4] newsocks.0=$c newsocks.1=$d");
	for (int i = 0; i < 5000; i++) {
		must(send(sv[0], "many lines", 10, 0) == 10);
		must(open("/dev/null", O_RDONLY) == 5 && close(5) == 0);
		char bytes[10];
		must(recv(sv[1], bytes, sizeof bytes, 0) == 10);
		expect("send fd=3 sock=$c ret=10");
		expect("recv fd=4 sock=$d ret=10 data=\"many lines\"");
	}
	expect("exit how=exit status=0 open.0.sock=$c open.1.sock=$d");
	return 0;
}
