/* ready: the calls that wait for several descriptors: what they wait for, and what was ready. */
#include "preload/ready.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

#include "preload/args.h"
#include "preload/given.h"
#include "preload/mem.h"
#include "preload/process.h"
#include "preload/state.h"
#include "preload/watches.h"

enum {
	SHOWN_MAX = 64, /* descriptors of one call that are shown */
	PART = 16,      /* pollfds looked at in one go */
	SET_BITS = 128, /* descriptors of a select that are kept: frame.sets */
	WORD_BITS = 8 * sizeof(long),
};

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

/* Is there a socket among the descriptors that are too many to keep? */
static bool asks_beyond(const struct frame *f, const unsigned long *set, int nfds)
{
	unsigned long word = 0;
	int read = -1;

	for (int fd = record_next_socket(f, SET_BITS); fd >= 0 && fd < nfds; fd = record_next_socket(f, fd + 1)) {
		if (read != (int)(fd / WORD_BITS)) {
			read = fd / WORD_BITS;
			if (args_take(f, &word, set + read, sizeof word) != sizeof word)
				return false;
		}
		if (word >> fd % WORD_BITS & 1)
			return true;
	}
	return false;
}

/* The kernel reads whole words of a set, and looks at nothing from nfds on: a program whose nfds is too low waits for that in vain.
 * Of those bits only sockets are kept: a set that nobody cleared has any. False: there are none. */
static __attribute__((cold, noinline)) bool keep_left_out(const struct frame *f, unsigned long *set, int nfds)
{
	unsigned long *word = &set[nfds / WORD_BITS], sockets = 0;

	for (int fd = record_next_socket(f, nfds); fd >= 0 && fd / WORD_BITS == nfds / WORD_BITS;
	     fd = record_next_socket(f, fd + 1))
		sockets |= 1ul << fd % WORD_BITS;
	sockets &= *word;
	*word &= (1ul << nfds % WORD_BITS) - 1;
	*word |= sockets;
	return sockets;
}

/* Is there a descriptor among those kept that waits for sockets itself? */
static bool asks_a_set(const unsigned long *set)
{
	if (!atomic_load(&watches_sets))
		return false;
	for (int word = 0; word < SET_BITS / WORD_BITS; word++)
		for (unsigned long left = set[word]; left; left &= left - 1)
			if (watches_by(word * WORD_BITS + __builtin_ctzl(left)))
				return true;
	return false;
}

/* And among those that are too many to keep? */
static bool asks_a_set_beyond(const struct frame *f, const unsigned long *set, int nfds)
{
	unsigned long left;

	if (!atomic_load(&watches_sets))
		return false;
	for (int fd = SET_BITS; fd < nfds && fd < FD_CHUNK * FD_CHUNKS; fd += WORD_BITS) {
		if (args_take(f, &left, set + fd / WORD_BITS, sizeof left) != sizeof left)
			return false;
		for (; left; left &= left - 1)
			if (fd + __builtin_ctzl(left) < nfds && watches_by(fd + __builtin_ctzl(left)))
				return true;
	}
	return false;
}

static bool is_left_out(const unsigned long *set, int nfds)
{
	return nfds % WORD_BITS && set[nfds / WORD_BITS] >> nfds % WORD_BITS;
}

/* The kernel answers in the place of the question: keep the question. */
static bool wants_select(struct frame *f)
{
	int nfds = f->args[0] < SET_BITS ? f->args[0] : SET_BITS;
	bool found = false;

	f->sets_unread = 0;
	f->timeout[0] = f->timeout[1] = -1;
	if (f->args[4])
		args_take(f, f->timeout, (const void *)f->args[4], sizeof f->timeout);
	for (int k = 0; k < 3; k++) {
		size_t len = nfds > WORD_BITS ? sizeof f->sets[k] : sizeof(long);
		f->sets[k][0] = f->sets[k][1] = 0;
		if (!f->args[1 + k] || nfds <= 0)
			continue;
		if (args_take(f, f->sets[k], (const void *)f->args[1 + k], len) != len) {
			f->sets[k][0] = f->sets[k][1] = 0;
			f->sets_unread |= 1 << k;
			continue;
		}
		for (int fd = record_next_socket(f, 0); fd >= 0 && fd < nfds; fd = record_next_socket(f, fd + 1))
			found |= f->sets[k][fd / WORD_BITS] >> fd % WORD_BITS & 1;
		if (is_left_out(f->sets[k], nfds))
			found |= keep_left_out(f, f->sets[k], nfds);
		const unsigned long *set = (const unsigned long *)f->args[1 + k];
		found = found || asks_beyond(f, set, f->args[0]) || asks_a_set(f->sets[k]) ||
			asks_a_set_beyond(f, set, f->args[0]);
	}
	/* Where it may not be asked whether it can be read, and the answer does not tell of which sockets it was asked. */
	return found || (f->sets_unread && shim_is_sandboxed() && process_is_traced());
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
		return wants_select(f);
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

static void put_time(struct json *j, const long *v, const char *small)
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
		put_time(j, v, ",\"tv_nsec\":");
}

void ready_put_timeval(struct json *j, const struct frame *f, int i)
{
	if (!f->args[i])
		json_put(j, "null");
	else if (f->timeout[0] != -1 || f->timeout[1] != -1)
		put_time(j, f->timeout, ",\"tv_usec\":");
}

void ready_put_pollfds(struct json *j, const struct frame *f, int i)
{
	const struct pollfd *fds = (const struct pollfd *)f->args[i];
	size_t count = (size_t)f->args[i + 1] < SHOWN_MAX ? f->args[i + 1] : SHOWN_MAX;
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

void ready_put_fdset(struct json *j, const struct frame *f, int i)
{
	const unsigned long *set = f->sets[i - 1];
	char *first;

	if (!f->args[i]) {
		json_put(j, "null");
		return;
	}
	if (f->sets_unread >> (i - 1) & 1)
		return;
	json_put(j, "[");
	first = j->p;
	for (int word = 0; word < SET_BITS / WORD_BITS; word++) {
		for (unsigned long left = set[word]; left; left &= left - 1) {
			if (j->p != first)
				json_put(j, ",");
			json_u64(j, word * WORD_BITS + __builtin_ctzl(left));
		}
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
	if (!f->sock)
		watches_nest(f->args[0]);
	else if (f->args[1] == EPOLL_CTL_DEL)
		watches_drop(f->fd, f->args[0]);
	else if (given_copy_at_once(f, &event, (const void *)f->args[3], sizeof event) == sizeof event)
		watches_put(f->fd, f->args[0], event.data.u64);
}

static void put_ready_head(struct json *j, int fd, uint64_t sock)
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

/* Each of these returns of how many of those that are ready it has told, or knows no name. */
static int put_poll(struct json *j, const struct frame *f)
{
	const struct pollfd *fds = (const struct pollfd *)f->args[0];
	int shown = 0;

	for (size_t i = 0; i < (size_t)f->args[1] && shown < SHOWN_MAX && !json_full(j); i++) {
		if (!fds[i].revents)
			continue;
		put_ready_head(j, fds[i].fd, record_sock_of(f, fds[i].fd));
		json_flags(j, NAMES_POLLEVENT, (unsigned short)fds[i].revents);
		json_put(j, "}");
		shown++;
	}
	return shown;
}

/* The next descriptor from `from` on that a select was asked of, or may have been. The kernel looks at no more of a set than the process
 * can have descriptors, whatever nfds is, and at one word at least: where the question was not kept, only sockets are looked at behind that. */
static int next_asked(const struct frame *f, int k, int from)
{
	int nfds = f->args[0], fd = from;
	bool unread = f->sets_unread >> k & 1;

	for (; fd < (unread ? WORD_BITS : SET_BITS) && fd < nfds; fd++)
		if (unread || f->sets[k][fd / WORD_BITS] >> fd % WORD_BITS & 1)
			return fd;
	if (fd >= nfds)
		return -1;
	fd = record_next_socket(f, fd);
	return fd < nfds ? fd : -1;
}

static int put_select(struct json *j, const struct frame *f)
{
	static const char *const events[3] = {"[\"read\"]}", "[\"write\"]}", "[\"except\"]}"};
	int shown = 0;

	for (int k = 0; k < 3; k++) {
		const unsigned long *set = (const unsigned long *)f->args[1 + k];
		for (int fd = set ? next_asked(f, k, 0) : -1; fd >= 0 && shown < SHOWN_MAX && !json_full(j);
		     fd = next_asked(f, k, fd + 1)) {
			if (!(set[fd / WORD_BITS] >> fd % WORD_BITS & 1))
				continue;
			put_ready_head(j, fd, record_sock_of(f, fd));
			json_text(j, events[k]);
			shown++;
		}
	}
	return shown;
}

static int put_epoll(struct json *j, const struct frame *f, long ret)
{
	const struct epoll_event *events = (const struct epoll_event *)f->args[1];
	int i = 0;

	for (; i < ret && i < SHOWN_MAX && !json_full(j); i++) {
		uint64_t sock;
		int fd = watches_find(f->args[0], events[i].data.u64, &sock);
		if (fd == -1)
			continue; /* a timer, a pipe: added before we could know, or no socket */
		put_ready_head(j, fd, sock);
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
		told = put_select(j, f);
		break;
	default:
		told = put_epoll(j, f, ret);
	}
	json_put(j, "]");
	if (told < ret && (told >= SHOWN_MAX || json_full(j)))
		json_put(j, ",\"ready_cut\":true");
}
