/* rows: the steps of one end of a connection, of a listener, of a socket. */
#include <inttypes.h>

#include "viewer/compare/drafts.h"
#include "viewer/model/steps.h"

static const char *word(const struct making *m, const char *text)
{
	return acts_word(m->c->acts, text);
}

/* s NULL: a trace that contradicts itself. What the sockets of connections are made for follows from the name that was looked up: IP is both. */
static const char *kind_of_socket(struct making *m, const struct sock *s, bool is_end)
{
	const char *family = s ? s->family : NULL, *type = s ? s->type : NULL, *kind;
	bool ip = text_equals(family, "AF_INET") || text_equals(family, "AF_INET6");
	struct buf b = {0};

	buf_printf(&b, "%s %s", is_end && ip ? "IP" : family ? family : "?", type ? type : "?");
	kind = word(m, b.bytes);
	buf_free(&b);
	return kind;
}

static const char *option_words(struct making *m, const struct event *e)
{
	struct buf b = {0};
	const char *text = event_arg_text(e, "optname"), *words;

	buf_printf(&b, "%s", text ? text : "?");
	text = event_arg_text(e, "optval");
	buf_printf(&b, " %s", text ? text : "?");
	words = word(m, b.bytes);
	buf_free(&b);
	return words;
}

static const char *failure(const struct making *m, const struct event *e)
{
	return event_failed(e) ? word(m, e->err) : NULL;
}

/* Calls that are a step of their own. */
static bool plain_act(struct making *m, const struct event *e, const struct sock *s, bool is_end, struct act *act)
{
	int64_t backlog;

	*act = (struct act){.number = -1, .err = failure(m, e)};
	switch (e->call) {
	case CALL_socket:
		act->verb = VERB_SOCKET;
		act->what = kind_of_socket(m, s, is_end);
		return true;
	case CALL_socketpair:
		act->verb = VERB_PAIR;
		act->what = kind_of_socket(m, s, false);
		return true;
	case CALL_setsockopt:
		act->verb = VERB_OPTION;
		act->what = option_words(m, e);
		return true;
	case CALL_bind:
		act->verb = VERB_BIND;
		act->what = word(m, is_end ? canon_place_of(e->addr) : canon_place_of_listener(e->addr));
		return true;
	case CALL_listen:
		act->verb = VERB_LISTEN;
		act->number = event_arg_int(e, "backlog", &backlog) ? backlog : -1;
		return true;
	case CALL_shutdown:
		act->verb = VERB_SHUTDOWN;
		act->what = word(m, event_arg_text(e, "how"));
		return true;
	case CALL_splice:
	case CALL_sendmmsg:
	case CALL_recvmmsg:
		act->verb = VERB_OTHER;
		act->call = e->call;
		return true;
	default:
		return false;
	}
}

/* What a call waits in that never returned: by what it does, not by its name. */
static enum call_id waiting_call(const struct event *e)
{
	if (event_is_accept(e))
		return CALL_accept;
	if (event_is_read(e))
		return CALL_recv;
	if (event_is_write(e))
		return CALL_send;
	return e->call;
}

static void add_verb(struct drafting *d, enum verb verb, const struct event *e)
{
	draft_add(d, (struct act){.verb = verb, .number = -1}, e);
}

static void add_failed_transfer(struct drafting *d, const struct event *e)
{
	struct act act = {.verb = event_is_read(e) ? VERB_RECV : VERB_SEND, .number = -1};

	act.err = word(d->m, e->err);
	draft_add(d, act, e);
}

static void add_strays(struct drafting *d, const struct sock *s, const struct process *p)
{
	const struct stray *strays = s ? strays_of(&d->m->strays, s) : NULL;

	for (size_t i = 0; strays && i < strays->events.count; i++) {
		const struct event *e = strays->events.items[i];

		if (e->proc == p)
			draft_add(d, (struct act){.verb = VERB_STRAY, .call = e->call, .number = -1}, e);
	}
}

/* Turns. A side's next turn begins with what it writes after it has read something. The other side may read what
 * was sent in one turn in one call or in many, before or after it answers the first of it: that is chance. */

static void find_turns(struct making *m, enum side side)
{
	const struct conn *c = m->conn->conn;
	bool has_read = false;
	uint32_t turn = 0;

	m->turns[side].count = 0;
	for (size_t i = 0; i <= c->ends[side].sent.count; i++)
		vec_push(&m->turns[side], 0);
	for (size_t i = 0; i < c->events.count; i++) {
		const struct event *e = c->events.items[i];

		if (e->side != side || e->kind != EVENT_CALL || e->ret <= 0)
			continue;
		if (event_is_read(e)) {
			has_read = true;
		} else if (event_is_write(e)) {
			turn += has_read;
			has_read = false;
			m->turns[side].items[e->transfer] = turn;
		}
	}
}

static void add_recv(struct drafting *d, const struct event *e)
{
	enum side from = other_side_of(e->side);
	struct transfers parts = {0};
	uint64_t known = 0;

	if (!d->records)
		parts = transfers_of(e);
	for (size_t i = 0; i < parts.count; i++) {
		const struct transfer *part = &parts.items[i];
		uint32_t turn = part->write ? d->m->turns[from].items[part->write->transfer] : UINT32_MAX;

		draft_recv(d, e, part->len, turn);
		known += part->len;
	}
	if (known < (uint64_t)e->ret || (d->records && e->ret == 0))
		draft_recv(d, e, (uint64_t)e->ret - known, UINT32_MAX);
}

/* Ends of connections */

struct end_row {
	struct drafting d;
	const struct conn *conn;
	const struct end *end;
	enum side side;
	const struct holding *held; /* by who uses it */
	bool told_connect, told_eof;
	const struct event *latest;
};

static const char *connect_failure(const struct making *m, const struct conn *c, const struct event *e)
{
	if (event_failed(e) && !text_equals(e->err, "EISCONN") && !text_equals(e->err, "EALREADY"))
		return word(m, e->err);
	if (c->outcome == CONN_REFUSED)
		return word(m, "ECONNREFUSED");
	if (c->outcome == CONN_FAILED)
		return word(m, "failed");
	return c->outcome == CONN_PENDING ? word(m, "never answered") : NULL;
}

static void tell_connect(struct end_row *r, const struct event *e)
{
	struct act act = {.verb = VERB_CONNECT, .number = -1};

	if (r->told_connect)
		return;
	r->told_connect = true;
	act.what = word(r->d.m, canon_place_of(e->addr));
	act.err = connect_failure(r->d.m, r->conn, e);
	draft_add(&r->d, act, e);
}

static void tell_transfer(struct end_row *r, const struct event *e)
{
	if ((call_table[e->call].kinds & 1ull << KIND_MSGFLAGS) && flow_is_aside(e))
		return;
	if (event_failed(e)) {
		add_failed_transfer(&r->d, e);
	} else if (e->err) {
		return; /* not yet */
	} else if (!r->conn->records && e->ret == 0) {
		if (!r->told_eof && event_is_eof(e))
			add_verb(&r->d, VERB_EOF, e);
		r->told_eof |= event_is_read(e);
	} else if (event_is_read(e)) {
		add_recv(&r->d, e);
	} else {
		draft_send(&r->d, e);
	}
}

static bool is_transfer(const struct event *e)
{
	return (event_is_read(e) || event_is_write(e)) && e->call != CALL_sendmmsg && e->call != CALL_recvmmsg;
}

static void tell_event(struct end_row *r, const struct event *e)
{
	struct act act;

	if (r->held && e == r->held->closed) {
		add_verb(&r->d, VERB_CLOSE, e);
		return;
	}
	if (e->kind != EVENT_CALL)
		return;
	if (e->call == CALL_connect)
		tell_connect(r, e);
	else if (event_is_accept(e) && e == r->end->made)
		add_verb(&r->d, VERB_ACCEPT, e);
	else if (is_transfer(e))
		tell_transfer(r, e);
	else if (plain_act(r->d.m, e, r->end->sock, true, &act))
		draft_add(&r->d, act, e);
}

/* Something stayed unread, whether or not its reader came to it. */
static void tell_unread(struct end_row *r)
{
	const struct end *other = &r->conn->ends[other_side_of(r->side)];

	if (other->unread && !r->conn->records && r->held && r->held->fate == FATE_CLOSED)
		add_verb(&r->d, VERB_UNREAD, r->held->closed);
}

static void tell_waiting(struct end_row *r)
{
	const struct event *e = r->end->waiting;

	if (e && !e->abandoned && e->proc == r->end->proc && e->proc->ending != END_RUNNING)
		draft_add(&r->d, (struct act){.verb = VERB_WAITS, .call = waiting_call(e), .number = -1}, e);
}

/* Where another process uses the end than made it: what the maker did with its own descriptor, and the child with the
 * listener's. */
static void tell_others(struct end_row *r)
{
	const struct fates *f = &r->d.m->fates;
	const struct process *maker = r->end->made ? r->end->made->proc : NULL;
	const struct holding *kept = fates_of(f, maker, r->end->sock), *listener;

	if (!maker || maker == r->end->proc || !r->held || !r->held->forked)
		return;
	if (kept && kept->fate == FATE_CLOSED)
		add_verb(&r->d, VERB_MAKER_CLOSE, kept->closed);
	listener = r->conn->listener ? fates_of(f, r->end->proc, r->conn->listener) : NULL;
	if (listener && listener->fate == FATE_CLOSED)
		add_verb(&r->d, VERB_LISTENER_CLOSE, listener->closed);
}

/* A process that was stopped had its chance if the connection was over and it went on to something else. */
static enum fate settled_fate(const struct end_row *r)
{
	const struct end *other = &r->conn->ends[other_side_of(r->side)];
	bool over = r->end->eof_seen || (other->sock && other->sock->gone);

	if (!r->held)
		return FATE_NONE;
	if (r->held->fate == FATE_UNKNOWN && over && r->latest && fates_went_on(&r->d.m->fates, r->latest))
		return FATE_LEFT;
	return r->held->fate;
}

static bool is_two_sided(const struct conn *c)
{
	return c->ends[SIDE_CLIENT].sock && c->ends[SIDE_SERVER].sock;
}

static uint16_t port_of(const struct conn *c, enum side side)
{
	return c->ends[side].addr ? c->ends[side].addr->port : 0;
}

static void begin_end(struct end_row *r, struct making *m, enum side side)
{
	const struct conn *c = m->conn->conn;

	*r = (struct end_row){.conn = c, .end = &c->ends[side], .side = side};
	drafts_begin(&r->d, m);
	r->d.records = c->records;
	r->d.counts_recv = !is_two_sided(c);
	for (enum side s = SIDE_CLIENT; s <= SIDE_SERVER; s++)
		r->d.ports[s] = port_of(c, s);
	r->held = fates_of(&m->fates, r->end->proc, r->end->sock);
	if (is_two_sided(c) && !c->records)
		find_turns(m, other_side_of(side));
}

void row_of_end(struct making *m, enum side side)
{
	const struct conn *c = m->conn->conn;
	struct end_row r;

	begin_end(&r, m, side);
	for (size_t i = 0; i < c->events.count; i++) {
		const struct event *e = c->events.items[i];

		if (e->side != side || e->abandoned)
			continue;
		tell_event(&r, e);
		if (e->proc == r.end->proc)
			r.latest = e;
	}
	if (side == SIDE_SERVER && c->outcome == CONN_NOT_ACCEPTED)
		add_verb(&r.d, VERB_NOT_ACCEPTED, NULL);
	tell_unread(&r);
	tell_waiting(&r);
	tell_others(&r);
	add_strays(&r.d, r.end->sock, r.end->proc);
	m->conn->ends[side] = drafts_end(&r.d);
	m->conn->ends[side].proc = r.end->proc;
	m->conn->ends[side].fate = settled_fate(&r);
}

/* Sockets that are no end of a connection */

static void tell_of_socket(struct drafting *d, const struct sock *s, const struct event *e, const struct holding *held)
{
	struct act act;

	if (held && e == held->closed)
		add_verb(d, VERB_CLOSE, e);
	else if (e->kind != EVENT_CALL || (e->conn && e->side != SIDE_NONE && s->listener))
		return;
	else if (event_is_accept(e) && event_failed(e))
		draft_add(d, (struct act){.verb = VERB_ACCEPT, .number = -1, .err = word(d->m, e->err)}, e);
	else if (is_transfer(e) && event_failed(e))
		add_failed_transfer(d, e);
	else if (is_transfer(e) && !e->err && !e->conn && event_is_read(e))
		draft_recv(d, e, (uint64_t)e->ret, UINT32_MAX);
	else if (is_transfer(e) && !e->err && !e->conn)
		draft_send(d, e);
	else if (plain_act(d->m, e, s, false, &act))
		draft_add(d, act, e);
}

struct canon_row row_of_socket(struct making *m, const struct sock *s, const struct process *owner)
{
	const struct holding *held = fates_of(&m->fates, owner, s);
	struct drafting d;
	struct canon_row row;

	drafts_begin(&d, m);
	d.records = true;
	d.counts_recv = true;
	d.ports[0] = s->local ? s->local->port : 0;
	for (size_t i = 0; i < s->events.count; i++)
		if (!s->events.items[i]->abandoned)
			tell_of_socket(&d, s, s->events.items[i], held);
	add_strays(&d, s, owner);
	row = drafts_end(&d);
	row.proc = owner;
	row.fate = held ? held->fate : FATE_NONE;
	return row;
}
