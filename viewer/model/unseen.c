/*
 * unseen.c: bytes that moved though no recorded call moved them: stdio's, mostly. Claimed only where the whole life of
 * both ends was recorded; bytes on their way are not unseen.
 */
#include <string.h>

#include "viewer/model/steps.h"

/* What the calls of a connection leave open. */
struct doubts {
	bool any;             /* bytes moved by calls that say not how many, or which way */
	bool written[2];      /* by side: a write that did not return may have written */
	bool read[2];         /* likewise */
	uint64_t until_ns[2]; /* by side: up to then all its calls are in the trace */
};

static bool is_made_in_sight(const struct end *end)
{
	return end->sock && end->made && end->made->kind == EVENT_CALL;
}

static bool moves_uncounted(const struct event *e)
{
	switch (e->call) {
	case CALL_UNKNOWN:
	case CALL_sendmmsg:
	case CALL_recvmmsg:
		return e->kind == EVENT_CALL || e->kind == EVENT_PENDING;
	case CALL_setsockopt: /* the kernel's TLS: what is written is not what is read */
		return e->args_at && memmem(event_args(e), e->args_len, "\"TCP_ULP\"", 9);
	default:
		return event_is_write(e) && flow_is_aside(e);
	}
}

/* What a running process did after its last line is not in the trace yet. */
static void note_doubts(struct doubts *d, const struct event *e)
{
	if (e->proc->lost || moves_uncounted(e))
		d->any = true;
	if (e->side == SIDE_NONE)
		return;
	if (e->proc->ending == END_RUNNING && e->proc->last_ns < d->until_ns[e->side])
		d->until_ns[e->side] = e->proc->last_ns;
	if (e->kind != EVENT_PENDING)
		return;
	d->written[e->side] |= event_is_write(e);
	d->read[e->side] |= event_is_read(e);
}

/* When a read returned, all its bytes had been written by calls that had begun. */
static void count_written(struct end *writer, const struct stream *s, uint64_t until_ns, bool one_clock)
{
	uint64_t written = 0, read = 0;
	size_t w = 0;

	for (size_t i = 0; i < s->reads.count && event_end_ns(s->reads.items[i]) <= until_ns; i++) {
		struct event *e = s->reads.items[i];
		uint64_t before = writer->wrote_unseen;

		while (w < s->writes.count && (!one_clock || s->writes.items[w]->t_ns <= event_end_ns(e)))
			written += (uint64_t)s->writes.items[w++]->ret;
		read += (uint64_t)e->ret;
		if (read <= written + before)
			continue;
		writer->wrote_unseen = read - written;
		e->unseen = (uint32_t)(writer->wrote_unseen - before);
	}
}

/* Who sees the end has had all that was written before it. */
static void count_read(struct end *reader, uint64_t written, uint64_t until_ns)
{
	if (!reader->eof_seen || event_end_ns(reader->eof_seen) > until_ns || reader->read_shut)
		return;
	if (written > reader->read)
		reader->read_unseen = written - reader->read;
}

void flow_unseen(const struct trace *t, struct conn *c, struct stream streams[2])
{
	struct doubts doubts = {.until_ns = {UINT64_MAX, UINT64_MAX}};

	if (!is_made_in_sight(&c->ends[SIDE_CLIENT]) || !is_made_in_sight(&c->ends[SIDE_SERVER]) || t->warnings.count)
		return;
	for (size_t i = 0; i < c->events.count; i++)
		note_doubts(&doubts, c->events.items[i]);
	if (doubts.any)
		return;
	for (enum side from = SIDE_CLIENT; from <= SIDE_SERVER; from++) {
		enum side to = from == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
		struct end *writer = &c->ends[from], *reader = &c->ends[to];

		if (!doubts.written[from])
			count_written(writer, &streams[from], doubts.until_ns[from], flow_one_clock(c));
		if (!doubts.read[to])
			count_read(reader, writer->written + writer->wrote_unseen, doubts.until_ns[to]);
	}
}

/* Without a call that read, the reading may be that of a stdio that is not recorded. */
static bool reads_by_calls(const struct end *end)
{
	return end->reads > 0 || (end->proc && end->proc->libc_calls);
}

bool flow_knows_reads(const struct trace *t, const struct conn *c, enum side side)
{
	struct doubts doubts = {.until_ns = {UINT64_MAX, UINT64_MAX}};

	for (size_t i = 0; i < c->events.count; i++)
		note_doubts(&doubts, c->events.items[i]);
	return is_made_in_sight(&c->ends[side]) && !t->warnings.count && !doubts.any && !doubts.read[side] &&
	       !c->ends[side].read_unseen && !c->ends[side].wrote_unseen && reads_by_calls(&c->ends[side]);
}
