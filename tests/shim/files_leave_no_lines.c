/* files_leave_no_lines: calls on files, pipes and closed descriptors are not in the trace. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2], ends[2];
	char byte;

	expect_pair(sv);
	int fd = open("/dev/null", O_RDWR);
	must(fd >= 0 && write(fd, "x", 1) == 1 && read(fd, &byte, 1) == 0);
	must(dup2(fd, 40) == 40 && close(40) == 0);
	must(pipe(ends) == 0 && write(ends[1], "x", 1) == 1 && read(ends[0], &byte, 1) == 1);
	must(send(fd, "x", 1, 0) == -1 && errno == ENOTSOCK);
	expect("send fd=%d sock=- ret=-1 err=ENOTSOCK", fd);
	must(close(9999) == -1 && errno == EBADF);
	must(close(-1) == -1 && errno == EBADF);
	must(read(-5, &byte, 1) == -1 && errno == EBADF);
	/* A file in the place of a socket closes the socket, and is a file. */
	must(dup2(fd, sv[1]) == sv[1]);
	expect("dup2 fd=%d sock=- args.newfd=%d ret=%d newsock=-", fd, sv[1], sv[1]);
	must(write(sv[1], "x", 1) == 1);
	must(close(sv[1]) == 0);
	expect("exit how=exit status=0 open.0.sock=$a open.1=-");
	return 0;
}
