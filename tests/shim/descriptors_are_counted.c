/* descriptors_are_counted: copies by dup, dup2, dup3 and fcntl are the same socket; close says how many are left. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2];

	expect_pair(sv);
	int copy = dup(sv[0]);
	expect("dup fd=%d sock=$a ret=%d newsock=$a", sv[0], copy);
	must(dup2(sv[0], 50) == 50);
	expect("dup2 fd=%d sock=$a args.newfd=50 ret=50 newsock=$a", sv[0]);
	must(dup3(sv[0], 51, O_CLOEXEC) == 51);
	expect("dup3 fd=%d sock=$a args.newfd=51 args.flags=[O_CLOEXEC] ret=51 newsock=$a", sv[0]);
	must(fcntl(sv[0], F_DUPFD, 60) == 60);
	expect("fcntl fd=%d sock=$a args.cmd=F_DUPFD args.arg=60 ret=60 newsock=$a", sv[0]);
	must(fcntl(sv[0], F_DUPFD_CLOEXEC, 61) == 61);
	expect("fcntl fd=%d sock=$a args.cmd=F_DUPFD_CLOEXEC args.arg=61 ret=61 newsock=$a", sv[0]);
	must(dup2(sv[0], sv[0]) == sv[0]);
	expect("dup2 fd=%d args.newfd=%d ret=%d", sv[0], sv[0], sv[0]);

	static const int order[] = {60, 61, 51, 50};
	for (int i = 0; i < 4; i++) {
		must(close(order[i]) == 0);
		expect("close fd=%d sock=$a refs=%d ret=0", order[i], 5 - i);
	}
	must(close(copy) == 0);
	expect("close fd=%d sock=$a refs=1 ret=0", copy);
	/* dup2 over the other end closes it: 50 was free, sv[1] is not. */
	must(dup2(sv[0], sv[1]) == sv[1]);
	expect("dup2 fd=%d sock=$a args.newfd=%d ret=%d newsock=$a", sv[0], sv[1], sv[1]);
	must(close(sv[1]) == 0);
	expect("close fd=%d sock=$a refs=1 ret=0", sv[1]);
	must(close(sv[0]) == 0);
	expect("close fd=%d sock=$a refs=0 ret=0", sv[0]);
	/* Closed twice: a mistake worth a line, though there is no socket any more. */
	must(close(sv[0]) == -1 && errno == EBADF);
	expect("close fd=%d sock=- ret=-1 err=EBADF refs=-", sv[0]);
	expect("exit how=exit status=0 open=[]");
	return 0;
}
