/* getsockname: ask a bound TCP socket for its address: a short system call whose answer is decoded. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "bench.h"

static void *open_bound(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	long fd = socket(AF_INET, SOCK_STREAM, 0);

	must(fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0, "bind");
	return (void *)fd;
}

static void ask(void *fd)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof addr;

	must(getsockname((long)fd, (struct sockaddr *)&addr, &len) == 0, "getsockname");
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_bound, ask, 1});
}
