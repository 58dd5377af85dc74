/*
 * used_up_descriptors_lose_nothing: a server that never closes runs into EMFILE and goes on trying. More lines follow than a
 * slot holds, and none of them is lost though no descriptor is left to write them with.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

enum { LIMIT = 40, TRIES = 1000 };

int main(void)
{
	struct rlimit limit = {LIMIT, LIMIT};

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	for (;;) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd < 0)
			break;
		expect("socket ret=%d", fd);
	}
	must(errno == EMFILE);
	expect("socket ret=-1 err=EMFILE");
	for (int i = 0; i < TRIES; i++) {
		must(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EMFILE);
		expect("socket ret=-1 err=EMFILE newsock=-");
	}
	expect("exit how=exit status=0 open.0.fd=? open.30.fd=?");
	return 0;
}
