/* jumps: a handler leaves by siglongjmp what it interrupted, again and again; then one write says that all is well. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { JUMPS = 200, FIRST_USEC = 200 };

static sigjmp_buf back;
static volatile unsigned long asked;

static void jump(int number)
{
	(void)number;
	siglongjmp(back, 1);
}

static void ask_until_jumped(int fd, unsigned usec)
{
	struct sockaddr_storage addr;

	if (sigsetjmp(back, 1))
		return;
	ualarm(usec, 0);
	for (;; asked++) {
		socklen_t len = sizeof addr;
		getsockname(fd, (struct sockaddr *)&addr, &len);
	}
}

int main(void)
{
	struct sigaction action = {.sa_handler = jump};
	int sv[2];

	if (sigaction(SIGALRM, &action, NULL) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0) {
		perror("jumps");
		return EXIT_FAILURE;
	}
	for (unsigned i = 0; i < JUMPS; i++)
		ask_until_jumped(sv[0], FIRST_USEC + i);
	if (write(sv[0], "after", 5) != 5)
		return EXIT_FAILURE;
	printf("%lu\n", asked);
	return 0;
}
