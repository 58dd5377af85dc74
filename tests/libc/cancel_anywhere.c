/*
 * cancel_anywhere: threads that read a file are cancelled asynchronously, 1,500 times: at any instruction, those in the place of libc's own
 * among them. Each must be unwound from there. Prints how many were not.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TIMES = 1500, KINDS = 2, HIGH = 600 /* looked up elsewhere than what is low */ };

static int fds[KINDS], begun, unwound;

static void note_unwound(void *unused)
{
	(void)unused;
	unwound++;
}

static void read_for_ever(int fd)
{
	char byte;

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	__atomic_store_n(&begun, 1, __ATOMIC_SEQ_CST);
	while (read(fd, &byte, 1) == 1)
		;
}

/* Asynchronous only within a call: for another instruction of a function the compiler names no handler. */
static void *run(void *fd)
{
	pthread_cleanup_push(note_unwound, NULL);
	read_for_ever(*(int *)fd);
	pthread_cleanup_pop(0);
	return NULL;
}

int main(void)
{
	int sv[2], cancelled = 0;

	/* Libc is replaced when the first socket is made. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		return 1;
	fds[0] = open("/dev/zero", O_RDONLY);
	fds[1] = fcntl(fds[0], F_DUPFD, HIGH);
	for (int i = 0; i < TIMES; i++) {
		pthread_t thread;
		void *result;
		begun = 0;
		if (pthread_create(&thread, NULL, run, &fds[i % KINDS]) != 0)
			return 1;
		while (!__atomic_load_n(&begun, __ATOMIC_SEQ_CST))
			;
		for (volatile int spin = 0; spin < i * 97 % 1000; spin++)
			;
		pthread_cancel(thread);
		pthread_join(thread, &result);
		cancelled += result == PTHREAD_CANCELED;
	}
	printf("%d cancelled, %d not unwound\n", cancelled, cancelled - unwound);
	return 0;
}
