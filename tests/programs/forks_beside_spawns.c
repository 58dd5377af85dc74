/*
 * forks_beside_spawns CHILDREN: a thread tries to exec what is not there, again and again, while another forks so many children. Each prints what
 * files it has open beside those that the process was started with. There is no socket.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "open_files.h"

static atomic_bool over;

static void *try(void *unused)
{
	char *argv[] = {"/bin/sh", NULL}, *envp[] = {NULL};

	while (!over) {
		execve("/bin", argv, envp);
		execve("/etc/passwd", argv, envp);
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 2 || close_range(OPEN_FILES_FIRST, ~0U, 0) < 0 || pthread_create(&thread, NULL, try, NULL) != 0)
		return 1;
	for (int i = atoi(argv[1]); i > 0; i--) {
		pid_t pid = fork();
		if (pid == 0) {
			print_open_files();
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
	over = true;
	return pthread_join(thread, NULL) != 0;
}
