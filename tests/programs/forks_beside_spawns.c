/*
 * forks_beside_spawns WAY COUNT: a thread tries to exec what is not there, again and again, while another forks so many children. Each prints what
 * files it has open beside those that the process was started with, and "lost" if that does not go for one of O_PATH that it held of the working
 * directory. WAY is fork, syscall, clone or clone3; or daemon: one child, so many microseconds later. There is no socket.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
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

static pid_t forked(const char *way)
{
	struct clone_args args = {.exit_signal = SIGCHLD};

	if (strcmp(way, "syscall") == 0)
		return syscall(SYS_fork);
	if (strcmp(way, "clone") == 0)
		return syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (strcmp(way, "clone3") == 0)
		return syscall(SYS_clone3, &args, sizeof args);
	return fork();
}

static void be_child(int held)
{
	if (close(held) < 0)
		puts("lost");
	print_open_files();
	_exit(0);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int held;

	if (argc != 3 || close_range(OPEN_FILES_FIRST, ~0U, 0) < 0 || pthread_create(&thread, NULL, try, NULL) != 0)
		return 1;
	held = open(".", O_PATH | O_CLOEXEC);
	if (strcmp(argv[1], "daemon") == 0) {
		usleep(atoi(argv[2]));
		if (daemon(1, 1) == 0)
			be_child(held);
		return 1;
	}
	for (int i = atoi(argv[2]); i > 0; i--) {
		pid_t pid = forked(argv[1]);
		if (pid == 0)
			be_child(held);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
	over = true;
	return pthread_join(thread, NULL) != 0;
}
