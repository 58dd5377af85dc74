/* writer.h: write the traces of made-up processes, line by line as the shim does, the same in every run. */
#ifndef WRITER_H
#define WRITER_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, ADDRESS_ROOM = 256, PORT = 8080, LISTENER = 3, LISTENER_SOCK = 100 };

/* A process and its file. */
struct writer {
	FILE *file;
	size_t in_block;
	unsigned pid;
	uint64_t now_ns;
	char last[BLOCK]; /* the newest line, until it is known whether the next one fits behind it */
	size_t last_len;
};

/* A connection, on descriptor 3 of its client. */
struct talk {
	struct writer *client, *server;
	unsigned port; /* the client's */
	int fd;        /* the server's */
	uint64_t sock, server_sock;
};

static uint64_t writer_calls; /* that were written in all */

/* xorshift64: the same numbers in every run. */
static inline uint64_t draw(uint64_t below)
{
	static uint64_t chance = 0x2545f4914f6cdd1d;

	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance % below;
}

static inline void put(struct writer *w, const char *bytes, size_t len)
{
	if (fwrite(bytes, 1, len, w->file) != len) {
		perror("writing a trace");
		exit(1);
	}
	w->in_block = (w->in_block + len) % BLOCK;
}

/* No line crosses a block: the last one of a block is filled with spaces before its brace. */
static inline void flush(struct writer *w, size_t next_len)
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

static inline void line(struct writer *w, const char *format, ...)
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

static inline void begin(struct writer *w, const char *dir, const char *name, unsigned pid, unsigned ppid,
			 const char *start)
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

static inline void finish(struct writer *w)
{
	line(w, "{\"ev\":\"exit\",\"t\":%" PRIu64 ",\"tid\":%u,\"how\":\"exit\",\"status\":0,\"open\":[]}\n", w->now_ns,
	     w->pid);
	flush(w, BLOCK);
	fclose(w->file);
}

/* A call that takes dt_ns, and what follows its thread: name, descriptor, arguments, results. */
static inline void call(struct writer *w, uint64_t dt_ns, unsigned site, const char *format, ...)
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
	writer_calls++;
}

static inline const char *address(char *room, const char *host, const char *raw, unsigned port)
{
	sprintf(room,
		"{\"family\":\"AF_INET\",\"addr\":\"%s\",\"port\":%u,\"len\":16,\"raw\":\"0200%04x%"
		"s0000000000000000\"}",
		host, port, port, raw);
	return room;
}

static inline const char *loopback(char *room, unsigned port)
{
	return address(room, "127.0.0.1", "7f000001", port);
}

static inline const char *anywhere(char *room)
{
	return address(room, "0.0.0.0", "00000000", PORT);
}

/* What waits for another process goes on when that has acted. */
static inline uint64_t wait_until(const struct writer *w, uint64_t ns)
{
	return ns > w->now_ns ? ns - w->now_ns + 2000 + draw(3000) : 800 + draw(500);
}

static inline void listen_at_port(struct writer *w)
{
	char everywhere[ADDRESS_ROOM];

	call(w, 9000, 0x10,
	     "\"socket\",\"args\":{\"domain\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":0},\"ret\":%d,"
	     "\"newsock\":%d,"
	     "\"ino\":3000000",
	     LISTENER, LISTENER_SOCK);
	call(w, 3000, 0x11, "\"bind\",\"fd\":%d,\"sock\":%d,\"args\":{\"addr\":%s,\"addrlen\":16},\"ret\":0", LISTENER,
	     LISTENER_SOCK, anywhere(everywhere));
	call(w, 3000, 0x12, "\"listen\",\"fd\":%d,\"sock\":%d,\"args\":{\"backlog\":511},\"ret\":0", LISTENER,
	     LISTENER_SOCK);
}

/* The client's socket, its connect, and the accept at a listener. */
static inline void talk_begin(struct talk *t)
{
	static uint64_t cookie = LISTENER_SOCK;
	char local[ADDRESS_ROOM], peer[ADDRESS_ROOM];

	t->sock = ++cookie;
	t->server_sock = ++cookie;
	loopback(local, t->port);
	loopback(peer, PORT);
	call(t->client, 7000 + draw(4000), 0x01,
	     "\"socket\",\"args\":{\"domain\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\"},"
	     "\"ret\":3,"
	     "\"newsock\":%" PRIu64 ",\"ino\":%" PRIu64,
	     t->sock, t->sock + 3000000);
	call(t->client, 60000 + draw(40000), 0x02,
	     "\"connect\",\"fd\":3,\"sock\":%" PRIu64
	     ",\"args\":{\"addr\":%s,\"addrlen\":16},\"ret\":0,\"local\":%s,\"peer\":%s",
	     t->sock, peer, local, peer);
	call(t->server, wait_until(t->server, t->client->now_ns), 0x03,
	     "\"accept4\",\"fd\":%d,\"sock\":%u,\"args\":{\"addrlen\":16,\"flags\":[\"SOCK_CLOEXEC\"]},\"ret\":%d,"
	     "\"newsock\":%" PRIu64 ",\"ino\":%" PRIu64 ",\"local\":%s,\"peer\":%s",
	     LISTENER, LISTENER_SOCK, t->fd, t->server_sock, t->server_sock + 3000000, peer, local);
}

static inline void transfer(struct writer *w, uint64_t dt_ns, const char *name, int fd, uint64_t sock, unsigned asked,
			    unsigned moved, const char *data)
{
	call(w, dt_ns, (unsigned char)name[0],
	     "\"%s\",\"fd\":%d,\"sock\":%" PRIu64 ",\"args\":{\"count\":%u},\"ret\":%u,\"data\":\"%s\"", name, fd, sock,
	     asked, moved, data);
}

/* The client closes, the server sees that and closes too. */
static inline void talk_end(struct talk *t)
{
	call(t->client, 12000 + draw(9000), 0x05,
	     "\"close\",\"fd\":3,\"sock\":%" PRIu64 ",\"args\":{},\"ret\":0,\"refs\":0", t->sock);
	call(t->server, wait_until(t->server, t->client->now_ns), 0x06,
	     "\"read\",\"fd\":%d,\"sock\":%" PRIu64 ",\"args\":{\"count\":8192},\"ret\":0", t->fd, t->server_sock);
	call(t->server, 11000 + draw(9000), 0x07,
	     "\"close\",\"fd\":%d,\"sock\":%" PRIu64 ",\"args\":{},\"ret\":0,\"refs\":0", t->fd, t->server_sock);
	t->sock = 0;
}

#endif
