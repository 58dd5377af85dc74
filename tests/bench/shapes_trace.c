/*
 * shapes_trace.c: writes the trace of a server and a client that talk over one connection after the other, in so many ways, mixed;
 * of so many of these ways the server's last answer is another one.
 *
 *     shapes_trace DIR CONNECTIONS SHAPES CHANGED
 */
#include "writer.h"

enum { ANSWERS_MOST = 8 };

static struct writer server, client;

static void exchange(struct talk *t, const char *question, const char *answer)
{
	unsigned asked = (unsigned)strlen(question), answered = (unsigned)strlen(answer);

	transfer(&client, 9000 + draw(9000), "write", 3, t->sock, asked, asked, question);
	transfer(&server, wait_until(&server, client.now_ns), "read", t->fd, t->server_sock, 8192, asked, question);
	transfer(&server, 9000 + draw(9000), "write", t->fd, t->server_sock, answered, answered, answer);
	transfer(&client, wait_until(&client, server.now_ns), "read", 3, t->sock, 8192, answered, answer);
}

static void talk_in_shape(struct talk *t, unsigned shape, int changed)
{
	unsigned answers = 1 + shape % ANSWERS_MOST;
	char question[32], answer[32];

	t->port = t->port == 60999 ? 32768 : t->port + 1;
	talk_begin(t);
	for (unsigned i = 0; i < answers; i++) {
		sprintf(question, "%u of shape %u", i, shape);
		sprintf(answer, "%u%s", shape * (i + 1), changed && i + 1 == answers ? " or so" : "");
		exchange(t, question, answer);
	}
	talk_end(t);
}

int main(int argc, char **argv)
{
	struct talk t = {.client = &client, .server = &server, .port = 32768, .fd = 4};
	unsigned long numbers[3];

	for (int i = 0; i < 3 && argc == 5; i++)
		numbers[i] = strtoul(argv[2 + i], NULL, 10);
	if (argc != 5 || !numbers[1]) {
		fprintf(stderr, "usage: shapes_trace DIR CONNECTIONS SHAPES CHANGED\n");
		return 2;
	}
	server.now_ns = 1311000000000;
	client.now_ns = server.now_ns + 1000000;
	begin(&server, argv[1], "server", 1000, 1, "exec");
	listen_at_port(&server);
	begin(&client, argv[1], "client", 2000, 1, "exec");
	for (unsigned long i = 0; i < numbers[0]; i++) {
		unsigned shape = (unsigned)draw(numbers[1]);

		talk_in_shape(&t, shape, shape < numbers[2]);
	}
	finish(&client);
	finish(&server);
	return 0;
}
