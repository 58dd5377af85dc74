/*
 * big_trace.c: writes the trace that a busy server and its clients would leave, line by line as the shim does, always the same:
 * a master that listens, four workers that it forked, eight clients that ask them over one connection after the other.
 *
 *     big_trace DIR CALLS
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, WORKERS = 4, CLIENTS = 8, PORT = 8080, LISTENER = 3, LISTENER_SOCK = 100 };

/* A process and its file. */
struct writer {
	FILE *file;
	size_t in_block;
	unsigned pid;
	uint64_t now_ns;
	char last[BLOCK]; /* the newest line, until it is known whether the next one fits behind it */
	size_t last_len;
};

/* One of those who ask, with the connection that it has at this moment; sock 0: none. */
struct client {
	struct writer *self, *worker;
	unsigned requests; /* that are left */
	unsigned port;
	int worker_fd;
	uint64_t sock, worker_sock;
};

static struct writer master, workers[WORKERS], asking[CLIENTS];
static uint64_t calls, cookie = LISTENER_SOCK, chance = 0x2545f4914f6cdd1d;

/* xorshift64: the same numbers in every run. */
static uint64_t draw(uint64_t below)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance % below;
}

static void put(struct writer *w, const char *bytes, size_t len)
{
	if (fwrite(bytes, 1, len, w->file) != len) {
		perror("big_trace");
		exit(1);
	}
	w->in_block = (w->in_block + len) % BLOCK;
}

/* No line crosses a block: the last one of a block is filled with spaces before its brace. */
static void flush(struct writer *w, size_t next_len)
{
	char fill[BLOCK];
	size_t left = BLOCK - w->in_block - w->last_len;

	if (!w->last_len)
		return;
	if (next_len <= left) {
		put(w, w->last, w->last_len);
		return;
	}
	memset(fill, ' ', left);
	put(w, w->last, w->last_len - 2);
	put(w, fill, left);
	put(w, "}\n", 2);
}

static void line(struct writer *w, const char *format, ...)
{
	char text[BLOCK];
	va_list ap;
	size_t len;

	va_start(ap, format);
	len = (size_t)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	flush(w, len);
	memcpy(w->last, text, len);
	w->last_len = len;
}

static void begin(struct writer *w, const char *dir, const char *name, unsigned pid, unsigned ppid, const char *start)
{
	char path[4096];

	w->pid = pid;
	snprintf(path, sizeof path, "%s/%u.%s.jsonl", dir, pid, name);
	w->file = fopen(path, "w");
	if (!w->file) {
		perror(path);
		exit(1);
	}
	line(w,
	     "{\"ev\":\"process\",\"t\":%" PRIu64 ",\"tid\":%u,\"v\":1,\"pid\":%u,\"ppid\":%u,\"started\":%u,"
	     "\"realtime\":[1795561544,%" PRIu64 "],\"start\":\"%s\",\"exe\":\"/usr/bin/%s\",\"argv\":[\"%s\",\"%d\"],"
	     "\"cwd\":\"/srv\",\"host\":\"big\",\"boot\":\"00000000-0000-4000-8000-000000000001\",\"netns\":4026531833,"
	     "\"pidns\":1,\"uid\":1000,\"libc\":\"glibc 2.36\",\"libc_calls\":false,\"shim\":\"0.1.0\"}\n",
	     w->now_ns, pid, pid, ppid, pid, w->now_ns % 1000000000, start, name, name, PORT);
	line(w,
	     "{\"ev\":\"module\",\"t\":%" PRIu64 ",\"tid\":%u,\"base\":\"0x5598db746000\",\"end\":\"0x5598db74b000\","
	     "\"path\":\"/usr/bin/%s\",\"build_id\":\"1a053a02f572e5003f45f244747072d222b9c887\"}\n",
	     w->now_ns, pid, name);
}

static void finish(struct writer *w)
{
	line(w, "{\"ev\":\"exit\",\"t\":%" PRIu64 ",\"tid\":%u,\"how\":\"exit\",\"status\":0,\"open\":[]}\n", w->now_ns,
	     w->pid);
	flush(w, BLOCK);
	fclose(w->file);
}

/* A call that takes dt_ns, and what follows its thread: name, descriptor, arguments, results. */
static void call(struct writer *w, uint64_t dt_ns, unsigned site, const char *format, ...)
{
	char rest[2048];
	va_list ap;

	va_start(ap, format);
	vsnprintf(rest, sizeof rest, format, ap);
	va_end(ap);
	line(w,
	     "{\"ev\":\"call\",\"t\":%" PRIu64 ",\"dt\":%" PRIu64
	     ",\"tid\":%u,\"call\":%s,\"pc\":\"0x5598db7478%02x\"}\n",
	     w->now_ns, dt_ns, w->pid, rest, site);
	w->now_ns += dt_ns + 300 + draw(900);
	calls++;
}

static const char *address(char *room, const char *host, const char *raw, unsigned port)
{
	sprintf(room,
		"{\"family\":\"AF_INET\",\"addr\":\"%s\",\"port\":%u,\"len\":16,\"raw\":\"0200%04x%"
		"s0000000000000000\"}",
		host, port, port, raw);
	return room;
}

static const char *loopback(char *room, unsigned port)
{
	return address(room, "127.0.0.1", "7f000001", port);
}

/* What waits for another process goes on when that has acted. */
static uint64_t wait_until(const struct writer *w, uint64_t ns)
{
	return ns > w->now_ns ? ns - w->now_ns + 2000 + draw(3000) : 800 + draw(500);
}

static void open_connection(struct client *c)
{
	char local[256], peer[256];

	c->port = c->port == 60999 ? 32768 : c->port + 1;
	c->requests = 1 + (unsigned)draw(20);
	c->sock = ++cookie;
	c->worker_sock = ++cookie;
	loopback(local, c->port);
	loopback(peer, PORT);
	call(c->self, 7000 + draw(4000), 0x01,
	     "\"socket\",\"args\":{\"domain\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\"},"
	     "\"ret\":3,"
	     "\"newsock\":%" PRIu64 ",\"ino\":%" PRIu64,
	     c->sock, c->sock + 3000000);
	call(c->self, 60000 + draw(40000), 0x02,
	     "\"connect\",\"fd\":3,\"sock\":%" PRIu64
	     ",\"args\":{\"addr\":%s,\"addrlen\":16},\"ret\":0,\"local\":%s,\"peer\":%s",
	     c->sock, peer, local, peer);
	call(c->worker, wait_until(c->worker, c->self->now_ns), 0x03,
	     "\"accept4\",\"fd\":%d,\"sock\":%d,\"args\":{\"addrlen\":16,\"flags\":[\"SOCK_CLOEXEC\"]},\"ret\":%d,"
	     "\"newsock\":%" PRIu64 ",\"ino\":%" PRIu64 ",\"local\":%s,\"peer\":%s",
	     LISTENER, LISTENER_SOCK, c->worker_fd, c->worker_sock, c->worker_sock + 3000000, peer, local);
}

static void transfer(struct writer *w, uint64_t dt_ns, const char *name, int fd, uint64_t sock, unsigned asked,
		     unsigned moved, const char *data)
{
	call(w, dt_ns, (unsigned char)name[0],
	     "\"%s\",\"fd\":%d,\"sock\":%" PRIu64 ",\"args\":{\"count\":%u},\"ret\":%u,\"data\":\"%s\"", name, fd, sock,
	     asked, moved, data);
}

static void ask(struct client *c)
{
	char question[64], answer[64];
	unsigned asked, answered = 200 + (unsigned)draw(20000);

	asked = (unsigned)sprintf(question, "GET /item/%03u HTTP/1.1\\r\\nHo", (unsigned)draw(1000)) + 40;
	sprintf(answer, "HTTP/1.1 200 OK\\r\\nX-Id: \\\"%03u\xc3\xa9", (unsigned)draw(1000));
	transfer(c->self, 9000 + draw(9000), "write", 3, c->sock, asked, asked, question);
	call(c->worker, wait_until(c->worker, c->self->now_ns), 0x04,
	     "\"epoll_wait\",\"args\":{\"epfd\":5,\"maxevents\":512,\"timeout\":-1},\"ret\":1,"
	     "\"ready\":[{\"fd\":%d,\"sock\":%" PRIu64 ",\"events\":[\"EPOLLIN\"]}]",
	     c->worker_fd, c->worker_sock);
	transfer(c->worker, 1500 + draw(1500), "read", c->worker_fd, c->worker_sock, 8192, asked, question);
	transfer(c->worker, 9000 + draw(9000), "write", c->worker_fd, c->worker_sock, answered, answered, answer);
	transfer(c->self, wait_until(c->self, c->worker->now_ns), "read", 3, c->sock, 65536, answered, answer);
}

static void end_connection(struct client *c)
{
	call(c->self, 12000 + draw(9000), 0x05,
	     "\"close\",\"fd\":3,\"sock\":%" PRIu64 ",\"args\":{},\"ret\":0,\"refs\":0", c->sock);
	call(c->worker, wait_until(c->worker, c->self->now_ns), 0x06,
	     "\"read\",\"fd\":%d,\"sock\":%" PRIu64 ",\"args\":{\"count\":8192},\"ret\":0", c->worker_fd,
	     c->worker_sock);
	call(c->worker, 11000 + draw(9000), 0x07,
	     "\"close\",\"fd\":%d,\"sock\":%" PRIu64 ",\"args\":{},\"ret\":0,\"refs\":0", c->worker_fd, c->worker_sock);
	c->sock = 0;
}

/* Who is furthest behind goes on. */
static struct client *next(struct client *clients)
{
	struct client *first = clients;

	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->self->now_ns < first->self->now_ns)
			first = c;
	return first;
}

static void go_on(struct client *c)
{
	if (!c->sock)
		open_connection(c);
	else if (c->requests-- > 0)
		ask(c);
	else
		end_connection(c);
}

static void begin_all(const char *dir, struct client *clients)
{
	char everywhere[256];

	master.now_ns = 1311000000000;
	begin(&master, dir, "server", 1000, 1, "exec");
	call(&master, 9000, 0x10,
	     "\"socket\",\"args\":{\"domain\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":0},\"ret\":%d,"
	     "\"newsock\":%d,"
	     "\"ino\":3000000",
	     LISTENER, LISTENER_SOCK);
	call(&master, 3000, 0x11, "\"bind\",\"fd\":%d,\"sock\":%d,\"args\":{\"addr\":%s,\"addrlen\":16},\"ret\":0",
	     LISTENER, LISTENER_SOCK, address(everywhere, "0.0.0.0", "00000000", PORT));
	call(&master, 3000, 0x12, "\"listen\",\"fd\":%d,\"sock\":%d,\"args\":{\"backlog\":511},\"ret\":0", LISTENER,
	     LISTENER_SOCK);
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
		clients[i] = (struct client){.self = &asking[i],
					     .worker = &workers[i % WORKERS],
					     .port = 32768 + (unsigned)i * 3500,
					     .worker_fd = 6 + i / WORKERS};
	}
}

int main(int argc, char **argv)
{
	struct client clients[CLIENTS];
	uint64_t wanted = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (!wanted) {
		fprintf(stderr, "usage: big_trace DIR CALLS\n");
		return 2;
	}
	begin_all(argv[1], clients);
	while (calls < wanted)
		go_on(next(clients));
	for (int i = 0; i < CLIENTS; i++)
		finish(&asking[i]);
	for (int i = 0; i < WORKERS; i++)
		finish(&workers[i]);
	finish(&master);
	return 0;
}
