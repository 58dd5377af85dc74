/*
 * forks_beside_readings DELAY: a thread makes its first socket, and says again who it is, and DELAY microseconds after it began to another forks. Prints
 * what files the child has open beside those that the process was started with.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST = 3, END = 64 };

static pthread_barrier_t ready;

static void *make_one(void *unused)
{
	pthread_barrier_wait(&ready);
	socket(AF_INET, SOCK_STREAM, 0);
	setfsuid(geteuid());
	return unused;
}

static void list_files(void)
{
	char path[64], link[256];

	for (int fd = FIRST; fd < END; fd++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, link, sizeof link - 1);
		if (n > 0 && link[0] == '/')
			printf("%.*s\n", (int)n, link);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pid_t pid;

	if (argc != 2)
		return 1;
	if (close_range(FIRST, ~0U, 0) < 0)
		return 1;
	pthread_barrier_init(&ready, NULL, 2);
	if (pthread_create(&thread, NULL, make_one, NULL) != 0)
		return 1;
	pthread_barrier_wait(&ready);
	usleep(atoi(argv[1]));
	pid = fork();
	if (pid == 0) {
		list_files();
		_exit(0);
	}
	return pid < 0 || waitpid(pid, NULL, 0) != pid || pthread_join(thread, NULL) != 0;
}
