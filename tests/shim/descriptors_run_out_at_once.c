/* descriptors_run_out_at_once: the first sockets take the last descriptors: where the calls came from is known all the same. */
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	struct rlimit limit = {5, 5};
	int sv[2];
	char byte;

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	closefrom(3);
	expect_pair(sv);
	must(sv[1] == 4);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);
	must(read(sv[1], &byte, 1) == 1);
	expect("read fd=%d ret=1", sv[1]);
	expect("exit how=exit status=0 open.0.fd=3 open.1.fd=4");
	return 0;
}
