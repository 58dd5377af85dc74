/* cleaned_environment_is_followed: a program started with an empty environment is traced like the others. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static int second_image(int fd)
{
	must(write(fd, "x", 1) == 1);
	expect("inherit fd=%d sock=$b family=AF_UNIX via=exec", fd);
	expect("write fd=%d sock=$b ret=1 data=x", fd);
	expect("exit how=exit status=0 open.0.sock=$b open.1=-");
	return 0;
}

int main(int argc, char **argv)
{
	int sv[2], status;
	char number[2] = "?", *const arguments[] = {argv[0], number, NULL}, *const nothing[] = {NULL};
	char byte;

	if (argc > 1)
		return second_image(argv[1][0] - '0');
	expect_pair(sv);
	must(fcntl(sv[0], F_SETFD, FD_CLOEXEC) == 0);
	expect("fcntl fd=%d sock=$a", sv[0]);
	number[0] = '0' + sv[1];
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d sock=$a via=fork", sv[0]);
		expect("inherit fd=%d sock=$b via=fork", sv[1]);
		expect("pending execve args.pathname=\"%s\" args.argv=[\"%s\",\"%s\"]", argv[0], argv[0], number);
		execve(argv[0], arguments, nothing);
		must(!"execve");
	}
	expect("fork ret=%d", pid);
	must(read(sv[0], &byte, 1) == 1);
	expect("read fd=%d sock=$a ret=1 data=x", sv[0]);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
