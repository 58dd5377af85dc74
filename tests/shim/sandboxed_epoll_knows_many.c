/* sandboxed_epoll_knows_many: in a sandbox no memory may be asked for; an epoll set to which more is added there than there is room for at first knows
 * all of it. */
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/epoll.h"
#include "sandbox.h"

enum { COPIES = 2000, LIMIT = COPIES + 100 };

int main(void)
{
	struct rlimit limit = {LIMIT, LIMIT};
	static char data[COPIES + 1];
	int sv[2], fd;

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	expect_pair(sv);
	int epfd = new_set();
	must(forbid_calls(NULL, 0) == 0);
	expect("prctl ret=0");
	for (int i = 0; i < COPIES; i++) {
		must((fd = dup(sv[0])) >= 0);
		expect("dup fd=%d ret=%d", sv[0], fd);
		CONTROL(epfd, EPOLL_CTL_ADD, fd, &data[i]);
	}
	CONTROL(epfd, EPOLL_CTL_ADD, sv[1], &data[COPIES]);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);
	wait_for(epfd, &data[COPIES], sv[1], "b");
	expect("exit how=exit status=0");
	return 0;
}
