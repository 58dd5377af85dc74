/* track: one connection as a line of an overview. */
#include "viewer/scene/track.h"

#include "viewer/base/escape.h"
#include "viewer/scene/words.h"

static const struct event *first_failure(const struct conn *c)
{
	for (size_t i = 0; i < c->events.count; i++)
		if (event_failed(c->events.items[i]))
			return c->events.items[i];
	return NULL;
}

/* Knew that nothing more would come, and kept its descriptor to the end. */
static const struct process *who_left_open(const struct conn *c)
{
	for (int side = 0; side < 2; side++) {
		const struct end *end = &c->ends[side];

		if (end->proc && end->eof_seen && end->sock && !end->sock->closed)
			return end->proc;
	}
	return NULL;
}

static const char *failure_words(struct arena *a, const struct event *e)
{
	return arena_printf(a, "%s: %s", escape_string(a, event_call_name(e)), escape_string(a, e->err));
}

const char *track_trouble(struct arena *a, const struct conn *c)
{
	const struct event *failure = first_failure(c);
	const struct process *left = who_left_open(c);

	switch (c->outcome) {
	case CONN_REFUSED:
		return "refused";
	case CONN_FAILED:
		return failure ? failure_words(a, failure) : "connect failed";
	case CONN_PENDING:
		return words_unanswered(c);
	case CONN_NOT_ACCEPTED:
		return "never accepted";
	case CONN_OPEN:
	case CONN_CLOSED:
		break;
	}
	if (c->reset)
		return arena_printf(a, "reset: %s", reset_words(c->reset->why));
	if (failure)
		return failure_words(a, failure);
	return left ? arena_printf(a, "left open by P%u", left->index) : NULL;
}

static const char *client_words(struct arena *a, const struct conn *c)
{
	const struct process *p = c->ends[SIDE_CLIENT].proc;

	if (!p)
		return words_end(a, c, SIDE_CLIENT);
	return arena_printf(a, "P%u %s", p->index, p->name ? escape_string(a, p->name) : "?");
}

static void mark_span(struct track *t, const struct axis *x, uint64_t from_ns, uint64_t to_ns, enum track_mark mark)
{
	for (unsigned i = axis_slot(x, from_ns), end = axis_slot(x, to_ns); i <= end; i++)
		t->marks[i] |= mark;
}

static void mark_queue(struct track *t, const struct axis *x, const struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made, *accept = c->ends[SIDE_SERVER].made;
	uint64_t from_ns = connect ? event_end_ns(connect) : 0;

	if (c->outcome == CONN_NOT_ACCEPTED)
		mark_span(t, x, connect ? from_ns : c->begun_ns, c->ended_ns, TRACK_QUEUED);
	else if (accept && from_ns && c->queued_ns)
		mark_span(t, x, from_ns, from_ns + c->queued_ns, TRACK_QUEUED);
}

static void mark_event(struct track *t, const struct axis *x, const struct event *e)
{
	bool write = event_is_write(e);

	if (event_failed(e))
		t->marks[axis_slot(x, event_end_ns(e))] |= TRACK_FAILED;
	else if (e->kind == EVENT_CALL && e->ret > 0 && (write || event_is_read(e)) && e->side != SIDE_NONE)
		t->marks[axis_slot(x, choice_told_ns(e))] |=
			(e->side == SIDE_CLIENT) == write ? TRACK_THERE : TRACK_BACK;
}

struct track track_of(const struct axis *x, struct trace *t, const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *server = &c->ends[SIDE_SERVER];
	struct track track = {
		.conn = c->id,
		.client = client_words(t->arena, c),
		.duration_ns = c->ended_ns > c->begun_ns ? c->ended_ns - c->begun_ns : 0,
		.there = client->written > server->read ? client->written : server->read,
		.back = server->written > client->read ? server->written : client->read,
	};

	mark_span(&track, x, c->begun_ns, c->ended_ns, TRACK_OPEN);
	mark_queue(&track, x, c);
	for (size_t i = 0; i < c->events.count; i++)
		mark_event(&track, x, c->events.items[i]);
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED || c->reset)
		track.marks[axis_slot(x, c->ended_ns)] |= TRACK_FAILED;
	if (c->outcome == CONN_CLOSED)
		track.marks[axis_slot(x, c->ended_ns)] |= TRACK_ENDED;
	return track;
}

void track_add_like(struct track *track, const struct axis *x, const struct conn *c)
{
	track->like++;
	for (unsigned i = axis_slot(x, c->begun_ns), end = axis_slot(x, c->ended_ns); i <= end; i++)
		track->open[i]++;
}
