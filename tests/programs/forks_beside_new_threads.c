/*
 * forks_beside_new_threads: processes that have given up rights fork while threads of theirs use a socket for the first time. Prints how many of
 * the children have no room in a live file, which shows in what they have mapped.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 15, STARTERS = 2, THREADS = 100, FORKS = 10 };

static int sv[2];

static void talk(void)
{
	char byte;

	send(sv[0], "x", 1, MSG_DONTWAIT);
	recv(sv[1], &byte, 1, MSG_DONTWAIT);
}

static void *use(void *unused)
{
	talk();
	pause();
	return unused;
}

static void *start(void *unused)
{
	pthread_t thread;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, use, NULL);
	return unused;
}

static int has_no_room(void)
{
	char line[4096];
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps && fgets(line, sizeof line, maps))
		if (strstr(line, ".live."))
			return 0;
	return 1;
}

static int wait_for(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static void process(void)
{
	pthread_t thread;
	int without = 0;

	for (int i = 0; i < STARTERS; i++)
		pthread_create(&thread, NULL, start, NULL);
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			talk();
			_exit(has_no_room());
		}
		without += wait_for(pid);
	}
	_exit(without);
}

int main(void)
{
	int without = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || setuid(getuid()) < 0)
		return 1;
	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();
		if (pid == 0)
			process();
		without += wait_for(pid);
	}
	printf("%d\n", without);
	return 0;
}
