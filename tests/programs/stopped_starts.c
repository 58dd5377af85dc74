/*
 * stopped_starts: a child that has a lock of fcntl tries to start a program again and again, and is stopped amid that, 500 times. Prints how many
 * stops its parent was told of.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOPS = 500, PATIENCE_S = 10, SPREAD_USEC = 300 };

static void start_for_ever(const char *locked)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	char *argv[] = {"nothing", NULL};
	int sv[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || fcntl(open(locked, O_RDONLY), F_SETLK, &lock) < 0)
		_exit(1);
	for (;;)
		execv("/nonexistent/nothing", argv);
}

int main(int argc, char **argv)
{
	int told = 0, status;
	pid_t pid = fork();

	(void)argc;
	if (pid == 0)
		start_for_ever(argv[0]);
	usleep(200000);
	alarm(PATIENCE_S);
	for (int i = 0; i < STOPS; i++) {
		kill(pid, SIGSTOP);
		if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
			break;
		told++;
		kill(pid, SIGCONT);
		usleep(rand() % SPREAD_USEC);
	}
	kill(pid, SIGKILL);
	printf("%d told\n", told);
	return 0;
}
