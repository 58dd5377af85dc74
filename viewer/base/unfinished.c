/* unfinished: a file that goes away where a signal ends us before it is whole. */
#include "viewer/base/unfinished.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

static struct sigaction before[NUMBERS];
static const char *volatile unfinished;

/* The signal that is raised again waits until we return, and then does what it usually does. */
static void remove_it(int number)
{
	unlink(unfinished);
	raise(number);
}

static void catch_signals(void)
{
	const struct sigaction action = {.sa_handler = remove_it, .sa_flags = (int)SA_RESETHAND};

	for (size_t i = 0; i < NUMBERS; i++) {
		sigaction(numbers[i], NULL, &before[i]);
		if (before[i].sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
	}
}

int unfinished_open(const char *file, mode_t mode)
{
	sigset_t held, usual;
	int fd;

	sigemptyset(&held);
	for (size_t i = 0; i < NUMBERS; i++)
		sigaddset(&held, numbers[i]);
	sigprocmask(SIG_BLOCK, &held, &usual);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd >= 0) {
		unfinished = file;
		catch_signals();
	}
	sigprocmask(SIG_SETMASK, &usual, NULL);
	return fd;
}

void unfinished_keep(void)
{
	for (size_t i = 0; i < NUMBERS; i++)
		if (before[i].sa_handler == SIG_DFL)
			signal(numbers[i], SIG_IGN);
}

void unfinished_end(void)
{
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &before[i], NULL);
}
