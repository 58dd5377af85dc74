/* ready: the calls that wait for several descriptors: what they wait for, and what was ready. */
#include "preload/ready.h"

#include <poll.h>
#include <sys/epoll.h>
#include <time.h>

#include "preload/args.h"
#include "preload/given.h"
#include "preload/mem.h"
#include "preload/process.h"
#include "preload/selects.h"
#include "preload/state.h"
#include "preload/watches.h"

enum { PART = 16 /* pollfds looked at in one go */ };

/* What poll is given, in which it answers: read with care until the kernel has read it too. */
static bool take(const struct frame *f, void *to, const void *from, size_t len)
{
	if (!f->accepted)
		return args_take(f, to, from, len) == len;
	memcpy(to, from, len);
	return true;
}

static bool wants_poll(struct frame *f)
{
	const struct pollfd *fds = (const struct pollfd *)f->args[0];
	struct pollfd part[PART];

	for (size_t at = 0, count = f->args[1]; at < count; at += PART) {
		size_t n = count - at < PART ? count - at : PART;
		if (!take(f, part, fds + at, n * sizeof *part)) {
			f->late = shim_is_sandboxed(); /* where it may not be asked whether it can be read */
			return f->late && process_is_traced();
		}
		for (size_t i = 0; i < n; i++)
			if (record_sock_of(f, part[i].fd) || watches_by(part[i].fd))
				return true;
	}
	return false;
}

bool ready_concerns(struct frame *f)
{
	return !f->accepted || wants_poll(f);
}

bool ready_wants(struct frame *f)
{
	switch (f->call) {
	case CALL_poll:
	case CALL_ppoll:
		return wants_poll(f);
	case CALL_select:
	case CALL_pselect:
		return selects_wants(f);
	case CALL_epoll_ctl:
		return record_act_on(f, args_get(f, KIND_FDWATCHED, -1)) || watches_is_set(f->fd);
	default:
		return watches_any(args_get(f, KIND_EPOLLFD, -1));
	}
}

/* A timespec or timeval of zero. */
static bool is_zero_time(const struct frame *f, const long *at)
{
	long v[2];

	return at && args_take(f, v, at, sizeof v) == sizeof v && !v[0] && !v[1];
}

bool ready_may_wait(const struct frame *f)
{
	switch (f->call) {
	case CALL_poll:
		return (int)f->args[2] != 0;
	case CALL_epoll_wait:
	case CALL_epoll_pwait:
		return (int)f->args[3] != 0;
	case CALL_select:
	case CALL_pselect:
		return f->timeout[0] || f->timeout[1];
	default:
		return !is_zero_time(f, (const long *)args_get(f, KIND_TIMESPEC, 0));
	}
}

void ready_put_time(struct json *j, const long *v, const char *small)
{
	json_put(j, "{\"tv_sec\":");
	json_i64(j, v[0]);
	json_text(j, small);
	json_i64(j, v[1]);
	json_put(j, "}");
}

void ready_put_timespec(struct json *j, const struct frame *f, int i)
{
	long v[2];

	if (!f->args[i])
		json_put(j, "null");
	else if (args_take(f, v, (const void *)f->args[i], sizeof v) == sizeof v)
		ready_put_time(j, v, ",\"tv_nsec\":");
}

void ready_put_pollfds(struct json *j, const struct frame *f, int i)
{
	const struct pollfd *fds = (const struct pollfd *)f->args[i];
	size_t count = (size_t)f->args[i + 1] < READY_SHOWN ? f->args[i + 1] : READY_SHOWN;
	struct pollfd part[PART];
	char *begin = j->p;

	json_put(j, "[");
	for (size_t k = 0; k < count && !json_full(j); k++) {
		size_t left = count - k < PART ? count - k : PART;
		if (k % PART == 0 && !take(f, part, fds + k, left * sizeof *part)) {
			j->p = begin;
			return;
		}
		if (k)
			json_put(j, ",");
		json_put(j, "{\"fd\":");
		json_i64(j, part[k % PART].fd);
		json_put(j, ",\"events\":");
		json_flags(j, NAMES_POLLEVENT, (unsigned short)part[k % PART].events);
		json_put(j, "}");
	}
	json_put(j, "]");
}

void ready_put_epollop(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_EPOLLOP, f->args[i]);
}

void ready_put_epollevent(struct json *j, const struct frame *f, int i)
{
	struct epoll_event event;

	if (f->args[1] == EPOLL_CTL_DEL || !f->args[i])
		json_put(j, "null");
	else if (given_copy_at_once(f, &event, (const void *)f->args[i], sizeof event) == sizeof event)
		json_flags(j, NAMES_EPOLLEVENT, event.events);
}

void ready_note_watch(const struct frame *f)
{
	struct epoll_event event;

	if (f->child)
		return;
	if (f->args[1] == EPOLL_CTL_DEL)
		watches_drop(f->fd, f->args[0]);
	else if (!f->sock)
		watches_nest(f->args[0]);
	else if (given_copy_at_once(f, &event, (const void *)f->args[3], sizeof event) == sizeof event)
		watches_put(f->fd, f->args[0], event.data.u64);
}

void ready_put_head(struct json *j, int fd, uint64_t sock)
{
	if (j->p[-1] != '[')
		json_put(j, ",");
	json_put(j, "{");
	if (fd != WATCHES_ALIKE) {
		json_put(j, "\"fd\":");
		json_i64(j, fd);
		json_put(j, ",");
	}
	if (sock) {
		json_put(j, "\"sock\":");
		json_u64(j, sock);
		json_put(j, ",");
	}
	json_put(j, "\"events\":");
}

/* This and its like return of how many of those that are ready they have told, or know no name. */
static int put_poll(struct json *j, const struct frame *f)
{
	const struct pollfd *fds = (const struct pollfd *)f->args[0];
	int shown = 0;

	for (size_t i = 0; i < (size_t)f->args[1] && shown < READY_SHOWN && !json_full(j); i++) {
		if (!fds[i].revents)
			continue;
		ready_put_head(j, fds[i].fd, record_sock_of(f, fds[i].fd));
		json_flags(j, NAMES_POLLEVENT, (unsigned short)fds[i].revents);
		json_put(j, "}");
		shown++;
	}
	return shown;
}

static int put_epoll(struct json *j, const struct frame *f, long ret)
{
	const struct epoll_event *events = (const struct epoll_event *)f->args[1];
	int i = 0;

	for (; i < ret && i < READY_SHOWN && !json_full(j); i++) {
		uint64_t sock;
		int fd = watches_find(f->args[0], events[i].data.u64, &sock);
		if (fd == -1)
			continue; /* a timer, a pipe: added before we could know, or no socket */
		ready_put_head(j, fd, sock);
		json_flags(j, NAMES_EPOLLEVENT, events[i].events);
		json_put(j, "}");
	}
	return i;
}

void ready_put(struct json *j, const struct frame *f, long ret)
{
	int told;

	json_put(j, ",\"ready\":[");
	switch (f->call) {
	case CALL_poll:
	case CALL_ppoll:
		told = put_poll(j, f);
		break;
	case CALL_select:
	case CALL_pselect:
		told = selects_put(j, f);
		break;
	default:
		told = put_epoll(j, f, ret);
	}
	json_put(j, "]");
	if (told < ret && (told >= READY_SHOWN || json_full(j)))
		json_put(j, ",\"ready_cut\":true");
}
