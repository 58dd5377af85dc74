/* transfers: which bytes became which, in which rounds, and what was reset. */
#include "tests/unit/lib/unit.h"

#define SERVER_START PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
#define CLIENT_START PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)
#define FAILED(t, dt, tid, call, fd, sock, err)                                                                        \
	CALL(t, dt, tid, call, "'fd':" #fd ",'sock':" #sock ",'args':{'count':9},'ret':-1,'err':'" err "'")

static const struct conn *load(const char *server, const char *client)
{
	unit_write("1.s.jsonl", server);
	unit_write("2.c.jsonl", client);
	return unit_load()->conns.items[0];
}

static void assert_transfer(const struct transfer *t, const struct event *write, const struct event *read, uint64_t at,
			    uint32_t len)
{
	assert_ptr_equal(t->write, write);
	assert_ptr_equal(t->read, read);
	assert_int_equal(t->at, at);
	assert_int_equal(t->len, len);
}

static void three_writes_become_two_reads(void **state)
{
	struct transfers t;
	struct trace *trace;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START READ(180, 1, 1, 4, 11, 4) READ(210, 1, 1, 4, 11, 5));
	unit_write("2.c.jsonl",
		   CLIENT_START WRITE(150, 1, 2, 3, 21, 2) WRITE(160, 1, 2, 3, 21, 3) WRITE(170, 1, 2, 3, 21, 4));
	trace = unit_load();
#define READ_OF(i)  unit_call(trace, CALL_read, i)
#define WRITE_OF(i) unit_call(trace, CALL_write, i)
	t = transfers_of(READ_OF(0));
	assert_int_equal(t.count, 2);
	assert_transfer(&t.items[0], WRITE_OF(0), READ_OF(0), 0, 2);
	assert_transfer(&t.items[1], WRITE_OF(1), READ_OF(0), 2, 2);
	t = transfers_of(READ_OF(1));
	assert_int_equal(t.count, 2);
	assert_transfer(&t.items[0], WRITE_OF(1), READ_OF(1), 4, 1);
	assert_transfer(&t.items[1], WRITE_OF(2), READ_OF(1), 5, 4);
	t = transfers_of(WRITE_OF(1));
	assert_int_equal(t.count, 2);
	assert_transfer(&t.items[1], WRITE_OF(1), READ_OF(1), 4, 1);
	assert_int_equal(transfers_of(unit_call(trace, CALL_connect, 0)).count, 0);
	assert_int_equal(trace->conns.items[0]->ends[SIDE_CLIENT].followed, 9);
}

static void what_nobody_read_is_counted(void **state)
{
	const struct end *client;

	(void)state;
	client = &load(SERVER_START READ(180, 1, 1, 4, 11, 4) CLOSE(300, 1, 4, 11, 0),
		       CLIENT_START WRITE(150, 1, 2, 3, 21, 6) WRITE(160, 1, 2, 3, 21, 3))
			  ->ends[SIDE_CLIENT];
	assert_int_equal(client->sent.count, 3);
	assert_null(client->sent.items[1].read);
	assert_int_equal(client->sent.items[1].len, 2);
	assert_int_equal(client->unread, 5);
}

/* A million bytes fill the peer's room: what it read of them is known though the write never returned. */
static void a_write_that_never_returned_wrote_what_was_read(void **state)
{
	const struct end *client;

	(void)state;
	client = &load(SERVER_START READ(180, 1, 1, 4, 11, 4) READ(190, 1, 1, 4, 11, 7),
		       CLIENT_START WRITE(150, 1, 2, 3, 21, 4)
			       PENDING(160, 2, write, "'fd':3,'sock':21,'args':{'count':1000000},'data':'x'"))
			  ->ends[SIDE_CLIENT];
	assert_int_equal(client->sent.count, 2);
	assert_int_equal(client->sent.items[1].write->kind, EVENT_PENDING);
	assert_int_equal(client->sent.items[1].len, 7);
	assert_ptr_equal(client->waiting, client->sent.items[1].write);
}

static void nothing_is_known_behind_what_was_not_seen(void **state)
{
	const struct conn *c;

	(void)state;
	c = load(SERVER_START READ(145, 1, 1, 4, 11, 4) READ(190, 1, 1, 4, 11, 7),
		 CLIENT_START WRITE(150, 1, 2, 3, 21, 4) WRITE(160, 1, 2, 3, 21, 7));
	assert_int_equal(c->ends[SIDE_CLIENT].sent.count, 0);
	assert_int_equal(c->ends[SIDE_CLIENT].followed, 0);
	assert_int_equal(c->ends[SIDE_CLIENT].unread, 0);
}

static void rounds_say_where_the_time_went(void **state)
{
	struct exchange_times times;
	const struct conn *c;

	(void)state;
	c = load(SERVER_START READ(110, 5, 1, 4, 11, 6) WRITE(135, 5, 1, 4, 11, 3) READ(145, 30, 1, 4, 11, 2)
			 WRITE(180, 2, 1, 4, 11, 1),
		 CLIENT_START WRITE(70, 5, 2, 3, 21, 6) READ(80, 65, 2, 3, 21, 3) WRITE(160, 2, 2, 3, 21, 2)
			 READ(165, 30, 2, 3, 21, 1));
	assert_int_equal(c->exchanges.count, 2);
	times = exchange_times(c, &c->exchanges.items[0]);
	assert_int_equal(times.backlog_ns, 100 - 70); /* written before accept returned */
	assert_int_equal(times.unread_ns, 110 - 100);
	assert_int_equal(times.flight_ns, 0);
	assert_int_equal(times.served_ns, 135 - 115);
	assert_int_equal(times.back_ns, 145 - 135);
	times = exchange_times(c, &c->exchanges.items[1]);
	assert_int_equal(times.backlog_ns, 0);
	assert_int_equal(times.flight_ns, 175 - 160); /* the server was waiting */
	assert_int_equal(times.unread_ns, 0);
	assert_int_equal(c->exchanges.items[1].request_bytes, 2);
	assert_int_equal(c->exchanges.items[1].answer_bytes, 1);
}

static void a_greeting_answers_nothing(void **state)
{
	const struct exchange *first;
	const struct conn *c;

	(void)state;
	c = load(SERVER_START WRITE(110, 1, 1, 4, 11, 5) READ(120, 60, 1, 4, 11, 4) WRITE(190, 1, 1, 4, 11, 2),
		 CLIENT_START READ(70, 50, 2, 3, 21, 5) WRITE(170, 1, 2, 3, 21, 4) READ(180, 20, 2, 3, 21, 2));
	assert_int_equal(c->exchanges.count, 2);
	first = &c->exchanges.items[0];
	assert_null(first->asked);
	assert_non_null(first->answered);
	assert_int_equal(first->answer_bytes, 5);
	assert_int_equal(c->exchanges.items[1].request_bytes, 4);
}

static void bytes_left_unread_reset(void **state)
{
	const struct conn *c;

	(void)state;
	c = load(SERVER_START CLOSE(200, 1, 4, 11, 0),
		 CLIENT_START WRITE(150, 1, 2, 3, 21, 6) FAILED(300, 1, 2, read, 3, 21, "ECONNRESET"));
	assert_non_null(c->reset);
	assert_int_equal(c->reset->why, RESET_UNREAD);
	assert_int_equal(c->reset->by, SIDE_SERVER);
	assert_int_equal(c->reset->unread, 6);
	assert_int_equal(c->reset->cause->t_ns, 200);
	assert_int_equal(c->reset->seen->t_ns, 300);
	assert_int_equal(sock_state_at(c->ends[SIDE_CLIENT].sock, 299), STATE_CONNECTED);
	assert_int_equal(sock_state_at(c->ends[SIDE_CLIENT].sock, 301), STATE_CLOSED);
}

/* A server that reads with stdio: its reads are not in the trace, so nobody can say that it left something unread. */
static void what_may_have_been_read_unseen_does_not_reset(void **state)
{
	(void)state;
	assert_null(load(SERVER_START CLOSE(200, 1, 4, 11, 0),
			 CLIENT_START WRITE(150, 1, 2, 3, 21, 6) CLOSE(300, 2, 3, 21, 0))
			    ->reset);
}

static void who_writes_after_the_end_is_reset(void **state)
{
	const struct conn *c;

	(void)state;
	c = load(SERVER_START CLOSE(140, 1, 4, 11, 0),
		 CLIENT_START WRITE(150, 1, 2, 3, 21, 6) FAILED(300, 1, 2, write, 3, 21, "EPIPE"));
	assert_non_null(c->reset);
	assert_int_equal(c->reset->why, RESET_WRITE_AFTER);
	assert_int_equal(c->reset->cause->t_ns, 150);
	assert_int_equal(c->reset->seen->t_ns, 300);
}

/* When it was nobody knows; what the client was told tells how. */
static void a_killed_server_resets_by_what_it_left_unread(void **state)
{
	const struct conn *c;

	(void)state;
	c = load(SERVER_START, CLIENT_START WRITE(150, 1, 2, 3, 21, 6) WRITE(160, 1, 2, 3, 21, 6)
				       FAILED(300, 1, 2, write, 3, 21, "ECONNRESET"));
	assert_int_equal(c->reset->why, RESET_UNREAD);
	assert_int_equal(c->reset->by, SIDE_SERVER);
	assert_int_equal(c->reset->unread, 12);
	assert_null(c->reset->cause);
	c = load(SERVER_START READ(155, 1, 1, 4, 11, 6), CLIENT_START WRITE(150, 1, 2, 3, 21, 6) WRITE(160, 1, 2, 3, 21, 6)
								 FAILED(300, 1, 2, read, 3, 21, "ECONNRESET"));
	assert_int_equal(c->reset->why, RESET_UNREAD);
	assert_int_equal(c->reset->unread, 6);
	c = load(SERVER_START READ(155, 1, 1, 4, 11, 6),
		 CLIENT_START WRITE(150, 1, 2, 3, 21, 6) FAILED(300, 1, 2, read, 3, 21, "ECONNRESET"));
	assert_int_equal(c->reset->why, RESET_SEEN);
}

static void or_by_what_came_when_it_was_dead(void **state)
{
	const struct conn *c;

	(void)state;
	c = load(SERVER_START READ(155, 1, 1, 4, 11, 6), CLIENT_START WRITE(150, 1, 2, 3, 21, 6) WRITE(200, 1, 2, 3, 21, 1)
								 FAILED(300, 1, 2, write, 3, 21, "EPIPE"));
	assert_int_equal(c->reset->why, RESET_WRITE_AFTER);
	assert_int_equal(c->reset->cause->t_ns, 200);
	c = load(SERVER_START READ(155, 1, 1, 4, 11, 6),
		 CLIENT_START WRITE(150, 1, 2, 3, 21, 6) WRITE(200, 1, 2, 3, 21, 1) WRITE(210, 1, 2, 3, 21, 1)
			 FAILED(300, 1, 2, write, 3, 21, "EPIPE"));
	assert_int_equal(c->reset->why, RESET_SEEN);
}

static void a_clean_end_is_no_reset(void **state)
{
	(void)state;
	assert_null(load(SERVER_START READ(180, 1, 1, 4, 11, 6) READ(190, 20, 1, 4, 11, 0) CLOSE(220, 1, 4, 11, 0),
			 CLIENT_START WRITE(150, 1, 2, 3, 21, 6) CLOSE(200, 2, 3, 21, 0))
			    ->reset);
}

/* After its own shutdown a write fails by itself. */
static void its_own_shutdown_is_no_reset(void **state)
{
	(void)state;
	assert_null(load(SERVER_START READ(180, 20, 1, 4, 11, 0),
			 CLIENT_START CALL(150, 1, 2, shutdown, "'fd':3,'sock':21,'args':{'how':'SHUT_WR'},'ret':0")
				 FAILED(160, 1, 2, write, 3, 21, "EPIPE"))
			    ->reset);
}

static void a_peer_that_is_not_traced_may_reset(void **state)
{
	const struct conn *c;

	(void)state;
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 6) FAILED(300, 1, 2, read, 3, 21, "ECONNRESET"));
	c = unit_load()->conns.items[0];
	assert_int_equal(c->reset->why, RESET_SEEN);
	assert_int_equal(c->reset->by, SIDE_SERVER);
	assert_null(c->reset->cause);
	assert_int_equal(c->one_sided, ONE_NOT_TRACED);
	assert_int_equal(c->ends[SIDE_CLIENT].sent.count, 0);
}

static void why_one_side_is_missing(void **state)
{
	const struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) PENDING(900, 1, read, "'fd':9,'args':{}"));
	unit_write(
		"2.c.jsonl",
		CLIENT_START SOCKET(60, 2, 4, 22) CALL(
			61, 1, 2, connect,
			"'fd':4,'sock':22,'args':{'addr':" V4("10.9.9.9", 80, "00500a090909") "},'ret':0,'local':" V4(
				"10.0.0.2", 50000, "c3500a000002") ",'peer':" V4("10.9.9.9", 80, "00500a090909"))
			SOCKET(70, 2, 5, 23) FAILED(71, 1, 2, connect, 5, 23, "ECONNREFUSED"));
	t = unit_load();
	assert_int_equal(t->conns.items[0]->one_sided, ONE_NOT_ACCEPTED);
	assert_int_equal(t->conns.items[1]->one_sided, ONE_OTHER_HOST);
	assert_int_equal(t->conns.items[2]->one_sided, ONE_NOT_REACHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(three_writes_become_two_reads),
		UNIT(what_nobody_read_is_counted),
		UNIT(a_write_that_never_returned_wrote_what_was_read),
		UNIT(nothing_is_known_behind_what_was_not_seen),
		UNIT(rounds_say_where_the_time_went),
		UNIT(a_greeting_answers_nothing),
		UNIT(bytes_left_unread_reset),
		UNIT(what_may_have_been_read_unseen_does_not_reset),
		UNIT(who_writes_after_the_end_is_reset),
		UNIT(a_killed_server_resets_by_what_it_left_unread),
		UNIT(or_by_what_came_when_it_was_dead),
		UNIT(a_clean_end_is_no_reset),
		UNIT(its_own_shutdown_is_no_reset),
		UNIT(a_peer_that_is_not_traced_may_reset),
		UNIT(why_one_side_is_missing),
	};

	return UNIT_MAIN(tests);
}
