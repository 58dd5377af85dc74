/* pool.c: a pool of processes, each of which does many pieces of work. To begin one for each piece would cost more than a small piece
 * itself: its memory is asked for, page by page, anew. */
#include "viewer/base/pool.h"

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

/* A process. It is sent the number of a piece, and answers with the length of what it tells, and that. */
struct worker {
	pid_t pid; /* 0: there is none, or no more */
	int fd;
	bool busy;
	size_t piece;
	struct buf heard;
};

struct pool {
	const struct pool_work *work;
	size_t begun, done;
	struct worker *workers;
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

static void work_on(const struct pool_work *work, int fd)
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
static void close_others(const struct pool *p)
{
	for (size_t i = 0; i < p->width; i++)
		if (p->workers[i].pid)
			close(p->workers[i].fd);
}

static bool start_worker(struct pool *p, struct worker *w)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		close_others(p);
		work_on(p->work, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return false;
	}
	w->pid = pid;
	w->fd = fds[0];
	return true;
}

static int end_worker(struct worker *w)
{
	int status;

	close(w->fd);
	if (waitpid(w->pid, &status, 0) != w->pid)
		status = -1;
	w->pid = 0;
	buf_clear(&w->heard);
	return status;
}

static void end_piece(struct pool *p, struct worker *w, const struct buf *told, int status)
{
	w->busy = false;
	p->done++;
	p->work->done(p->work->context, w->piece, told, status);
}

/* One that has died between two pieces has taken none with it: another is asked. */
static void begin_piece(struct pool *p, struct worker *w)
{
	w->piece = p->begun++;
	for (int tries = 0; tries < 2 && !w->busy; tries++) {
		if (!w->pid && !start_worker(p, w))
			break;
		w->busy = send_all(w->fd, &w->piece, sizeof w->piece);
		if (!w->busy)
			end_worker(w);
	}
	if (!w->busy)
		end_piece(p, w, NULL, -1);
}

static void hear(struct pool *p, struct worker *w)
{
	char part[65536];
	ssize_t n = recv(w->fd, part, sizeof part, 0);
	size_t len;

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		end_piece(p, w, NULL, end_worker(w));
		return;
	}
	buf_put(&w->heard, part, (size_t)n);
	if (w->heard.len < sizeof len)
		return;
	memcpy(&len, w->heard.bytes, sizeof len);
	if (w->heard.len - sizeof len < len)
		return;
	end_piece(p, w, &(struct buf){.bytes = w->heard.bytes + sizeof len, .len = len}, 0);
	buf_clear(&w->heard);
}

static void wait_for_some(struct pool *p, struct pollfd *fds)
{
	for (size_t i = 0; i < p->width; i++)
		fds[i] = (struct pollfd){.fd = p->workers[i].busy ? p->workers[i].fd : -1, .events = POLLIN};
	if (poll(fds, p->width, -1) < 0)
		return;
	for (size_t i = 0; i < p->width; i++)
		if (fds[i].revents)
			hear(p, &p->workers[i]);
}

void pool_do(const struct pool_work *work, size_t count)
{
	struct pool p = {.work = work, .width = work_width(count)};
	struct pollfd *fds = mem_zeroed(mem_product(p.width, sizeof *fds));

	p.workers = mem_zeroed(mem_product(p.width, sizeof *p.workers));
	while (p.done < count) {
		for (size_t i = 0; i < p.width; i++)
			while (!p.workers[i].busy && p.begun < count)
				begin_piece(&p, &p.workers[i]);
		if (p.done < count)
			wait_for_some(&p, fds);
	}
	for (size_t i = 0; i < p.width; i++) {
		if (p.workers[i].pid)
			end_worker(&p.workers[i]);
		buf_free(&p.workers[i].heard);
	}
	free(p.workers);
	free(fds);
}
