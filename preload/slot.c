/* slot: a thread's room in the live file, and the order of stores that keeps every line whole. */
#include "preload/slot.h"

#include <errno.h>
#include <stdatomic.h>

#include "preload/live.h"
#include "preload/lost.h"
#include "preload/mem.h"
#include "preload/out.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/stores.h"
#include "preload/sys.h"

enum { CACHE_LINE = 64, AHEAD = 4 }; /* cache lines, which a line with an address fills */

static const char pad_head[16] = TRACE_PAD "     ";
static const char line_end[16] = "}\n" TRACE_PAD "   ";
static const char spaces[16] = "                ";

/* Lengthen a line in s->line by `more` spaces before its end. */
static size_t widen(char *line, size_t len, size_t more)
{
	memset(line + len - 2, ' ', more);
	line[len + more - 2] = '}';
	line[len + more - 1] = '\n';
	return len + more;
}

/* Make the line before the pad end with the block, so that the next one starts the next block. */
static void close_block(struct slot *s)
{
	uint32_t end = (s->pos / TRACE_BLOCK + 1) * TRACE_BLOCK, last = s->last;

	if (s->pos % TRACE_BLOCK == 0)
		return;
	if (s->npending > 0) {
		struct pending *top = &s->pending[s->npending - 1];
		if (top->len && top->at + top->len == s->pos)
			top->len = end - top->at;
	}
	/* The pad may hold what a pending line was, from the end of its own words on (line_end has two spaces less than
	 * pad_head): nobody reads it there, but what is made of it now is part of a line. */
	stores_fill(s->map + s->pos + sizeof TRACE_PAD - 1, s->map + end - 2);
	stores_16(s->map + end - 2, line_end);
	s->last = end - 2;
	s->pos = end;
	stores_16(s->map + last, spaces);
}

/* Spaces, in steps of eight. */
static void fill_words(char *from, size_t len)
{
	size_t words = len / 8;

	__asm__ volatile("rep stosq" : "+D"(from), "+c"(words) : "a"(0x2020202020202020ul) : "memory");
}

/*
 * An append that ends at a multiple of its own size lies in the page cache as a few large folios, one at any place in many
 * small ones, for each of which the file system does its work again.
 */
void slot_set_limit(struct slot *s)
{
	uint32_t aligned = s->data < SLOT_DATA ? 0 : s->data - out_written() % s->data;

	s->limit = aligned < s->data / 2 ? s->data : aligned;
}

/* The slot is empty now: give it room of that size in the live file instead of what it has. For each size that is tried once: where no
 * memory can be mapped, each try would leave its pads in the file. */
static void move(struct slot *s, uint32_t data)
{
	if (shim_is_sandboxed())
		return;
	char *map = live_map(data + SLOT_LAST);
	s->early = false;
	if (map) {
		char *old = s->map;
		size_t size = s->data + SLOT_LAST;
		/* A child of vfork may be killed at each step. It is never less than there is. */
		s->map = map;
		atomic_signal_fence(memory_order_seq_cst);
		s->data = data;
		atomic_signal_fence(memory_order_seq_cst);
		sys_munmap(old, size);
	}
}

static bool flush(struct slot *s)
{
	close_block(s);
	if (!out_append(s->map, s->pos))
		return false;
	uint32_t used = s->pos;
	s->lost_at = 0;
	stores_16(s->map, pad_head);
	s->pos = 0;
	atomic_signal_fence(memory_order_seq_cst);
	fill_words(s->map + sizeof pad_head, used);
	for (int i = 0; i < s->npending; i++)
		s->pending[i].len = 0;
	if (slots_are_finishing())
		return true;
	if (s->early)
		move(s, SLOT_DATA_SMALL);
	else if (s->grows && ++s->flushes == 1)
		move(s, SLOT_DATA);
	else if (s->flushes == 1 + SLOT_MANY)
		move(s, SLOT_DATA_LARGE); /* a thread that fills its slot again and again: fewer opens, larger folios */
	slot_set_limit(s);
	return true;
}

/* Wherever it was left, at pos there begins the pad or a line that had been put: for this close_block and take_back set pos before they take
 * away what stands there, and commit behind it. */
void slot_mend(struct slot *s)
{
	uint32_t end = s->map ? s->data + SLOT_LAST : 0;

	s->npending = 0;
	s->lost_at = 0;
	memo_forget(&s->memos);
	s->near.len = 0;
	while (s->pos < end && memcmp(s->map + s->pos, pad_head, sizeof TRACE_PAD - 1))
		while (s->map[s->pos++] != '\n')
			;
	s->last = s->pos - 2;
	if (s->pos >= end)
		return;
	/* The end of a line that was about to be put may stand amid the pad: behind another one half a pad would begin there. */
	stores_fill(s->map + s->pos + sizeof TRACE_PAD - 1, s->map + end - 2);
}

/*
 * A handler comes before or after it. For one that jumps see signals.h, and what is in the file is not left here as well. The child of one
 * that forks, which may return to here, has no mapping that is in no slot.
 */
bool slot_flush(struct slot *s)
{
	if (out_stopped() || !out_is_made())
		return false;
	uint64_t held = signals_hold();
	bool done = flush(s);
	signals_release(held);
	return done;
}

/* What was kept in memory goes to its first room in the file, then to the second. Not where the file may no longer be lengthened: there it
 * stays where it is. */
void slot_secure(struct slot *s)
{
	for (int i = 0; i < 2 && s->grows && !s->flushes && !shim_is_sandboxed() && out_has_room(s->data); i++)
		slot_flush(s);
}

/* Write the line where the pad begins: the three steps of docs/trace-format.md, "commit order". */
static inline void commit(struct slot *s, const char *line, size_t len)
{
	char *at = s->map + s->pos;

	stores_16(at + len - 2, line_end);
	stores_copy(at + 16, line + 16, len - 18);
	stores_16(at, line);
	s->at = s->pos;
	s->before = s->last;
	s->last = s->pos + len - 2;
	s->pos += len;
}

/* How much longer a line of len bytes must be made at pos, so that what is left of its block is nothing or a pad's
 * head. */
static size_t filler(uint32_t pos, size_t len)
{
	size_t over = (pos + len) % TRACE_BLOCK;

	return over && TRACE_BLOCK - over < sizeof pad_head ? TRACE_BLOCK - over : 0;
}

static bool append_with_care(struct slot *s, char *line, size_t len)
{
	uint32_t used = s->pos % TRACE_BLOCK;

	if (out_stopped() || !s->data)
		return false; /* the last words may stand where the pad's end has to stay */
	if (used && used + len > TRACE_BLOCK)
		close_block(s);
	if (s->pos + len > s->limit && !slot_flush(s))
		return false;
	size_t more = filler(s->pos, len);
	commit(s, line, more ? widen(line, len, more) : len);
	return true;
}

/* Put a line behind all others. False if the slot is full and cannot be emptied now. */
static inline bool append(struct slot *s, char *line, size_t len)
{
	/* With room behind it in its block for a pad's head, nothing but committing it is to be done. */
	if (__builtin_expect(s->pos % TRACE_BLOCK + len + sizeof pad_head > TRACE_BLOCK || s->pos >= s->limit ||
				     out_stopped(),
			     0))
		return append_with_care(s, line, len);
	commit(s, line, len);
	return true;
}

bool slot_append(struct slot *s, char *line, size_t len)
{
	return append_with_care(s, line, len);
}

char *slot_append_last(struct slot *s, char *line, size_t len)
{
	close_block(s);
	if (!s->map || s->pos > s->data)
		return NULL;
	commit(s, line, len);
	return s->map + s->at;
}

bool slot_append_alone(char *line, size_t len)
{
	size_t over = len % TRACE_BLOCK;
	uint64_t held = signals_hold();
	bool done = out_append(line, over ? widen(line, len, TRACE_BLOCK - over) : len);

	signals_release(held);
	return done;
}

static bool is_last(const struct slot *s, const struct pending *p)
{
	return p->len && p->at + p->len == s->pos;
}

/* Make the newest line part of the pad again: first its head, then its end, one store each. */
static void take_back(struct slot *s, const struct pending *p)
{
	s->pos = p->at;
	s->last = p->before;
	stores_16(s->map + p->at, pad_head);
	stores_16(s->map + p->at + p->len - 2, spaces);
}

/* False if the frame is gone though its call has not returned to us: longjmp out of a handler. Its stack may be gone as
 * well. */
static bool is_live(const struct pending *p)
{
	uint64_t serial = 0;

	return mem_take(&serial, &serial, p->frame_serial, sizeof serial) == sizeof serial && serial == p->serial;
}

static void push_pending(struct slot *s, uint64_t serial, const uint64_t *frame_serial, char *line, size_t len)
{
	if (!append(s, line, len))
		return;
	s->pending[s->npending++] = (struct pending){.at = s->at,
						     .len = s->pos - s->at,
						     .before = s->before,
						     .serial = serial,
						     .frame_serial = frame_serial};
}

/* A handler's event within blocking calls: their lines are taken off, and put again behind it. */
static void append_before_pendings(struct slot *s, char *line, size_t len)
{
	int count = s->npending;

	while (s->npending > 0) {
		struct pending *p = &s->pending[s->npending - 1];
		/* A line left where it is, followed by later ones of its thread, counts as abandoned. */
		if (!is_last(s, p) || p->len > SLOT_SAVED || !is_live(p)) {
			p->len = 0;
		} else {
			memcpy(s->saved[s->npending - 1], s->map + p->at, p->len);
			take_back(s, p);
		}
		s->npending--;
	}
	if (!append(s, line, len))
		lost_add(s);
	for (int i = 0; i < count; i++) {
		struct pending p = s->pending[i];
		if (p.len)
			push_pending(s, p.serial, p.frame_serial, s->saved[i], p.len);
	}
}

static bool is_direct(const struct slot *s)
{
	return !s->data || slots_are_finishing();
}

/* A handler has forked in who was about to take the slot, and this is the child. */
static bool is_retired(struct slot *s)
{
	if (atomic_load(&s->owner) == self.tid)
		return false;
	for (int i = 0; i < 2; i++)
		if (self.slots[i] == s)
			self.slots[i] = NULL;
	return true;
}

static void put_alone(struct slot *s, size_t len)
{
	if (is_retired(s))
		return;
	if (slot_append_alone(s->line, len))
		lost_tell_alone(s);
	else
		lost_add(s);
}

/* Where the next line will stand: a slot is larger than the processor's nearest cache, and what is not there yet comes while the call returns.
 * Nothing happens at addresses where nothing is. */
static inline void fetch_ahead(const struct slot *s)
{
	for (int i = 1; i <= AHEAD; i++)
		__builtin_prefetch(s->map + s->pos + CACHE_LINE * i, 1);
}

void slot_put(struct slot *s, size_t len)
{
	if (__builtin_expect(is_direct(s), 0)) {
		put_alone(s, len);
	} else if (__builtin_expect(s->npending > 0, 0)) {
		append_before_pendings(s, s->line, len);
	} else {
		if (__builtin_expect(out_is_troubled(), 0) && !out_stopped())
			lost_tell(s);
		if (!append(s, s->line, len))
			lost_add(s);
		fetch_ahead(s);
	}
}

void slot_put_pending(struct slot *s, size_t len, uint64_t *serial)
{
	*serial = 0;
	if (is_direct(s))
		return;
	while (s->npending > 0 && !is_live(&s->pending[s->npending - 1]))
		s->npending--;
	if (s->npending == SLOT_PENDINGS)
		return;
	*serial = ++s->serials;
	push_pending(s, *serial, serial, s->line, len);
}

static inline void take_out(struct slot *s, uint64_t serial)
{
	/* What stands above this one was left by longjmp: its call cannot return any more. */
	for (int i = s->npending - 1; i >= 0; i--) {
		struct pending *p = &s->pending[i];
		if (p->serial != serial)
			continue;
		s->npending = i;
		if (is_direct(s))
			break;
		if (is_last(s, p))
			take_back(s, p);
		else if (p->len)
			stores_16(s->map + p->at, pad_head);
		break;
	}
}

void slot_withdraw(uint64_t serial)
{
	struct slot *s = slot_take();

	if (!s)
		return;
	take_out(s, serial);
	slot_drop(s);
}

void slot_replace(struct slot *s, size_t len, uint64_t serial)
{
	take_out(s, serial);
	slot_put(s, len);
}
