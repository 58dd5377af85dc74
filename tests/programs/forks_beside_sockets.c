/*
 * forks_beside_sockets CHILDREN: forks while a thread makes sockets and closes them. Each child prints its process id and which sockets it was
 * given, and closes them.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST = 3, LAST = 20 };

static atomic_bool ends;

static void must(int claim)
{
	if (!claim)
		_exit(1);
}

static void *makes_sockets(void *unused)
{
	while (!ends) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		must(fd >= 0 && close(fd) == 0);
	}
	return unused;
}

static bool is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static void child(void)
{
	char line[256];
	int len = snprintf(line, sizeof line, "%d", getpid());

	for (int fd = FIRST; fd < LAST; fd++)
		if (is_socket(fd))
			len += snprintf(line + len, sizeof line - len, " %d", fd);
	line[len++] = '\n';
	must(write(STDOUT_FILENO, line, len) == len);
	for (int fd = FIRST; fd < LAST; fd++)
		close(fd);
	_exit(0);
}

int main(int argc, char **argv)
{
	int children = argc > 1 ? atoi(argv[1]) : 100, kept[2], status;
	pthread_t maker;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, kept) == 0);
	must(pthread_create(&maker, NULL, makes_sockets, NULL) == 0);
	for (int i = 0; i < children; i++) {
		pid_t pid = fork();
		if (pid == 0)
			child();
		must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	}
	ends = true;
	must(pthread_join(maker, NULL) == 0);
	return 0;
}
