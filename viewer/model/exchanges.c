/* exchanges.c: the rounds of a connection: one side asks, the other answers. */
#include "viewer/model/steps.h"

/* A write of either end: of one that is not traced, as the read that it became. */
struct turn {
	const struct event *event;
	uint64_t at_ns;
	enum side by;
	uint64_t bytes;
};

/* The two directions, gone through side by side in the order of time. */
struct turns {
	const struct conn *c;
	const struct stream *streams;
	size_t next[2];
	bool one_clock;
};

static bool is_traced(const struct conn *c, enum side side)
{
	return c->ends[side].sock != NULL;
}

static uint64_t bytes_of(const struct event *e)
{
	struct transfers t = transfers_of(e);
	uint64_t sum = 0;

	if (e->call != CALL_sendmmsg && e->call != CALL_recvmmsg)
		return (uint64_t)e->ret;
	for (size_t i = 0; i < t.count; i++)
		sum += t.items[i].len;
	return sum;
}

static const struct event *reader_of(const struct event *write, bool last)
{
	struct transfers t = transfers_of(write);

	return t.count ? t.items[last ? t.count - 1 : 0].read : NULL;
}

/* Where the two clocks differ, the client's alone tells the order: of the server's writes by when it read them. */
static uint64_t written_ns(const struct turns *t, const struct event *e, enum side by)
{
	const struct event *read = by == SIDE_SERVER && !t->one_clock ? reader_of(e, false) : NULL;

	return read ? event_end_ns(read) : e->t_ns;
}

static struct turn peek(const struct turns *t, enum side by)
{
	const struct stream *s = &t->streams[by];
	bool written = is_traced(t->c, by);
	size_t count = written ? s->writes.count : s->reads.count;
	const struct event *e;

	if (t->next[by] >= count)
		return (struct turn){.at_ns = UINT64_MAX};
	e = written ? s->writes.items[t->next[by]] : s->reads.items[t->next[by]];
	return (struct turn){
		.event = e, .at_ns = written ? written_ns(t, e, by) : event_end_ns(e), .by = by, .bytes = bytes_of(e)};
}

static struct turn take(struct turns *t)
{
	struct turn client = peek(t, SIDE_CLIENT), server = peek(t, SIDE_SERVER);
	struct turn first = server.at_ns < client.at_ns ? server : client;

	if (first.event)
		t->next[first.by]++;
	return first;
}

/* Who asks: the client; of a socketpair who speaks first. */
static enum side asker_of(const struct conn *c, const struct turns *t)
{
	bool server_first = peek(t, SIDE_SERVER).at_ns < peek(t, SIDE_CLIENT).at_ns;

	return c->kind == CONN_PAIR && server_first ? SIDE_SERVER : SIDE_CLIENT;
}

static struct exchange *begin(struct arena *a, struct conn *c, enum side asker)
{
	struct exchange x = {.asker = asker};

	vec_push_in(a, &c->exchanges, x);
	return &c->exchanges.items[c->exchanges.count - 1];
}

static void ask(struct exchange *x, const struct turn *turn, bool traced)
{
	x->request_bytes += turn->bytes;
	if (x->asked || x->taken)
		return;
	x->asked = traced ? turn->event : NULL;
	x->taken = traced ? reader_of(turn->event, false) : turn->event;
}

static void answer(struct exchange *x, const struct turn *turn, bool traced)
{
	x->answer_bytes += turn->bytes;
	if (traced && !x->answered)
		x->answered = turn->event;
	x->got = traced ? reader_of(turn->event, true) : turn->event;
}

void flow_exchanges(struct arena *a, struct conn *c, const struct stream streams[2])
{
	struct turns turns = {.c = c, .streams = streams, .one_clock = flow_one_clock(c)};
	enum side asker = asker_of(c, &turns);
	struct exchange *x = NULL;
	bool asking = false;

	for (struct turn turn = take(&turns); turn.event; turn = take(&turns)) {
		bool asks = turn.by == asker;

		if (!x || (asks && !asking))
			x = begin(a, c, asker);
		if (asks)
			ask(x, &turn, is_traced(c, turn.by));
		else
			answer(x, &turn, is_traced(c, turn.by));
		asking = asks;
	}
}

static uint64_t span(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

struct exchange_times exchange_times(const struct conn *c, const struct exchange *x)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;
	struct exchange_times times = {0};
	uint64_t there_ns;

	if (x->asked && x->taken) {
		there_ns = x->asked->t_ns;
		if (accept && event_is_accept(accept) && event_end_ns(accept) > there_ns) {
			times.backlog_ns = event_end_ns(accept) - there_ns;
			there_ns = event_end_ns(accept);
		}
		if (x->taken->t_ns > there_ns)
			times.unread_ns = x->taken->t_ns - there_ns;
		else
			times.flight_ns = span(there_ns, event_end_ns(x->taken));
	}
	if (x->taken && x->answered)
		times.served_ns = span(event_end_ns(x->taken), x->answered->t_ns);
	if (x->answered && x->got)
		times.back_ns = span(x->answered->t_ns, event_end_ns(x->got));
	return times;
}
