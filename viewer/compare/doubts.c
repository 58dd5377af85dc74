/* doubts: why a difference may be one of the tracing: what was lost, who was not traced. */
#include <inttypes.h>

#include "viewer/base/escape.h"
#include "viewer/compare/making.h"

static void doubt(struct canon *c, const char *text)
{
	vec_push(&c->doubts, text);
}

/* A process has a trace because it has a socket: one that tells of nothing has lost all, its count of losses included. */
static bool *find_silent(struct canon *c)
{
	const struct trace *t = c->trace;
	bool *silent = arena_alloc(c->arena, t->procs.count + 2);

	for (size_t i = 0; i < t->procs.count; i++)
		silent[t->procs.items[i]->index] = true;
	for (size_t i = 0; i < t->events.count; i++)
		silent[t->events.items[i]->proc->index] = false;
	return silent;
}

static void doubt_losses(struct canon *c)
{
	const struct trace *t = c->trace;
	const bool *silent = find_silent(c);

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if (silent[p->index] && !p->lost)
			doubt(c, arena_printf(c->arena, "nothing that %s (pid %" PRIu32 ") did was recorded",
					      escape_string(c->arena, p->name), p->pid));
		if (p->lost)
			doubt(c, arena_printf(c->arena, "%zu event%s of %s (pid %" PRIu32 ") were lost", p->lost,
					      p->lost == 1 ? "" : "s", escape_string(c->arena, p->name), p->pid));
	}
	if (t->warnings.count)
		doubt(c, arena_printf(c->arena, "%zu line%s could not be read", t->warnings.count,
				      t->warnings.count == 1 ? "" : "s"));
}

static bool is_in_doubt(enum one_sided why)
{
	return why == ONE_PERHAPS_ACCEPTED || why == ONE_LACKS_CALLS || why == ONE_NOT_KNOWN || why == ONE_NOT_TRACED ||
	       why == ONE_OTHER_HOST;
}

static uint64_t unseen_in(const struct conn *c)
{
	uint64_t bytes = 0;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		bytes += c->ends[side].wrote_unseen + c->ends[side].read_unseen;
	return bytes;
}

void doubts_find(struct canon *c)
{
	size_t one_sided[ONE_KERNEL + 1] = {0};
	uint64_t unseen = 0;

	doubt_losses(c);
	for (size_t i = 0; i < c->conns.count; i++) {
		const struct conn *conn = c->conns.items[i].conn;

		if (!conn)
			continue;
		if (is_in_doubt(conn->one_sided))
			one_sided[conn->one_sided]++;
		unseen += unseen_in(conn);
	}
	for (enum one_sided why = 0; why <= ONE_KERNEL; why++)
		if (one_sided[why])
			doubt(c, arena_printf(c->arena, "of %zu connection%s %s", one_sided[why],
					      one_sided[why] == 1 ? "" : "s", one_sided_words(why)));
	if (unseen)
		doubt(c, arena_printf(c->arena, "%" PRIu64 " bytes were moved by calls that were not seen", unseen));
}
