/* connections: socket, connect, accept, setsockopt and two closes, over TCP to ourselves: six calls a round. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

struct place {
	int listener;
	struct sockaddr_in addr;
};

static void *open_listener(void)
{
	struct place *p = calloc(1, sizeof *p);
	socklen_t len = sizeof p->addr;

	must(p != NULL, "calloc");
	p->addr.sin_family = AF_INET;
	p->addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->listener = socket(AF_INET, SOCK_STREAM, 0);
	must(p->listener >= 0 && bind(p->listener, (struct sockaddr *)&p->addr, len) == 0 &&
		     listen(p->listener, 16) == 0,
	     "listen");
	must(getsockname(p->listener, (struct sockaddr *)&p->addr, &len) == 0, "getsockname");
	return p;
}

static void connect_once(void *place)
{
	/* A reset instead of a FIN: a port in TIME_WAIT a round would use them all up. */
	static const struct linger reset = {1, 0};
	const struct place *p = place;
	int client = socket(AF_INET, SOCK_STREAM, 0);

	must(connect(client, (const struct sockaddr *)&p->addr, sizeof p->addr) == 0, "connect");
	int server = accept(p->listener, NULL, NULL);
	must(server >= 0 && setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0, "accept");
	close(client);
	close(server);
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_listener, connect_once, 6});
}
