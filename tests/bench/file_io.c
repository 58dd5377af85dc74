/* file_io: a byte to /dev/null and one from /dev/zero, by a process that is traced because it has a socket too. */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

static int null, zero;

static void *open_files(void)
{
	must(socket(AF_UNIX, SOCK_STREAM, 0) >= 0, "socket");
	null = open("/dev/null", O_WRONLY);
	zero = open("/dev/zero", O_RDONLY);
	must(null >= 0 && zero >= 0, "open");
	return NULL;
}

static void write_and_read(void *unused)
{
	char byte = 'x';

	(void)unused;
	must(write(null, &byte, 1) == 1 && read(zero, &byte, 1) == 1, "write");
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_files, write_and_read, 2});
}
