/* getsockname: ask a bound TCP socket for its address: a short system call whose answer is decoded. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "bench.h"

static int fd;

static void ask(void)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof addr;

	getsockname(fd, (struct sockaddr *)&addr, &len);
}

int main(int argc, char **argv)
{
	struct sockaddr_in any = {.sin_family = AF_INET};

	fd = socket(AF_INET, SOCK_STREAM, 0);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0, "bind");
	return bench(argc, argv, ask, 1);
}
