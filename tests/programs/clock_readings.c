/*
 * clock_readings THREADS MS: for so many milliseconds each thread sends a byte, now and then after a pause, while a handler does too that comes
 * every 700 us. Prints of each byte the socket, and CLOCK_MONOTONIC before and after it, in nanoseconds.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8, SENT = 1 << 20, EVERY_US = 700, PAUSE_EACH = 512 };

struct sent {
	uint64_t before, after;
};

static struct sender {
	int sv[2];
	int count;
	struct sent *sent;
} senders[MOST + 1];

static uint64_t until;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void send_one(struct sender *s)
{
	char byte = 'x';
	uint64_t before = now();
	int done = s->count < SENT && send(s->sv[0], &byte, 1, MSG_DONTWAIT) == 1;
	uint64_t after = now();

	if (done) {
		s->sent[s->count++] = (struct sent){before, after};
		read(s->sv[1], &byte, 1);
	}
}

static void handler(int signal)
{
	(void)signal;
	send_one(&senders[MOST]);
}

static void *run(void *sender)
{
	for (int i = 0; now() < until; i++) {
		send_one(sender);
		if (i % PAUSE_EACH == 0)
			usleep(i / PAUSE_EACH % 8 * 100);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct itimerval timer = {{0, EVERY_US}, {0, EVERY_US}}, none = {0};
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	pthread_t threads[MOST];
	sigset_t alarm;

	if (argc != 3 || atoi(argv[1]) < 1 || atoi(argv[1]) > MOST)
		return 1;
	for (int i = 0; i <= MOST; i++) {
		senders[i].sent = calloc(SENT, sizeof *senders[i].sent);
		if (!senders[i].sent || socketpair(AF_UNIX, SOCK_STREAM, 0, senders[i].sv) < 0)
			return 1;
	}
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	until = now() + atoi(argv[2]) * 1000000ull;
	/* The handler comes to the first thread alone. */
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	for (int i = 1; i < atoi(argv[1]); i++)
		if (pthread_create(&threads[i], NULL, run, &senders[i]) != 0)
			return 1;
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	run(&senders[0]);
	setitimer(ITIMER_REAL, &none, NULL);
	for (int i = 1; i < atoi(argv[1]); i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i <= MOST; i++)
		for (int k = 0; k < senders[i].count; k++)
			printf("%d %lu %lu\n", senders[i].sv[0], senders[i].sent[k].before, senders[i].sent[k].after);
	return 0;
}
