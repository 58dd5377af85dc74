/* lost: events that could not be kept: counted in a `lost` line, or said on standard error where there is no room for one. */
#include "preload/lost.h"

#include <stdatomic.h>

#include "preload/clock.h"
#include "preload/complain.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/out.h"
#include "preload/state.h"
#include "preload/stores.h"

enum { LOST_LINE = 256 + 32 }; /* a lost line with its reason, and room for what it is widened by */

/* The count that the last line of a trace holds which has stopped, or has ended so; NULL while there is no such line. */
static char *_Atomic last_count;

static void put_count(char *at, uint64_t count)
{
	char digits[16];

	memset(digits, ' ', sizeof digits);
	for (int i = sizeof digits - 1; i >= 0; i--, count /= 10) {
		digits[i] = '0' + count % 10;
		if (count < 10)
			break;
	}
	stores_16(at, digits);
}

/* Returns the line's length; its count stands at *count_at. */
static size_t format(char *room, size_t size, uint64_t count, const char *why, size_t *count_at)
{
	struct json j = {room, room, room + size, NULL};

	json_put(&j, "{\"ev\":\"lost\",\"t\":");
	json_u64(&j, clock_ns());
	json_put(&j, ",\"tid\":");
	json_u64(&j, self.tid);
	json_put(&j, ",\"count\":");
	*count_at = j.p - room;
	put_count(j.p, count);
	j.p += 16;
	json_put(&j, ",\"why\":");
	json_string(&j, why ? why : "unknown");
	json_put(&j, "}\n");
	return j.p - room;
}

/* There is no line to count it in. In a sandbox even this may be death. */
static void say(const char *why)
{
	if (!shim_is_sandboxed())
		complain("cannot go on writing traces in", shim.out_dir, why ? why : "unknown error");
}

/* Returns where the count stands, NULL where there was no room. */
static char *put_last_words(struct slot *s)
{
	char room[LOST_LINE], *at;
	const char *why;
	uint64_t count = out_lost(&why);
	size_t count_at;

	at = slot_append_last(s, room, format(room, sizeof room, count, why, &count_at));
	at = at ? at + count_at : NULL;
	atomic_store(&last_count, at);
	return at;
}

/* Nothing can be appended any more: say so in the room kept for it, once a process, and keep the count there true. */
static void last_words(struct slot *s)
{
	char *at = atomic_load(&last_count);
	const char *why;

	out_lost(&why);
	if (!at && !slots_are_finishing()) /* when they have finished, the slot may be in no file any more */
		at = put_last_words(s);
	if (at)
		put_count(at, out_lost(&why));
	else
		say(why);
}

void lost_add(struct slot *s)
{
	const char *why;

	out_lost(&why);
	out_lose(why);
	if (out_stopped() || atomic_load(&last_count))
		last_words(s);
}

void lost_tell(struct slot *s)
{
	const char *why;
	uint64_t count = out_take_lost(&why);
	char room[LOST_LINE];
	size_t count_at;

	if (!count)
		return;
	/* A thread without a slot may lose all that it does: not a line for each. */
	if (s->lost_at && s->lost_why == why) {
		put_count(s->map + s->lost_at, s->lost_count += count);
	} else if (slot_append(s, room, format(room, sizeof room, count, why, &count_at))) {
		s->lost_at = s->at + count_at;
		s->lost_count = count;
		s->lost_why = why;
	} else {
		out_give_back_lost(count);
	}
}

void lost_tell_alone(struct slot *s)
{
	const char *why;
	uint64_t count = out_stopped() || atomic_load(&last_count) ? 0 : out_take_lost(&why);
	size_t count_at;

	if (count && !slot_append_alone(s->line, format(s->line, sizeof s->line, count, why, &count_at)))
		out_give_back_lost(count);
}

void lost_finish(struct slot *left)
{
	const char *why;

	if (out_lost(&why) && !atomic_load(&last_count) && !(left && put_last_words(left)))
		say(why);
}

void lost_forked(void)
{
	atomic_store(&last_count, NULL);
}
