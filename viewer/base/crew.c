/* crew.c: pieces of work in processes that last for many. To begin one for each piece would cost more than a small piece itself: its memory
 * is asked for, page by page, anew. */
#include "viewer/base/crew.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "viewer/base/mem.h"
#include "viewer/base/work.h"

enum { READY = 2 << 20 }; /* bytes: a small piece needs as much */

/* One of the crew. It is sent the number of a piece, and answers with the length of what it tells, and that. */
struct hand {
	pid_t pid; /* 0: there is none, or no more */
	int fd;
	bool busy;
	size_t piece;
	struct buf heard;
};

struct crew {
	const struct crew_work *work;
	size_t count, begun, done;
	struct hand *hands;
	size_t width;
};

static bool send_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool hear_piece(int fd, size_t *piece)
{
	ssize_t n;

	do
		n = recv(fd, piece, sizeof *piece, MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	return n == sizeof *piece;
}

static void work_on(const struct crew_work *work, int fd)
{
	struct buf told = {0};
	size_t piece;

	work_alone();
	mem_have_ready(READY);
	while (hear_piece(fd, &piece)) {
		work->piece(work->context, piece, &told);
		if (!send_all(fd, &told.len, sizeof told.len) || !send_all(fd, told.bytes, told.len))
			break;
		buf_clear(&told);
	}
	_exit(0);
}

/* The others' ends are not a new one's: who has one keeps its process from seeing that this one is gone. */
static void close_others(const struct crew *c)
{
	for (size_t i = 0; i < c->width; i++)
		if (c->hands[i].pid)
			close(c->hands[i].fd);
}

static bool hire(struct crew *c, struct hand *h)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		close_others(c);
		work_on(c->work, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return false;
	}
	h->pid = pid;
	h->fd = fds[0];
	return true;
}

static int let_go(struct hand *h)
{
	int status;

	close(h->fd);
	if (waitpid(h->pid, &status, 0) != h->pid)
		status = -1;
	h->pid = 0;
	buf_clear(&h->heard);
	return status;
}

static void end_piece(struct crew *c, struct hand *h, const struct buf *told, int status)
{
	h->busy = false;
	c->done++;
	c->work->done(c->work->context, h->piece, told, status);
}

/* One that has died between two pieces has taken none with it: another is asked. */
static void begin_piece(struct crew *c, struct hand *h)
{
	h->piece = c->begun++;
	for (int tries = 0; tries < 2 && !h->busy; tries++) {
		if (!h->pid && !hire(c, h))
			break;
		h->busy = send_all(h->fd, &h->piece, sizeof h->piece);
		if (!h->busy)
			let_go(h);
	}
	if (!h->busy)
		end_piece(c, h, NULL, -1);
}

static void hear(struct crew *c, struct hand *h)
{
	char part[65536];
	ssize_t n = recv(h->fd, part, sizeof part, 0);
	size_t len;

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		end_piece(c, h, NULL, let_go(h));
		return;
	}
	buf_put(&h->heard, part, (size_t)n);
	if (h->heard.len < sizeof len)
		return;
	memcpy(&len, h->heard.bytes, sizeof len);
	if (h->heard.len - sizeof len < len)
		return;
	end_piece(c, h, &(struct buf){.bytes = h->heard.bytes + sizeof len, .len = len}, 0);
	buf_clear(&h->heard);
}

static void wait_for_some(struct crew *c, struct pollfd *fds)
{
	for (size_t i = 0; i < c->width; i++)
		fds[i] = (struct pollfd){.fd = c->hands[i].busy ? c->hands[i].fd : -1, .events = POLLIN};
	if (poll(fds, c->width, -1) < 0)
		return;
	for (size_t i = 0; i < c->width; i++)
		if (fds[i].revents)
			hear(c, &c->hands[i]);
}

void crew_do(const struct crew_work *work, size_t count)
{
	struct crew c = {.work = work, .count = count, .width = work_width(count)};
	struct pollfd *fds = mem_zeroed(mem_product(c.width, sizeof *fds));

	c.hands = mem_zeroed(mem_product(c.width, sizeof *c.hands));
	while (c.done < count) {
		for (size_t i = 0; i < c.width; i++)
			while (!c.hands[i].busy && c.begun < count)
				begin_piece(&c, &c.hands[i]);
		if (c.done < count)
			wait_for_some(&c, fds);
	}
	for (size_t i = 0; i < c.width; i++) {
		if (c.hands[i].pid)
			let_go(&c.hands[i]);
		buf_free(&c.hands[i].heard);
	}
	free(c.hands);
	free(fds);
}
