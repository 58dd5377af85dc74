/* arrows: what passes between two lanes in a row: requests, bytes, ends. */
#include "viewer/scene/builder.h"
#include "viewer/scene/words.h"

static bool may_be_held_after(const struct sock *s, uint64_t t_ns)
{
	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->gone_ns > t_ns)
			return true;
	return false;
}

/* When a killed process reset it nobody knows, but for who found it done. */
static bool was_reset_before(const struct conn *c, uint64_t t_ns)
{
	const struct reset *r = c->reset;

	return r && ((r->cause && r->cause->t_ns < t_ns) || (r->seen && event_end_ns(r->seen) <= t_ns));
}

/* Whether the end of what this side sends still gets through to the other. */
static bool other_still_open(const struct event *e)
{
	const struct conn *c = e->conn;
	const struct end *other = &c->ends[other_side(e->side)];

	if (c->outcome == CONN_PENDING || c->outcome == CONN_FAILED || c->outcome == CONN_REFUSED)
		return false;
	if (was_reset_before(c, e->t_ns))
		return false;
	if (!other->sock || !other->sock->gone)
		return true;
	if (other->sock->gone == other->eof_sent && conn_ended_ns(c, other_side(e->side)) < e->t_ns)
		return false;
	return may_be_held_after(other->sock, e->t_ns);
}

static void set_arrow(struct row *row, unsigned from, unsigned to, enum arrow_style style, const char *label,
		      enum tone tone)
{
	if (from == LANE_NONE || to == LANE_NONE)
		return;
	row->arrow = (struct arrow){from, to, style, label, NULL, tone};
}

/* A further connect on the same socket asks how the first one went; that of datagrams tells nobody. */
static bool is_request(const struct event *e)
{
	if (e->conn->kind == CONN_DATAGRAM || e->conn->kind == CONN_KERNEL)
		return false;
	for (size_t i = 0; i < e->conn->events.count; i++)
		if (event_connects(e->conn->events.items[i]))
			return e->conn->events.items[i] == e && !event_failed(e);
	return false;
}

static void set_request(struct row *row, unsigned from, unsigned to)
{
	set_arrow(row, from, to, ARROW_DASHED, "connection request", TONE_LINK);
	row->arrow.brief = "request";
}

static void set_reset(struct row *row, unsigned from, unsigned to)
{
	set_arrow(row, from, to, ARROW_DASHED, "RST (inferred)", TONE_BAD);
	row->arrow.brief = "RST";
}

static bool causes_reset(const struct event *e, const struct conn *c)
{
	return c && c->reset && c->reset->cause == e;
}

static bool sends_end(const struct event *e, const struct conn *c, enum side side)
{
	return c->ends[side].eof_sent == e && conn_end_is_dated(c, side);
}

/* What closes descriptors that it does not name, or a listener with connections in its backlog: the first of the
 * connections that this ended. */
static void draw_ends(const struct builder *b, const struct event *e, struct row *row, unsigned lane)
{
	for (size_t i = 0; i < b->trace->conns.count; i++) {
		const struct conn *c = b->trace->conns.items[i];
		const struct sock *other = c->reset ? c->ends[other_side(c->reset->by)].sock : NULL;

		if (causes_reset(e, c) && !(other && other->gone && other->gone->t_ns < e->t_ns)) {
			set_reset(row, lane, builder_end_lane(b, c, other_side(c->reset->by), e->t_ns));
			return;
		}
		for (int side = 0; side < 2; side++)
			if (sends_end(e, c, side) && c->ends[other_side(side)].eof_seen) {
				set_arrow(row, lane, builder_end_lane(b, c, other_side(side), e->t_ns), ARROW_DASHED,
					  "EOF", TONE_END);
				return;
			}
	}
}

/* Bytes that somebody had before the call that wrote them returned were on their way while it was waiting. */
static bool had_early(const struct event *write)
{
	struct transfers sent = transfers_of(write);

	for (size_t i = 0; i < sent.count; i++)
		if (sent.items[i].read && event_end_ns(sent.items[i].read) < event_end_ns(write))
			return true;
	return false;
}

/* Of a write told in two parts, whether its bytes leave with this one. The call of one that connects sends its request. */
static bool sends_bytes(const struct step *s)
{
	const struct event *e = s->event;

	if (!event_is_write(e) || e->kind != EVENT_CALL || e->ret <= 0)
		return false;
	return s->part == PART_WHOLE || (s->part == PART_CALL) == (had_early(e) && !is_request(e));
}

void arrows_outgoing(const struct builder *b, const struct step *s, struct row *row, unsigned lane)
{
	const struct event *e = s->event;
	unsigned to;

	if (e->kind == EVENT_EXIT || (event_is_close(e) && !e->conn && e->socket && e->socket->listener))
		draw_ends(b, e, row, lane);
	if (!e->conn || e->side == SIDE_NONE || e->kind == EVENT_INHERIT)
		return;
	to = builder_end_lane(b, e->conn, other_side(e->side), e->t_ns);
	if (s->part != PART_RETURN && is_request(e))
		set_request(row, lane, to);
	else if (sends_bytes(s))
		set_arrow(row, lane, to, ARROW_SOLID, words_payload(b->ladder->arena, e), TONE_DATA);
	else if (causes_reset(e, e->conn))
		set_reset(row, lane, to);
	else if (sends_end(e, e->conn, e->side) && e->kind != EVENT_PENDING && other_still_open(e))
		set_arrow(row, lane, to, ARROW_DASHED, "EOF", TONE_END);
}

bool arrows_answer(const struct builder *b, const struct step *s, struct row *row, unsigned lane)
{
	const struct event *e = s->event;

	if (!causes_reset(e, e->conn) || e->side == SIDE_NONE || e->conn->reset->by == e->side || s->part == PART_CALL)
		return false;
	set_reset(row, builder_end_lane(b, e->conn, e->conn->reset->by, e->t_ns), lane);
	return row->arrow.from != row->arrow.to;
}

/* Of what was sent to many: the arrow of the row in which it was sent goes to another one. */
static bool is_copy(const struct event *e)
{
	return e->cause && event_is_write(e->cause) && e->cause->conn != e->conn;
}

void arrows_incoming(const struct builder *b, const struct step *s, struct row *row, unsigned lane)
{
	const struct event *e = s->event;
	unsigned from;

	if (!e->conn || e->side == SIDE_NONE || e->kind != EVENT_CALL || s->part == PART_CALL || e->err)
		return;
	if (e->conn->ends[other_side(e->side)].proc && !is_copy(e))
		return;
	from = builder_end_lane(b, e->conn, other_side(e->side), e->t_ns);
	if (event_is_accept(e))
		set_request(row, from, lane);
	else if (event_is_eof(e))
		set_arrow(row, from, lane, ARROW_DASHED, "EOF", TONE_END);
	else if (event_is_read(e) && e->ret > 0)
		set_arrow(row, from, lane, ARROW_SOLID, words_payload(b->ladder->arena, e), TONE_DATA);
}
