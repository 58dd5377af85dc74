/*
 * closed_standard: children that have closed 0, 1 and 2 make their first sockets, every other one gives up rights, while a thread of theirs goes on
 * writing to these numbers, as a program does that prints. Prints in how many of them such a write succeeded.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 100 };

static volatile int ended, written;

static void *print(void *unused)
{
	while (!ended)
		for (int fd = 0; fd < 3; fd++)
			written |= write(fd, "printed\n", 8) == 8;
	return unused;
}

static void child(int gives_up)
{
	pthread_t printer;

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	if (pthread_create(&printer, NULL, print, NULL) != 0)
		_exit(2);
	usleep(300);
	/* Not connected, so that nothing can be written to them. */
	if (socket(AF_INET, SOCK_STREAM, 0) < 0 || (gives_up && setuid(getuid()) < 0) ||
	    socket(AF_INET, SOCK_STREAM, 0) < 0)
		_exit(2);
	usleep(100);
	ended = 1;
	pthread_join(printer, NULL);
	_exit(written);
}

int main(void)
{
	int status, succeeded = 0;

	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();
		if (pid == 0)
			child(i % 2);
		if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
			return 1;
		succeeded += WEXITSTATUS(status);
	}
	printf("%d\n", succeeded);
	return 0;
}
