/* flow: bytes, causes and phases of a connection. */
#include "tests/unit/lib/unit.h"

#define SERVER_START PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
#define CLIENT_START PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)

static struct event *read_of(struct trace *t, size_t count)
{
	return unit_call(t, CALL_read, count);
}

static struct event *write_of(struct trace *t, size_t count)
{
	return unit_call(t, CALL_write, count);
}

static void bytes_are_counted_at_both_ends(void **state)
{
	const struct conn *c;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START READ(110, 50, 1, 4, 11, 6) WRITE(170, 1, 1, 4, 11, 4));
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 6) READ(160, 30, 2, 3, 21, 4));
	c = unit_load()->conns.items[0];
	assert_int_equal(c->ends[SIDE_CLIENT].written, 6);
	assert_int_equal(c->ends[SIDE_CLIENT].read, 4);
	assert_int_equal(c->ends[SIDE_SERVER].written, 4);
	assert_int_equal(c->ends[SIDE_SERVER].read, 6);
	assert_int_equal(c->ends[SIDE_SERVER].reads, 1);
	assert_int_equal(c->begun_ns, 50);
	assert_int_equal(c->ended_ns, 190);
}

static void one_write_is_read_in_parts(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   SERVER_START READ(160, 1, 1, 4, 11, 4) READ(170, 1, 1, 4, 11, 4) READ(210, 1, 1, 4, 11, 4));
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 10) WRITE(200, 1, 2, 3, 21, 2));
	t = unit_load();
	assert_ptr_equal(read_of(t, 0)->cause, write_of(t, 0));
	assert_ptr_equal(read_of(t, 1)->cause, write_of(t, 0));
	assert_ptr_equal(read_of(t, 2)->cause, write_of(t, 0)); /* its first byte is the ninth of ten */
}

static void several_writes_are_read_at_once(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START READ(180, 1, 1, 4, 11, 5) READ(210, 1, 1, 4, 11, 2));
	unit_write("2.c.jsonl",
		   CLIENT_START WRITE(150, 1, 2, 3, 21, 2) WRITE(160, 1, 2, 3, 21, 3) WRITE(200, 1, 2, 3, 21, 2));
	t = unit_load();
	assert_ptr_equal(read_of(t, 0)->cause, write_of(t, 0));
	assert_ptr_equal(read_of(t, 1)->cause, write_of(t, 2));
}

static void peeking_takes_nothing(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   SERVER_START CALL(160, 1, 1, recv, "'fd':4,'sock':11,'args':{'len':9,'flags':['MSG_PEEK']},'ret':2")
			   READ(170, 1, 1, 4, 11, 2));
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 2));
	t = unit_load();
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].read, 2);
	assert_ptr_equal(read_of(t, 0)->cause, write_of(t, 0));
	assert_null(unit_call(t, CALL_recv, 0)->cause);
}

/* A stdio flush that was not seen: a read before any write that could be its cause has none, nor have those behind
 * it. */
static void what_cannot_be_is_not_claimed(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START READ(120, 1, 1, 4, 11, 2) READ(170, 1, 1, 4, 11, 2));
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 2));
	t = unit_load();
	assert_null(read_of(t, 0)->cause);
	assert_null(read_of(t, 1)->cause);
}

static void records_keep_their_order(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p.jsonl",
		   PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, socketpair,
						 "'args':{'domain':'AF_UNIX','type':'SOCK_SEQPACKET','protocol':0},'"
						 "ret':0,'newfds':[3,4],'newsocks':[31,32]") WRITE(10, 1, 1, 3, 31, 9)
			   WRITE(12, 1, 1, 3, 31, 9) READ(20, 1, 1, 4, 32, 2) READ(22, 1, 1, 4, 32, 9));
	t = unit_load();
	assert_ptr_equal(read_of(t, 0)->cause, write_of(t, 0));
	assert_ptr_equal(read_of(t, 1)->cause, write_of(t, 1)); /* the rest of the first was cut off */
}

static void an_empty_record_is_no_end(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p.jsonl",
		   PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, socketpair,
						 "'args':{'domain':'AF_UNIX','type':'SOCK_SEQPACKET','protocol':0},'"
						 "ret':0,'newfds':[3,4],'newsocks':[31,32]") WRITE(10, 1, 1, 3, 31, 0)
			   READ(20, 1, 1, 4, 32, 0) CLOSE(30, 1, 3, 31, 0) READ(40, 1, 1, 4, 32, 0));
	t = unit_load();
	assert_false(event_is_eof(read_of(t, 0)));
	assert_ptr_equal(read_of(t, 0)->cause, write_of(t, 0));
	assert_ptr_equal(t->conns.items[0]->ends[SIDE_SERVER].eof_seen, read_of(t, 1));
	assert_int_equal(read_of(t, 1)->cause->t_ns, 30);
}

static void the_lessons_phases(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, getaddrinfo, "'args':{'node':null,'service':'8080'},'ret':0")
			   LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4) READ(110, 50, 1, 4, 11, 6)
				   WRITE(165, 1, 1, 4, 11, 6) READ(170, 40, 1, 4, 11, 0) CLOSE(220, 1, 4, 11, 0)
					   PENDING(230, 1, accept, "'fd':3,'sock':1,'args':{}"));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") CALL(35, 1, 2, getaddrinfo,
						  "'args':{'node':'localhost','service':'8080'},'ret':0")
			   SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4) WRITE(150, 1, 2, 3, 21, 6)
				   READ(160, 30, 2, 3, 21, 6) CLOSE(200, 2, 3, 21, 0));
	t = unit_load();
	assert_int_equal(unit_call(t, CALL_getaddrinfo, 0)->phase, PHASE_START_SERVER);
	assert_int_equal(unit_call(t, CALL_socket, 0)->phase, PHASE_START_SERVER);
	assert_int_equal(unit_call(t, CALL_bind, 0)->phase, PHASE_START_SERVER);
	assert_int_equal(unit_call(t, CALL_listen, 0)->phase, PHASE_START_SERVER);
	assert_int_equal(unit_call(t, CALL_accept, 0)->phase, PHASE_START_CLIENT);
	assert_int_equal(unit_call(t, CALL_accept, 0)->side, SIDE_SERVER);
	assert_int_equal(unit_call(t, CALL_accept, 1)->phase, PHASE_START_SERVER);
	assert_int_equal(unit_call(t, CALL_getaddrinfo, 1)->phase, PHASE_START_CLIENT);
	assert_ptr_equal(unit_call(t, CALL_getaddrinfo, 1)->conn, t->conns.items[0]);
	assert_int_equal(unit_call(t, CALL_socket, 1)->phase, PHASE_START_CLIENT);
	assert_int_equal(unit_call(t, CALL_connect, 0)->phase, PHASE_START_CLIENT);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(write_of(t, i)->phase, PHASE_EXCHANGE);
		assert_int_equal(read_of(t, i)->phase, PHASE_EXCHANGE);
	}
	assert_int_equal(unit_call(t, CALL_close, 0)->phase, PHASE_DISCONNECT);
	assert_int_equal(unit_call(t, CALL_close, 0)->side, SIDE_CLIENT);
	assert_int_equal(read_of(t, 2)->phase, PHASE_DISCONNECT); /* though it began before the close */
	assert_ptr_equal(read_of(t, 2)->cause, unit_call(t, CALL_close, 0));
	assert_int_equal(unit_call(t, CALL_close, 1)->phase, PHASE_DROP);
	assert_int_equal(t->conns.items[0]->outcome, CONN_CLOSED);
}

static void the_server_may_hang_up_first(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START WRITE(150, 1, 1, 4, 11, 3) CLOSE(160, 1, 4, 11, 0));
	unit_write("2.c.jsonl",
		   CLIENT_START READ(140, 12, 2, 3, 21, 3) READ(155, 10, 2, 3, 21, 0) CLOSE(200, 2, 3, 21, 0));
	t = unit_load();
	assert_int_equal(read_of(t, 0)->phase, PHASE_EXCHANGE);
	assert_int_equal(unit_call(t, CALL_close, 0)->phase, PHASE_DISCONNECT);
	assert_int_equal(read_of(t, 1)->phase, PHASE_DISCONNECT);
	assert_int_equal(unit_call(t, CALL_close, 1)->phase, PHASE_DROP);
}

static void half_a_shutdown_is_an_end_of_file(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   SERVER_START READ(180, 1, 1, 4, 11, 0) WRITE(190, 1, 1, 4, 11, 3) CLOSE(220, 1, 4, 11, 0));
	unit_write("2.c.jsonl",
		   CLIENT_START CALL(150, 1, 2, shutdown, "'fd':3,'sock':21,'args':{'how':'SHUT_RD'},'ret':0")
			   CALL(160, 1, 2, shutdown, "'fd':3,'sock':21,'args':{'how':'SHUT_WR'},'ret':0")
				   READ(195, 1, 2, 3, 21, 3) READ(215, 20, 2, 3, 21, 0) CLOSE(250, 2, 3, 21, 0));
	t = unit_load();
	c = t->conns.items[0];
	assert_ptr_equal(c->ends[SIDE_CLIENT].eof_sent, unit_call(t, CALL_shutdown, 1));
	assert_ptr_equal(read_of(t, 0)->cause, unit_call(t, CALL_shutdown, 1));
	assert_int_equal(unit_call(t, CALL_shutdown, 0)->phase, PHASE_EXCHANGE);
	assert_int_equal(unit_call(t, CALL_shutdown, 1)->phase, PHASE_DISCONNECT);
	assert_ptr_equal(read_of(t, 1)->cause, write_of(t, 0));
	assert_ptr_equal(c->ends[SIDE_SERVER].eof_sent, unit_call(t, CALL_close, 0));
}

/* A killed process closes nothing itself: its last line stands for the end. */
static void a_killed_client_ends_the_connection(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START READ(110, 90, 1, 4, 11, 0) CLOSE(220, 1, 4, 11, 0));
	unit_write("2.c.jsonl", CLIENT_START PENDING(150, 2, read, "'fd':3,'sock':21,'args':{'count':9}"));
	t = unit_load();
	assert_int_equal(t->conns.items[0]->ends[SIDE_CLIENT].eof_sent->kind, EVENT_PENDING);
	assert_int_equal(t->conns.items[0]->outcome, CONN_CLOSED);
	assert_ptr_equal(read_of(t, 0)->cause, t->conns.items[0]->ends[SIDE_CLIENT].eof_sent);
}

/* When it let go nobody knows: its last call came before. */
static void when_a_killed_process_sent_an_end_is_not_known(void **state)
{
	static const struct {
		const char *client;
		bool is_dated;
	} cases[] = {
		{CLIENT_START PENDING(150, 2, read, "'fd':3,'sock':21,'args':{'count':9}"), false},
		{CLIENT_START WRITE(150, 1, 2, 3, 21, 3), false},
		{CLIENT_START CALL(150, 1, 2, shutdown, "'fd':3,'sock':21,'args':{'how':'SHUT_WR'},'ret':0"), true},
		{CLIENT_START CLOSE(150, 2, 3, 21, 0), true},
		{CLIENT_START EXIT(150, 2, 0), true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct event *end;
		struct trace *t;

		unit_write("1.s.jsonl", SERVER_START READ(210, 1, 1, 4, 11, 3) READ(220, 1, 1, 4, 11, 0));
		unit_write("2.c.jsonl", cases[i].client);
		t = unit_load();
		end = t->conns.items[0]->ends[SIDE_SERVER].eof_seen;
		assert_non_null(end->cause);
		assert_int_equal(conn_cause_is_dated(end), cases[i].is_dated);
		assert_int_equal(conn_ended_ns(t->conns.items[0], SIDE_CLIENT), cases[i].is_dated ? 150 : 221);
	}
}

/* Behind its own shutdown a read finds an end, though who is killed later went on writing. */
static void an_end_of_its_own_making_dates_nothing(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   SERVER_START CALL(150, 1, 1, shutdown, "'fd':4,'sock':11,'args':{'how':'SHUT_RDWR'},'ret':0")
			   READ(160, 1, 1, 4, 11, 0) CLOSE(900, 1, 4, 11, 0));
	unit_write("2.c.jsonl", CLIENT_START WRITE(110, 1, 2, 3, 21, 3));
	t = unit_load();
	assert_null(read_of(t, 0)->cause);
	assert_int_equal(conn_ended_ns(t->conns.items[0], SIDE_CLIENT), UINT64_MAX);
}

static void a_read_of_no_room_is_no_end_of_file(void **state)
{
	(void)state;
	unit_write("1.s.jsonl", SERVER_START CALL(150, 1, 1, read, "'fd':4,'sock':11,'args':{'count':0},'ret':0"));
	assert_null(unit_load()->conns.items[0]->ends[SIDE_SERVER].eof_seen);
}

static void a_proxy_is_both(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   SERVER_START SOCKET(150, 1, 5, 12) CALL(160, 1, 1, connect,
							   "'fd':5,'sock':12,'args':{'addr':" CLIENT4B
							   "},'ret':0,'local':" SERVER4 ",'peer':" CLIENT4B));
	unit_write("2.c.jsonl", CLIENT_START);
	t = unit_load();
	assert_int_equal(t->procs.items[0]->role, ROLE_PROXY);
	assert_int_equal(t->procs.items[1]->role, ROLE_CLIENT);
}

static void a_process_that_serves_itself_is_client_and_server(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START SOCKET(40, 9, 5, 21) CONNECT(50, 10, 9, 5, 21, CLIENT4, SERVER4));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_int_equal(t->procs.items[0]->role, ROLE_BOTH);
}

#define SERVED_AFTER(dt) PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(200, dt, 1, 4, 11, SERVER4, CLIENT4)
#define GOES_ON(err)                                                                                                   \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CALL(50, 10, 2, connect,                                                                                       \
	     "'fd':3,'sock':21,'args':{'addr':" SERVER4 ",'addrlen':16},'ret':-1,'err':'" err "','local':" CLIENT4)

/* The queue was full until an accept made room. The next waited for the connection, if it took long. */
static void a_connect_that_goes_on_is_not_queued_while_accept_waits(void **state)
{
	static const struct {
		const char *server, *client;
		uint64_t queued_ns;
	} cases[] = {
		{SERVED_AFTER(7), GOES_ON("EINTR"), 140},
		{SERVED_AFTER(300000000), GOES_ON("EINTR"), 0},
		{SERVED_AFTER(300000000), GOES_ON("EINPROGRESS"), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trace *t;

		unit_write("1.s.jsonl", cases[i].server);
		unit_write("2.c.jsonl", cases[i].client);
		t = unit_load();
		assert_int_equal(t->conns.count, 1);
		assert_int_equal(t->conns.items[0]->queued_ns, cases[i].queued_ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(bytes_are_counted_at_both_ends),
		UNIT(one_write_is_read_in_parts),
		UNIT(several_writes_are_read_at_once),
		UNIT(peeking_takes_nothing),
		UNIT(what_cannot_be_is_not_claimed),
		UNIT(records_keep_their_order),
		UNIT(an_empty_record_is_no_end),
		UNIT(the_lessons_phases),
		UNIT(the_server_may_hang_up_first),
		UNIT(half_a_shutdown_is_an_end_of_file),
		UNIT(a_killed_client_ends_the_connection),
		UNIT(when_a_killed_process_sent_an_end_is_not_known),
		UNIT(an_end_of_its_own_making_dates_nothing),
		UNIT(a_read_of_no_room_is_no_end_of_file),
		UNIT(a_proxy_is_both),
		UNIT(a_process_that_serves_itself_is_client_and_server),
		UNIT(a_connect_that_goes_on_is_not_queued_while_accept_waits),
	};

	return UNIT_MAIN(tests);
}
