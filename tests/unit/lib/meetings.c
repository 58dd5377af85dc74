/* meetings.c: see meetings.h. */
#include "tests/unit/lib/meetings.h"

struct trace *meetings_play(const char *server, const char *client)
{
	unit_write("1.s.jsonl", server);
	unit_write("2.c.jsonl", client);
	return unit_load();
}

const struct conn *meetings_conn(const struct trace *t, enum side side, uint64_t sock)
{
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];

		if (c->ends[side].sock && c->ends[side].sock->cookie == sock)
			return c;
	}
	fail_msg("no connection of socket %d", (int)sock);
	return NULL;
}

void assert_pair(const struct trace *t, uint64_t client, uint64_t server)
{
	const struct conn *c = meetings_conn(t, SIDE_CLIENT, client);

	assert_ptr_equal(c, meetings_conn(t, SIDE_SERVER, server));
	assert_ptr_equal(c->ends[SIDE_SERVER].made->conn, c);
	assert_ptr_equal(c->ends[SIDE_SERVER].made->cause, c->ends[SIDE_CLIENT].made);
	assert_int_equal(c->one_sided, BOTH_SIDES);
	assert_false(c->undecided);
}

void assert_open(const struct trace *t, enum side side, uint64_t sock)
{
	const struct conn *c = meetings_conn(t, side, sock);

	assert_int_equal(c->one_sided, ONE_NOT_KNOWN);
	assert_true(c->outcome == CONN_OPEN || c->outcome == CONN_CLOSED);
	assert_null(c->reset);
	assert_null(c->ends[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT].sock);
}

void assert_stranger(const struct trace *t, uint64_t server)
{
	assert_int_equal(meetings_conn(t, SIDE_SERVER, server)->one_sided, ONE_NOT_TRACED);
}
