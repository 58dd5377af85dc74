/* connections: socket, connect, accept, setsockopt and two closes, over TCP to ourselves: six calls a round. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

static int listener;
static struct sockaddr_in addr = {.sin_family = AF_INET};

static void connect_once(void)
{
	/* A reset instead of a FIN: a port in TIME_WAIT a round would use them all up. */
	static const struct linger reset = {1, 0};
	int client = socket(AF_INET, SOCK_STREAM, 0);

	must(connect(client, (struct sockaddr *)&addr, sizeof addr) == 0, "connect");
	int server = accept(listener, NULL, NULL);
	must(server >= 0 && setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0, "accept");
	close(client);
	close(server);
}

int main(int argc, char **argv)
{
	socklen_t len = sizeof addr;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	must(listener >= 0 && bind(listener, (struct sockaddr *)&addr, sizeof addr) == 0 && listen(listener, 16) == 0,
	     "listen");
	must(getsockname(listener, (struct sockaddr *)&addr, &len) == 0, "getsockname");
	return bench(argc, argv, connect_once, 6);
}
