/*
 * forks_beside_first_calls WAY DELAY: a thread's first call takes a socket away, by close_range (0) or dup2 (1), while another thread forks. Prints
 * the child's process id where that has the socket still, after a write to it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t ready;
static int sv[2], file, way, delay;

static void *take_it_away(void *unused)
{
	pthread_barrier_wait(&ready);
	for (volatile int i = 0; i < delay; i++)
		;
	if (way == 0)
		close_range(sv[0], sv[0], 0);
	else
		dup2(file, sv[0]);
	return unused;
}

static void child(void)
{
	char byte;

	if (write(sv[0], "x", 1) == 1 && recv(sv[1], &byte, 1, MSG_DONTWAIT) == 1) {
		printf("%d\n", getpid());
		fflush(stdout);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pid_t pid;

	if (argc != 3 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || (file = open("/dev/null", O_RDWR)) < 0)
		return 1;
	way = atoi(argv[1]);
	delay = atoi(argv[2]);
	pthread_barrier_init(&ready, NULL, 2);
	if (pthread_create(&thread, NULL, take_it_away, NULL) != 0)
		return 1;
	pthread_barrier_wait(&ready);
	pid = fork();
	if (pid == 0)
		child();
	return pid < 0 || waitpid(pid, NULL, 0) != pid || pthread_join(thread, NULL) != 0;
}
