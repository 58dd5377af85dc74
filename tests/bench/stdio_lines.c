/* stdio_lines: a line into one end of a socketpair and out of the other, by stdio: libc makes the system calls by itself. */
#include <string.h>
#include <sys/socket.h>

#include "bench.h"

static void *open_streams(void)
{
	FILE **ends = malloc(2 * sizeof *ends);
	int sv[2];

	must(ends && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0, "socketpair");
	ends[0] = fdopen(sv[0], "w");
	ends[1] = fdopen(sv[1], "r");
	must(ends[0] && ends[1], "fdopen");
	return ends;
}

static void move_a_line(void *streams)
{
	FILE **ends = streams;
	char line[20];

	must(fprintf(ends[0], "line %d\n", 1) == 7 && fflush(ends[0]) == 0 && fgets(line, sizeof line, ends[1]),
	     "a line");
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_streams, move_a_line, 2});
}
