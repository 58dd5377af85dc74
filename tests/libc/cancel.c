/*
 * cancel: threads are cancelled 1,000 times amid system calls of libc's own and of theirs, some of them where our code runs for
 * them; each must run its cleanup handlers. Prints how many did.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TIMES = 250, KINDS = 4 };

static int cleaned;

static void clean(void *fds)
{
	int *sv = fds;

	close(sv[0]);
	close(sv[1]);
	__atomic_add_fetch(&cleaned, 1, __ATOMIC_RELAXED);
}

/* Waits in a read that stdio makes. */
static void wait_in_fgets(int *sv)
{
	char line[16];
	FILE *f = fdopen(dup(sv[0]), "r");

	while (f && fgets(line, sizeof line, f))
		;
}

static void wait_in_recv(int *sv)
{
	char byte;

	while (recv(sv[0], &byte, 1, 0) == 1)
		;
}

/* Never waits: what cancels it comes anywhere, and amid our own work often. */
static void write_and_read(int *sv)
{
	char byte = 'x';

	for (;;)
		if (write(sv[0], &byte, 1) != 1 || read(sv[1], &byte, 1) != 1)
			return;
}

/* The same in system calls that pass no wrapper. */
static void print_and_get(int *sv)
{
	FILE *to = fdopen(dup(sv[0]), "w"), *from = fdopen(dup(sv[1]), "r");
	char line[16];

	while (to && from && fputs("x\n", to) >= 0 && fflush(to) == 0 && fgets(line, sizeof line, from))
		;
}

static void *run(void *kind)
{
	static void (*const kinds[KINDS])(int *) = {wait_in_fgets, wait_in_recv, write_and_read, print_and_get};
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		abort();
	pthread_cleanup_push(clean, sv);
	kinds[(long)kind](sv);
	pthread_cleanup_pop(1);
	return NULL;
}

int main(void)
{
	int cancelled = 0;

	for (long i = 0; i < TIMES * KINDS; i++) {
		pthread_t thread;
		void *result;
		if (pthread_create(&thread, NULL, run, (void *)(i % KINDS)) != 0)
			return 1;
		for (volatile int spin = 0; spin < i * 97 % 20000; spin++)
			;
		pthread_cancel(thread);
		pthread_join(thread, &result);
		cancelled += result == PTHREAD_CANCELED;
	}
	printf("%d cancelled\n", cancelled);
	/* Some are cancelled before they begin. */
	return cleaned < TIMES * KINDS / 2;
}
