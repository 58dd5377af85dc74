/* selects: select and pselect: the kernel answers in the place of the question, which is kept therefore. */
#include "preload/selects.h"

#include "preload/args.h"
#include "preload/mem.h"
#include "preload/process.h"
#include "preload/ready.h"
#include "preload/state.h"
#include "preload/watches.h"

enum {
	SET_BITS = 128, /* descriptors that are kept: frame.sets */
	WORD_BITS = 8 * sizeof(long),
};

/* The next socket from `from` on, or descriptor that waits for sockets itself; -1 where there is none below nfds. */
static int next_of_interest(const struct frame *f, int from, int nfds)
{
	int sock = record_next_socket(f, from), end = sock >= 0 && sock < nfds ? sock : nfds;

	for (int fd = from; atomic_load(&watches_sets) && fd < end && fd < FD_CHUNK * FD_CHUNKS; fd++)
		if (watches_by(fd))
			return fd;
	return sock < nfds ? sock : -1;
}

/* Is there one among the descriptors that are too many to keep? */
static bool asks_beyond(const struct frame *f, const unsigned long *set, int nfds)
{
	unsigned long word = 0;
	int read = -1;

	for (int fd = next_of_interest(f, SET_BITS, nfds); fd >= 0; fd = next_of_interest(f, fd + 1, nfds)) {
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

static bool is_left_out(const unsigned long *set, int nfds)
{
	return nfds % WORD_BITS && set[nfds / WORD_BITS] >> nfds % WORD_BITS;
}

/* The kernel answers in the place of the question: keep the question. */
bool selects_wants(struct frame *f)
{
	int nfds = f->args[0] < SET_BITS ? f->args[0] : SET_BITS;
	bool found = false;

	f->sets_unread = 0;
	f->timeout[0] = f->timeout[1] = -1;
	if (f->args[4])
		args_take(f, f->timeout, (const void *)f->args[4], sizeof f->timeout);
	for (int k = 0; k < 3; k++) {
		const unsigned long *set = (const unsigned long *)f->args[1 + k];
		size_t len = nfds > WORD_BITS ? sizeof f->sets[k] : sizeof(long);
		f->sets[k][0] = f->sets[k][1] = 0;
		if (!set || nfds <= 0)
			continue;
		if (args_take(f, f->sets[k], set, len) != len) {
			f->sets[k][0] = f->sets[k][1] = 0;
			f->sets_unread |= 1 << k;
			continue;
		}
		for (int fd = record_next_socket(f, 0); fd >= 0 && fd < nfds; fd = record_next_socket(f, fd + 1))
			found |= f->sets[k][fd / WORD_BITS] >> fd % WORD_BITS & 1;
		if (is_left_out(f->sets[k], nfds))
			found |= keep_left_out(f, f->sets[k], nfds);
		found = found || asks_a_set(f->sets[k]) || asks_beyond(f, set, f->args[0]);
	}
	/* Where it may not be asked whether it can be read, and the answer does not tell of which sockets it was asked. */
	return found || (f->sets_unread && shim_is_sandboxed() && process_is_traced());
}

void selects_put_timeval(struct json *j, const struct frame *f, int i)
{
	if (!f->args[i])
		json_put(j, "null");
	else if (f->timeout[0] != -1 || f->timeout[1] != -1)
		ready_put_time(j, f->timeout, ",\"tv_usec\":");
}

void selects_put_set(struct json *j, const struct frame *f, int i)
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

/* The next descriptor from `from` on that a select was asked of, or may have been. The kernel looks at no more of a set than the process
 * can have descriptors, whatever nfds is, and at one word at least: where the question was not kept, only what is of interest is looked at behind that. */
static int next_asked(const struct frame *f, int k, int from)
{
	int nfds = f->args[0], fd = from;
	bool unread = f->sets_unread >> k & 1;

	for (; fd < (unread ? WORD_BITS : SET_BITS) && fd < nfds; fd++)
		if (unread || f->sets[k][fd / WORD_BITS] >> fd % WORD_BITS & 1)
			return fd;
	return next_of_interest(f, fd, nfds);
}

int selects_put(struct json *j, const struct frame *f)
{
	static const char *const events[3] = {"[\"read\"]}", "[\"write\"]}", "[\"except\"]}"};
	int shown = 0;

	for (int k = 0; k < 3; k++) {
		const unsigned long *set = (const unsigned long *)f->args[1 + k];
		for (int fd = set ? next_asked(f, k, 0) : -1; fd >= 0 && shown < READY_SHOWN && !json_full(j);
		     fd = next_asked(f, k, fd + 1)) {
			if (!(set[fd / WORD_BITS] >> fd % WORD_BITS & 1))
				continue;
			ready_put_head(j, fd, record_sock_of(f, fd));
			json_text(j, events[k]);
			shown++;
		}
	}
	return shown;
}
