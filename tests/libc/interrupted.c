/* interrupted: calls on a socket amid a handler, of a timer, that makes the same calls on another one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { HANDLED = 4000, LONGEST_S = 20 };

static int own[2], others[2];
static volatile sig_atomic_t handled;

static void must(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

static void move_a_byte(const int *sv)
{
	char byte = 'x';

	must(send(sv[0], &byte, 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1, "a byte");
}

static void handle(int signo)
{
	(void)signo;
	move_a_byte(others);
	handled++;
}

int main(void)
{
	struct itimerval often = {{0, 50}, {0, 50}};
	time_t begin = time(NULL);

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, own) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, others) == 0,
	     "socketpair");
	sigaction(SIGALRM, &(struct sigaction){.sa_handler = handle, .sa_flags = SA_RESTART}, NULL);
	must(setitimer(ITIMER_REAL, &often, NULL) == 0, "setitimer");
	while (handled < HANDLED && time(NULL) - begin < LONGEST_S)
		move_a_byte(own);
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
	printf("%s\n", handled < HANDLED ? "hardly interrupted" : "interrupted");
	return 0;
}
