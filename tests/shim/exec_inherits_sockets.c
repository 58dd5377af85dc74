/* exec_inherits_sockets: the new image has the sockets without FD_CLOEXEC; a failed exec is a line too. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

static int second_image(int fd)
{
	expect("inherit fd=%d sock=$a family=AF_UNIX type=SOCK_STREAM state=connected via=exec", fd);
	must(write(fd, "x", 1) == -1 && errno == EPIPE);
	expect("write fd=%d sock=$a ret=-1 err=EPIPE", fd);
	expect("exit how=exit status=0 open.0.sock=$a open.1=-");
	return 0;
}

int main(int argc, char **argv)
{
	int sv[2];
	char fd[2] = "?";

	if (argc > 1)
		return second_image(argv[1][0] - '0');
	expect_pair(sv);
	must(fcntl(sv[1], F_SETFD, FD_CLOEXEC) == 0);
	expect("fcntl fd=%d sock=$b args.cmd=F_SETFD", sv[1]);
	must(execv("/nonexistent/program", argv) == -1 && errno == ENOENT);
	expect("execv args.pathname=/nonexistent/program args.argv=[\"%s\"] ret=-1 err=ENOENT", argv[0]);
	fd[0] = '0' + sv[0];
	/* The signal of EPIPE is ignored over exec. */
	signal(SIGPIPE, SIG_IGN);
	expect("pending execl args.pathname=\"%s\" args.argv=[\"%s\",\"%s\"]", argv[0], argv[0], fd);
	execl(argv[0], argv[0], fd, NULL);
	must(!"exec");
}
