/* freopen_closes_a_socket: a stream on a socket becomes one on a file; the number is a file's then and leaves no lines. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

/* Of a socket that a descriptor still means. */
static void count_others(int fd)
{
	int copy = dup(fd);

	expect("dup fd=%d sock=$b ret=%d", fd, copy);
	FILE *stream = fdopen(copy, "r");
	must(stream != NULL);
	must(freopen("/dev/null", "r", stream) != NULL);
	expect("freopen fd=%d sock=$b ret=1 refs=1", copy);
	must(fclose(stream) == 0);
}

/* It has no descriptor. */
static void leaves_errno_of_a_stream_in_memory(void)
{
	char *memory;
	size_t size;
	FILE *stream = open_memstream(&memory, &size);

	must(stream != NULL);
	errno = 0;
	freopen("/dev/null", "w", stream); /* glibc refuses, without a reason */
	must(errno == 0);
}

int main(void)
{
	char room[8];
	int sv[2];

	expect_pair(sv);
	FILE *stream = fdopen(sv[0], "r");
	must(stream != NULL);
	must(freopen("/dev/null", "r", stream) != NULL);
	expect("freopen fd=%d sock=$a args.pathname=/dev/null ret=1 refs=0", sv[0]);
	count_others(sv[1]);
	leaves_errno_of_a_stream_in_memory();
	must(read(fileno(stream), room, sizeof room) == 0);
	must(read(sv[1], room, sizeof room) == 0);
	expect("read fd=%d sock=$b ret=0", sv[1]);
	must(fclose(stream) == 0);
	must(close(sv[1]) == 0);
	expect("close fd=%d sock=$b refs=0", sv[1]);
	expect("exit how=exit status=0 open=[]");
	return 0;
}
