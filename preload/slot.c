/* slot: a thread's room in the live file, and the order of stores that keeps every line whole. */
#include "preload/slot.h"

#include <errno.h>
#include <stdatomic.h>

#include "preload/json.h"
#include "preload/mem.h"
#include "preload/out.h"
#include "preload/state.h"
#include "preload/sys.h"

typedef char vec16 __attribute__((vector_size(16), aligned(1), may_alias));

enum { LOST_LINE = 256 + 32 }; /* a lost line with its reason, and room for widen */

static const char pad_head[16] = TRACE_PAD "     ";
static const char line_end[16] = "}\n" TRACE_PAD "   ";
static const char spaces[16] = "                ";

/*
 * Sixteen bytes in one instruction: a signal, SIGKILL too, comes before or after it, never within. The memory clobber
 * keeps the compiler from moving other stores across.
 */
static inline void store16(char *to, const char *from)
{
	__asm__ volatile("movups %1, %0" : "=m"(*(vec16 *)to) : "x"(*(const vec16 *)from) : "memory");
}

/* The same among its like: they stay in this order, other stores may pass. */
static inline void next16(char *to, const char *from)
{
	__asm__ volatile("movups %1, %0" : "=m"(*(vec16 *)to) : "x"(*(const vec16 *)from));
}

static void fill_ascending(char *from, char *end)
{
	size_t len = end > from ? end - from : 0;

	__asm__ volatile("rep stosb" : "+D"(from), "+c"(len) : "a"(' ') : "memory");
}

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
	uint32_t end = (s->pos / TRACE_BLOCK + 1) * TRACE_BLOCK;

	if (s->pos % TRACE_BLOCK == 0)
		return;
	if (s->npending > 0) {
		struct pending *top = &s->pending[s->npending - 1];
		if (top->len && top->at + top->len == s->pos)
			top->len = end - top->at;
	}
	/* The pad may hold what a pending line was, from the end of its own words on (line_end has two spaces less than
	 * pad_head): nobody reads it there, but what is made of it now is part of a line. */
	fill_ascending(s->map + s->pos + sizeof TRACE_PAD - 1, s->map + end - 2);
	store16(s->map + end - 2, line_end);
	store16(s->map + s->last, spaces);
	s->last = end - 2;
	s->pos = end;
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
	uint32_t aligned = s->data - out_written() % s->data;

	s->limit = s->data < SLOT_DATA || aligned < s->data / 2 ? s->data : aligned;
}

/* A thread that fills its slot again and again gets a larger one: fewer opens, larger folios. It is empty now. */
static void grow(struct slot *s)
{
	char *map = out_map_live(SLOT_DATA_LARGE + SLOT_LAST);

	if (!map)
		return;
	sys_munmap(s->map, s->data + SLOT_LAST);
	s->map = map;
	s->data = SLOT_DATA_LARGE;
}

bool slot_flush(struct slot *s)
{
	if (out_stopped())
		return false;
	close_block(s);
	if (!out_append(s->map, s->pos))
		return false;
	store16(s->map, pad_head);
	fill_words(s->map + sizeof pad_head, s->pos);
	s->pos = 0;
	for (int i = 0; i < s->npending; i++)
		s->pending[i].len = 0;
	if (++s->flushes == SLOT_MANY && s->data == SLOT_DATA)
		grow(s);
	slot_set_limit(s);
	return true;
}

/* Exactly len bytes upwards, len at least 16: the last step overlaps the one before. */
static inline void copy_between(char *to, const char *from, size_t len)
{
	const char *end = from + len - 16;

	for (; from < end; from += 16, to += 16)
		next16(to, from);
	next16(to - (from - end), end);
}

/* Write the line where the pad begins: the three steps of docs/trace-format.md, "commit order". */
static inline void commit(struct slot *s, const char *line, size_t len)
{
	char *at = s->map + s->pos;

	store16(at + len - 2, line_end);
	copy_between(at + 16, line + 16, len - 18);
	store16(at, line);
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

/* The count that a stopped trace's last line holds; NULL while nothing has stopped. */
static char *_Atomic last_count;

void slot_forget_last_words(void)
{
	atomic_store(&last_count, NULL);
}

static void put_count(char *at, uint64_t count)
{
	char digits[16];

	memset(digits, ' ', sizeof digits);
	for (int i = sizeof digits - 1; i >= 0; i--, count /= 10) {
		digits[i] = '0' + count % 10;
		if (count < 10)
			break;
	}
	store16(at, digits);
}

static size_t format_lost(char *room, size_t size, uint64_t count, const char *why, char **count_at)
{
	struct json j = {room, room, room + size};

	json_put(&j, "{\"ev\":\"lost\",\"t\":");
	json_u64(&j, shim_now_ns());
	json_put(&j, ",\"tid\":");
	json_u64(&j, self.tid);
	json_put(&j, ",\"count\":");
	*count_at = j.p;
	j.p += 16;
	put_count(*count_at, count);
	json_put(&j, ",\"why\":");
	json_string(&j, why ? why : "unknown");
	json_put(&j, "}\n");
	return j.p - room;
}

/* Nothing can be appended any more: say so in the room kept for it, once a process, and keep the count there true. */
static void last_words(struct slot *s)
{
	char *at = atomic_load(&last_count), room[LOST_LINE], *count_at;
	const char *why;

	if (!at && s->pos <= s->data) {
		uint64_t count = out_lost(&why);
		size_t len = format_lost(room, sizeof room, count, why, &count_at);
		close_block(s);
		commit(s, room, len);
		at = s->map + s->at + (count_at - room);
		atomic_store(&last_count, at);
	}
	if (at)
		put_count(at, out_lost(&why));
}

static void lose(struct slot *s)
{
	const char *why;

	out_lost(&why);
	out_lose(why);
	if (out_stopped())
		last_words(s);
}

static bool append_with_care(struct slot *s, char *line, size_t len)
{
	uint32_t used = s->pos % TRACE_BLOCK;

	if (out_stopped())
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

/* What was lost for want of descriptors, say, is told as soon as there is room again. */
static void tell_lost(struct slot *s)
{
	const char *why;
	uint64_t count = out_lost(&why);
	char room[LOST_LINE], *count_at;

	if (count && append(s, room, format_lost(room, sizeof room, count, why, &count_at)))
		out_told(count);
}

/* A line in blocks of its own, for when there are no slots. */
static void append_alone(char *line, size_t len)
{
	size_t over = len % TRACE_BLOCK;

	if (over)
		len = widen(line, len, TRACE_BLOCK - over);
	if (!out_append(line, len))
		out_lose("the trace file cannot be written");
}

static void tell_lost_alone(struct slot *s)
{
	const char *why;
	uint64_t count = out_lost(&why);
	char *count_at;

	if (!count || out_stopped())
		return;
	size_t len = format_lost(s->line, sizeof s->line, count, why, &count_at);
	len = widen(s->line, len, TRACE_BLOCK - len);
	if (out_append(s->line, len))
		out_told(count);
}

static bool is_last(const struct slot *s, const struct pending *p)
{
	return p->len && p->at + p->len == s->pos;
}

/* Make the newest line part of the pad again: first its head, then its end, one store each. */
static void take_back(struct slot *s, const struct pending *p)
{
	store16(s->map + p->at, pad_head);
	store16(s->map + p->at + p->len - 2, spaces);
	s->pos = p->at;
	s->last = p->before;
}

/* False if the frame is gone though its call has not returned to us: longjmp out of a handler. Its stack may be gone as
 * well. */
static bool is_live(const struct pending *p)
{
	uint64_t serial = 0;

	return mem_peek(&serial, p->frame_serial, sizeof serial) == sizeof serial && serial == p->serial;
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
		lose(s);
	for (int i = 0; i < count; i++) {
		struct pending p = s->pending[i];
		if (p.len)
			push_pending(s, p.serial, p.frame_serial, s->saved[i], p.len);
	}
}

static bool is_direct(const struct slot *s)
{
	return !s->map || slots_are_finishing();
}

static void put_alone(struct slot *s, size_t len)
{
	append_alone(s->line, len);
	tell_lost_alone(s);
}

void slot_put(struct slot *s, size_t len)
{
	if (__builtin_expect(is_direct(s), 0)) {
		put_alone(s, len);
	} else if (__builtin_expect(s->npending > 0, 0)) {
		append_before_pendings(s, s->line, len);
	} else {
		if (__builtin_expect(out_is_troubled(), 0) && !out_stopped())
			tell_lost(s);
		if (!append(s, s->line, len))
			lose(s);
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

void slot_replace(struct slot *s, size_t len, uint64_t serial)
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
			store16(s->map + p->at, pad_head);
		break;
	}
	slot_put(s, len);
}
