/*
 * big_trace.c: writes the trace that a busy server and its clients would leave, line by line as the shim does, always the same:
 * a master that listens, four workers that it forked, eight clients that ask them over one connection after the other.
 *
 *     big_trace DIR CALLS
 */
#include "writer.h"

enum { WORKERS = 4, CLIENTS = 8 };

/* One of those who ask; talk.sock 0: it has no connection at this moment. */
struct client {
	struct talk talk;
	unsigned requests; /* that are left */
};

static struct writer master, workers[WORKERS], asking[CLIENTS];

static void open_connection(struct client *c)
{
	c->talk.port = c->talk.port == 60999 ? 32768 : c->talk.port + 1;
	c->requests = 1 + (unsigned)draw(20);
	talk_begin(&c->talk);
}

static void ask(struct talk *t)
{
	char question[64], answer[64];
	unsigned asked, answered = 200 + (unsigned)draw(20000);

	asked = (unsigned)sprintf(question, "GET /item/%03u HTTP/1.1\\r\\nHo", (unsigned)draw(1000)) + 40;
	sprintf(answer, "HTTP/1.1 200 OK\\r\\nX-Id: \\\"%03u\xc3\xa9", (unsigned)draw(1000));
	transfer(t->client, 9000 + draw(9000), "write", 3, t->sock, asked, asked, question);
	call(t->server, wait_until(t->server, t->client->now_ns), 0x04,
	     "\"epoll_wait\",\"args\":{\"epfd\":5,\"maxevents\":512,\"timeout\":-1},\"ret\":1,"
	     "\"ready\":[{\"fd\":%d,\"sock\":%" PRIu64 ",\"events\":[\"EPOLLIN\"]}]",
	     t->fd, t->server_sock);
	transfer(t->server, 1500 + draw(1500), "read", t->fd, t->server_sock, 8192, asked, question);
	transfer(t->server, 9000 + draw(9000), "write", t->fd, t->server_sock, answered, answered, answer);
	transfer(t->client, wait_until(t->client, t->server->now_ns), "read", 3, t->sock, 65536, answered, answer);
}

/* Who is furthest behind goes on. */
static struct client *next(struct client *clients)
{
	struct client *first = clients;

	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->talk.client->now_ns < first->talk.client->now_ns)
			first = c;
	return first;
}

static void go_on(struct client *c)
{
	if (!c->talk.sock)
		open_connection(c);
	else if (c->requests-- > 0)
		ask(&c->talk);
	else
		talk_end(&c->talk);
}

static void begin_all(const char *dir, struct client *clients)
{
	char everywhere[ADDRESS_ROOM];

	master.now_ns = 1311000000000;
	begin(&master, dir, "server", 1000, 1, "exec");
	listen_at_port(&master);
	anywhere(everywhere);
	for (int i = 0; i < WORKERS; i++) {
		struct writer *w = &workers[i];

		w->now_ns = master.now_ns + 100000;
		call(&master, 90000, 0x13, "\"fork\",\"args\":{},\"ret\":%d", 1001 + i);
		begin(w, dir, "server", 1001 + i, 1000, "fork");
		line(w,
		     "{\"ev\":\"inherit\",\"t\":%" PRIu64 ",\"tid\":%u,\"fd\":%d,\"sock\":%d,\"family\":\"AF_INET\","
		     "\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\",\"state\":\"listening\"  ,\"local\":%s,"
		     "\"via\":\"fork\"}\n",
		     w->now_ns, w->pid, LISTENER, LISTENER_SOCK, everywhere);
	}
	for (int i = 0; i < CLIENTS; i++) {
		asking[i].now_ns = master.now_ns + 1000000 + (uint64_t)i * 7000;
		begin(&asking[i], dir, "client", 2000 + i, 1, "exec");
		clients[i].talk = (struct talk){.client = &asking[i],
						.server = &workers[i % WORKERS],
						.port = 32768 + (unsigned)i * 3500,
						.fd = 6 + i / WORKERS};
	}
}

int main(int argc, char **argv)
{
	struct client clients[CLIENTS] = {0};
	uint64_t wanted = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (!wanted) {
		fprintf(stderr, "usage: big_trace DIR CALLS\n");
		return 2;
	}
	begin_all(argv[1], clients);
	while (writer_calls < wanted)
		go_on(next(clients));
	for (int i = 0; i < CLIENTS; i++)
		finish(&asking[i]);
	for (int i = 0; i < WORKERS; i++)
		finish(&workers[i]);
	finish(&master);
	return 0;
}
