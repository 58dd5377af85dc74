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

#include "open_files.h"

static pthread_barrier_t ready;

static void *make_one(void *unused)
{
	pthread_barrier_wait(&ready);
	socket(AF_INET, SOCK_STREAM, 0);
	setfsuid(geteuid());
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pid_t pid;

	if (argc != 2)
		return 1;
	if (close_range(OPEN_FILES_FIRST, ~0U, 0) < 0)
		return 1;
	pthread_barrier_init(&ready, NULL, 2);
	if (pthread_create(&thread, NULL, make_one, NULL) != 0)
		return 1;
	pthread_barrier_wait(&ready);
	usleep(atoi(argv[1]));
	pid = fork();
	if (pid == 0) {
		print_open_files();
		_exit(0);
	}
	return pid < 0 || waitpid(pid, NULL, 0) != pid || pthread_join(thread, NULL) != 0;
}
