/*
 * busy: threads that send and receive numbered messages until somebody kills them, interrupted by a handler that does so too, amid
 * children that are forked one after the other.
 *
 * Each thread, and the newest child, counts the calls that have returned to it in a file that outlives it (COUNTS, a mapping), so
 * that a test can tell which calls a trace must hold; those of the handler apart. Messages are the numbers 0, 1, 2... of eight
 * digits: a gap or a repeat shows.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/net.h"

enum { THREADS = 4, MESSAGE = 8, ALARM_NS = 150000, CHILD_CALLS = 40, PAUSE_USEC = 1000 };

/* One thread's record in COUNTS; the last one is the newest child's. */
struct count {
	_Atomic uint64_t tid;
	_Atomic uint64_t returned; /* calls */
	_Atomic uint64_t handled;  /* calls of its handler */
	_Atomic uint64_t handlers_fd;
};

struct worker {
	struct count *count;
	int fd;
	int begins; /* sends first, then receives */
	int handlers_fd;
};

static __thread struct count *own;

static void send_number(int fd, unsigned number, _Atomic uint64_t *counted)
{
	char message[MESSAGE + 1];

	snprintf(message, sizeof message, "%08u", number);
	if (send(fd, message, MESSAGE, 0) != MESSAGE)
		die("send");
	++*counted;
}

static void receive_number(int fd, _Atomic uint64_t *counted)
{
	char message[MESSAGE];

	if (recv(fd, message, MESSAGE, 0) != MESSAGE)
		die("recv");
	++*counted;
}

/* Comes amid anything: the tracer's own work, or a recv that waits. */
static void handle(int signal, siginfo_t *info, void *context)
{
	unsigned number = own->handled;

	(void)signal, (void)info, (void)context;
	send_number(own->handlers_fd, number, &own->handled);
}

/* A signal for the calling thread, again and again. */
static void interrupt_me(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
	struct itimerspec often = {{0, ALARM_NS}, {0, ALARM_NS}};
	timer_t timer;

	event._sigev_un._tid = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0 || timer_settime(timer, 0, &often, NULL) < 0)
		die("timer");
}

static void *work(void *argument)
{
	struct worker *w = argument;

	own = w->count;
	own->handlers_fd = w->handlers_fd;
	own->tid = gettid();
	interrupt_me();
	for (unsigned number = 0;; number++) {
		if (w->begins)
			send_number(w->fd, number, &own->returned);
		receive_number(w->fd, &own->returned);
		if (!w->begins)
			send_number(w->fd, number, &own->returned);
	}
	return NULL;
}

/* A socket that takes whatever is sent to it: UDP to a port of its own, which nobody reads. */
static int sink(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof any;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&any, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&any, &len) < 0 || connect(fd, (struct sockaddr *)&any, len) < 0)
		die("sink");
	return fd;
}

static void fork_for_ever(struct count *count)
{
	for (;;) {
		count->tid = 0;
		count->returned = 0;
		pid_t pid = fork();
		if (pid < 0)
			die("fork");
		if (pid > 0) {
			waitpid(pid, NULL, 0);
			usleep(PAUSE_USEC); /* the threads are to be busy as well */
			continue;
		}
		int fd = sink();
		count->tid = getpid();
		for (unsigned number = 0; number < CHILD_CALLS; number++)
			send_number(fd, number, &count->returned);
		_exit(0);
	}
}

static struct count *map_counts(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, (THREADS + 1) * sizeof(struct count)) < 0)
		die(path);
	struct count *counts = mmap(NULL, (THREADS + 1) * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counts == MAP_FAILED)
		die("mmap");
	close(fd);
	return counts;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct worker workers[THREADS];
	pthread_t thread;

	if (argc != 2) {
		fputs("usage: busy COUNTS\n", stderr);
		return 2;
	}
	struct count *counts = map_counts(argv[1]);
	for (int i = 0; i < THREADS; i += 2) {
		int sv[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
			die("socketpair");
		workers[i] = (struct worker){&counts[i], sv[0], 1, sink()};
		workers[i + 1] = (struct worker){&counts[i + 1], sv[1], 0, sink()};
	}
	if (sigaction(SIGALRM, &action, NULL) < 0)
		die("sigaction");
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, work, &workers[i]) != 0)
			die("pthread_create");
	fork_for_ever(&counts[THREADS]);
	return 0;
}
