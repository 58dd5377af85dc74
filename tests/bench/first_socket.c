/* first_socket: fork, exec of a program with a single socket, wait: what such a process pays for being traced, its files included. */
#include <string.h>
#include <sys/socket.h>

#include "bench.h"

static const char *self;

static void *open_nothing(void)
{
	return NULL;
}

static void run_self(void *unused)
{
	(void)unused;
	run_child(self, "child");
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1 && strcmp(argv[1], "child") == 0)
		return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
	return bench(argc, argv, &(struct bench){open_nothing, run_self, 1});
}
