/* datagrams: who sent which message to whom, without connections. */
#include "tests/unit/lib/post.h"

#define UDP_SERVER PROCESS(1, 1, 0, "exec") UDP(5, 1, 3, 1)
#define LAN_SERVER V4("10.0.0.1", 8080, "1f900a000001")
#define LAN_CLIENT V4("10.0.0.2", 50000, "c3500a000002")

static struct event *sent(struct trace *t, size_t i)
{
	return unit_call(t, CALL_sendto, i);
}

static struct event *received(struct trace *t, size_t i)
{
	return unit_call(t, CALL_recvfrom, i);
}

/* The kernel chose the client's port: only the server's recvfrom tells it. */
static void a_request_and_its_answer(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(20, 40, 1, 3, 1, 3, CLIENT4, "ask")
					SENDTO(70, 1, 3, 1, 6, CLIENT4, "answer") CLOSE(90, 1, 3, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask")
					RECVFROM(55, 30, 2, 3, 21, 6, SERVER4, "answer") CLOSE(95, 2, 3, 21, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	c = t->conns.items[0];
	assert_int_equal(c->kind, CONN_DATAGRAM);
	assert_int_equal(c->one_sided, BOTH_SIDES);
	assert_int_equal(c->ends[SIDE_CLIENT].sock->cookie, 21);
	assert_int_equal(c->ends[SIDE_SERVER].sock->cookie, 1);
	assert_int_equal(c->ends[SIDE_CLIENT].addr->port, 50000);
	assert_int_equal(c->ends[SIDE_SERVER].addr->port, 8080);
	assert_ptr_equal(received(t, 0)->cause, sent(t, 0));
	assert_ptr_equal(received(t, 1)->cause, sent(t, 1));
	assert_int_equal(c->ends[SIDE_CLIENT].written, 3);
	assert_int_equal(c->ends[SIDE_CLIENT].read, 6);
	assert_null(c->ends[SIDE_CLIENT].eof_sent);
	assert_int_equal(c->outcome, CONN_CLOSED);
	assert_int_equal(c->exchanges.count, 1);
	assert_ptr_equal(c->exchanges.items[0].asked, sent(t, 0));
	assert_ptr_equal(c->exchanges.items[0].taken, received(t, 0));
	assert_ptr_equal(c->exchanges.items[0].answered, sent(t, 1));
	assert_ptr_equal(c->exchanges.items[0].got, received(t, 1));
	assert_int_equal(t->procs.items[0]->role, ROLE_SERVER);
	assert_int_equal(t->procs.items[1]->role, ROLE_CLIENT);
	assert_int_equal(unit_call(t, CALL_bind, 0)->phase, PHASE_START_SERVER);
}

static void each_client_of_a_server_is_a_connection(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   UDP_SERVER BIND(6, 1, 3, 1, ANY4) RECVFROM(20, 40, 1, 3, 1, 3, CLIENT4, "one")
			   RECVFROM(61, 9, 1, 3, 1, 3, CLIENT4B, "two") SENDTO(72, 1, 3, 1, 3, CLIENT4B, "TWO")
				   SENDTO(74, 1, 3, 1, 3, CLIENT4, "ONE"));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) UDP(32, 2, 4, 22) SENDTO(50, 2, 3, 21, 3, SERVER4, "one")
			   SENDTO(52, 2, 4, 22, 3, SERVER4, "two") RECVFROM(80, 2, 2, 3, 21, 3, SERVER4, "ONE")
				   RECVFROM(83, 2, 2, 4, 22, 3, SERVER4, "TWO"));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct conn *c = t->conns.items[i];

		assert_int_equal(c->ends[SIDE_CLIENT].sock->cookie, 21 + i);
		assert_int_equal(c->ends[SIDE_SERVER].sock->cookie, 1);
		assert_ptr_equal(received(t, i)->cause, sent(t, i));
		assert_ptr_equal(received(t, 2 + i)->cause, sent(t, 3 - i));
		assert_ptr_equal(received(t, 2 + i)->conn, c);
	}
}

/* Who did not tell his port may have sent the one or the other, and somebody untraced the other one. */
static void of_two_that_say_the_same_none_is_chosen(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(60, 5, 1, 3, 1, 3, CLIENT4, "ask")
					RECVFROM(70, 5, 1, 3, 1, 3, CLIENT4B, "ask") CLOSE(90, 1, 3, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask"));
	t = unit_load();
	assert_int_equal(t->conns.count, 3);
	for (size_t i = 0; i < t->conns.count; i++)
		assert_int_equal(t->conns.items[i]->one_sided, ONE_NOT_KNOWN);
	assert_null(received(t, 0)->cause);
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask")
			   CALL(80, 1, 2, getsockname, "'fd':3,'sock':21,'args':{},'ret':0,'local':" CLIENT4B));
	t = unit_load();
	assert_null(received(t, 0)->cause);
	assert_ptr_equal(received(t, 1)->cause, sent(t, 0));
}

/* A port that another socket tells to be its own is nobody else's as long as that one is there. */
static void a_port_that_was_told_is_no_other_s(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(70, 5, 1, 3, 1, 3, CLIENT4, "ask")
					CLOSE(190, 1, 3, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask")
					CLOSE(180, 2, 3, 21, 0));
	unit_write("3.c.jsonl",
		   PROCESS(30, 3, 0, "exec") UDP(55, 3, 3, 31) SENDTO(60, 3, 3, 31, 3, SERVER4, "ask")
			   CALL(80, 1, 3, getsockname, "'fd':3,'sock':31,'args':{},'ret':0,'local':" CLIENT4)
				   CLOSE(90, 3, 3, 31, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_ptr_equal(received(t, 0)->cause, sent(t, 1));
	assert_int_equal(t->conns.items[0]->one_sided, ONE_NOT_SENT_TO);
	assert_int_equal(t->conns.items[1]->one_sided, BOTH_SIDES);
	unit_write("3.c.jsonl",
		   PROCESS(30, 3, 0, "exec") UDP(35, 3, 3, 31)
			   CALL(38, 1, 3, getsockname, "'fd':3,'sock':31,'args':{},'ret':0,'local':" CLIENT4)
				   CLOSE(40, 3, 3, 31, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_ptr_equal(received(t, 0)->cause, sent(t, 0));
}

static void a_lost_message_is_known(void **state)
{
	const struct end *client;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(20, 40, 1, 3, 1, 3, CLIENT4, "one")
					RECVFROM(61, 40, 1, 3, 1, 5, CLIENT4, "three"));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "one")
			   SENDTO(52, 2, 3, 21, 3, SERVER4, "two") SENDTO(90, 2, 3, 21, 5, SERVER4, "three"));
	t = unit_load();
	client = &t->conns.items[0]->ends[SIDE_CLIENT];
	assert_ptr_equal(received(t, 1)->cause, sent(t, 2));
	assert_int_equal(client->sent.count, 3);
	assert_null(client->sent.items[1].read);
	assert_int_equal(client->unread, 3);
	assert_int_equal(transfers_of(sent(t, 2)).count, 1);
	assert_ptr_equal(transfers_of(sent(t, 2)).items->read, received(t, 1));
	assert_int_equal(transfers_of(sent(t, 2)).items->at, 6);
}

static void what_is_connected_needs_no_address(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(20, 60, 1, 3, 1, 3, CLIENT4, "xyz"));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) CONNECT(40, 1, 2, 3, 21, CLIENT4, SERVER4)
					WRITE(50, 1, 2, 3, 21, 3) CLOSE(95, 2, 3, 21, 0));
	t = unit_load();
	c = t->conns.items[0];
	assert_int_equal(t->conns.count, 1);
	assert_int_equal(c->ends[SIDE_CLIENT].made->call, CALL_connect);
	assert_ptr_equal(unit_call(t, CALL_connect, 0)->conn, c);
	assert_ptr_equal(unit_call(t, CALL_close, 0)->conn, c);
	assert_int_equal(unit_call(t, CALL_close, 0)->phase, PHASE_DISCONNECT);
	assert_int_equal(sock_state_at(c->ends[SIDE_CLIENT].sock, 45), STATE_CONNECTED);
}

/* What the first has sent waits in the queue when the second is connected to. */
static void a_socket_connects_to_two_in_turn(void **state)
{
	const struct conn *first, *second;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   UDP_SERVER BIND(6, 1, 3, 1, SERVER4) UDP(7, 1, 4, 2)
			   BIND(8, 1, 4, 2, V4("127.0.0.1", 8081, "1f917f000001"))
				   RECVFROM(20, 40, 1, 3, 1, 2, CLIENT4, "q1") SENDTO(62, 1, 3, 1, 2, CLIENT4, "a1")
					   RECVFROM(72, 10, 1, 4, 2, 2, CLIENT4, "q2"));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) CONNECT(40, 1, 2, 3, 21, CLIENT4, SERVER4)
			   SENDTO(50, 2, 3, 21, 2, SERVER4, "q1")
				   CONNECT(70, 1, 2, 3, 21, CLIENT4, V4("127.0.0.1", 8081, "1f917f000001"))
					   CALL(75, 1, 2, send, "'fd':3,'sock':21,'args':{'len':2},'ret':2,'data':'q2'")
						   CALL(90, 1, 2, recv,
							"'fd':3,'sock':21,'args':{'len':100},'ret':2,'data':'a1'"));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	first = t->conns.items[0];
	second = t->conns.items[1];
	assert_ptr_equal(unit_call(t, CALL_recv, 0)->cause, sent(t, 1));
	assert_int_equal(first->ends[SIDE_CLIENT].read, 2);
	assert_int_equal(second->ends[SIDE_CLIENT].read, 0);
	assert_ptr_equal(unit_call(t, CALL_connect, 0)->conn, first);
	assert_ptr_equal(unit_call(t, CALL_connect, 1)->conn, second);
	assert_int_equal(unit_call(t, CALL_connect, 1)->phase, PHASE_START_CLIENT);
	assert_ptr_equal(unit_call(t, CALL_socket, 2)->conn, first);
	assert_int_equal(unit_call(t, CALL_socket, 2)->phase, PHASE_START_CLIENT);
}

/* The kernel takes back the port that it chose, and chooses another one. */
static void a_socket_that_disconnects_gets_another_port(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(20, 40, 1, 3, 1, 4, CLIENT4, "ping")
			   RECVFROM(71, 1, 1, 3, 1, 5, CLIENT4B, "again") SENDTO(73, 1, 3, 1, 4, CLIENT4B, "pong"));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) CONNECT(40, 1, 2, 3, 21, CLIENT4, SERVER4)
			   SENDTO(50, 2, 3, 21, 4, SERVER4, "ping")
				   CALL(60, 1, 2, connect,
					"'fd':3,'sock':21,'args':{'addr':{'family':'AF_UNSPEC','len':16,'raw':'0000'},"
					"'addrlen':16},'ret':0,'local':" V4("0.0.0.0", 0, "000000000000"))
					   SENDTO(70, 2, 3, 21, 5, SERVER4, "again")
						   RECVFROM(75, 1, 2, 3, 21, 4, SERVER4, "pong"));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	c = t->conns.items[0];
	assert_ptr_equal(received(t, 0)->cause, sent(t, 0));
	assert_ptr_equal(received(t, 1)->cause, sent(t, 1));
	assert_ptr_equal(received(t, 2)->cause, sent(t, 2));
	assert_int_equal(c->ends[SIDE_CLIENT].written, 9);
	assert_int_equal(c->ends[SIDE_SERVER].read, 9);
	assert_int_equal(c->ends[SIDE_CLIENT].addr->port, 50001);
}

/* 10.0.0.1 may be this machine's or not: a message that came says that it is. */
static void a_wildcard_is_found_by_what_it_received(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, ANY4) RECVFROM(20, 40, 1, 3, 1, 3, LAN_CLIENT, "ask")
					SENDTO(70, 1, 3, 1, 2, LAN_CLIENT, "ok"));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, LAN_SERVER, "ask")
					RECVFROM(55, 30, 2, 3, 21, 2, LAN_SERVER, "ok") UDP(90, 2, 4, 22)
						SENDTO(91, 2, 4, 22, 7, LAN_SERVER, "another"));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_int_equal(t->conns.items[0]->one_sided, BOTH_SIDES);
	assert_ptr_equal(received(t, 1)->cause, sent(t, 1));
	assert_null(t->conns.items[1]->ends[SIDE_SERVER].sock);
	assert_int_equal(t->conns.items[1]->ends[SIDE_CLIENT].sent.count, 0);
}

/* Its sends are those of the client of itself, its receives those of the server. */
static void a_socket_may_send_to_itself(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   UDP_SERVER BIND(6, 1, 3, 1, V4("0.0.0.0", 8080, "1f9000000000"))
			   SENDTO(10, 1, 3, 1, 4, SERVER4, "self") RECVFROM(20, 2, 1, 3, 1, 4, SERVER4, "self")
				   SENDTO(30, 1, 3, 1, 5, SERVER4, "again")
					   RECVFROM(40, 2, 1, 3, 1, 5, SERVER4, "again") CLOSE(90, 1, 3, 1, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	c = t->conns.items[0];
	assert_int_equal(c->one_sided, BOTH_SIDES);
	assert_ptr_equal(c->ends[SIDE_CLIENT].sock, c->ends[SIDE_SERVER].sock);
	assert_int_equal(c->ends[SIDE_CLIENT].written, 9);
	assert_int_equal(c->ends[SIDE_SERVER].read, 9);
	assert_int_equal(c->ends[SIDE_SERVER].written, 0);
	assert_ptr_equal(received(t, 0)->cause, sent(t, 0));
	assert_ptr_equal(received(t, 1)->cause, sent(t, 1));
}

static void nobody_traced_answers(void **state)
{
	const struct conn *c;

	(void)state;
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, LAN_SERVER, "ask")
					RECVFROM(55, 30, 2, 3, 21, 6, LAN_SERVER, "answer"));
	c = unit_load()->conns.items[0];
	assert_null(c->ends[SIDE_SERVER].proc);
	assert_int_equal(c->ends[SIDE_SERVER].addr->port, 8080);
	assert_int_equal(c->one_sided, ONE_NOT_TRACED);
	assert_int_equal(c->exchanges.count, 1);
	assert_null(c->exchanges.items[0].taken);
	assert_non_null(c->exchanges.items[0].got);
}

/* recv does not say from whom: who has sent to one only, and is bound nowhere, got it from there. */
static void an_answer_without_an_address_is_counted(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, LAN_SERVER, "ask")
			   READ(55, 30, 2, 3, 21, 6) SENDTO(90, 2, 3, 21, 3, SERVER4, "two") READ(95, 1, 2, 3, 21, 5));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	c = t->conns.items[0];
	assert_int_equal(c->ends[SIDE_CLIENT].read, 6);
	assert_int_equal(c->ends[SIDE_CLIENT].reads, 1);
	assert_ptr_equal(unit_call(t, CALL_read, 0)->conn, c);
	assert_int_equal(c->exchanges.count, 1);
	assert_int_equal(t->conns.items[1]->ends[SIDE_CLIENT].read, 0);
	assert_null(unit_call(t, CALL_read, 1)->conn);
}

/* A wildcard has the loopback's addresses, too. What a socket was sent that received nothing came to it all the same. */
static void what_nobody_received_came_to_a_traced_socket(void **state)
{
	static const char *const binds[] = {
		UDP_SERVER BIND(6, 1, 3, 1, SERVER4) EXIT(90, 1, 0),
		UDP_SERVER BIND(6, 1, 3, 1, ANY4) EXIT(90, 1, 0),
		UDP_SERVER BIND(51, 1, 3, 1, SERVER4) EXIT(90, 1, 0),
	};

	(void)state;
	for (size_t i = 0; i < sizeof binds / sizeof *binds; i++) {
		const struct conn *c;
		struct trace *t;

		unit_write("1.s.jsonl", binds[i]);
		unit_write("2.c.jsonl",
			   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "one")
				   SENDTO(60, 2, 3, 21, 3, SERVER4, "two"));
		t = unit_load();
		assert_int_equal(t->conns.count, 1);
		c = t->conns.items[0];
		assert_int_equal(c->one_sided, ONE_NOT_SENT_TO);
		assert_int_not_equal(c->outcome, CONN_NOT_ACCEPTED);
		assert_null(c->ends[SIDE_SERVER].sock);
		assert_ptr_equal(conn_reached(c), t->procs.items[0]);
		assert_int_equal(t->procs.items[0]->role, ROLE_SERVER);
		assert_int_equal(unit_call(t, CALL_bind, 0)->phase, PHASE_START_SERVER);
	}
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(52, 2, 3, 21, 3, SERVER4, "one")
					RECVFROM(60, 3, 2, 3, 21, 2, SERVER4, "ok"));
	assert_int_equal(unit_load()->conns.items[0]->one_sided, ONE_LACKS_CALLS);
}

static void loopback_ends_at_the_network_namespace(void **state)
{
	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) RECVFROM(20, 40, 1, 3, 1, 3, CLIENT4, "ask"));
	unit_write("2.c.jsonl", "{'ev':'process','v':1,'t':30,'pid':2,'netns':7,'boot':'00000000-0000-0000-0000-"
				"000000000001'}\n" UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask"));
	assert_int_equal(unit_load()->conns.count, 2);
}

/* Truncated: the rest of a message that had no room is gone, and the next receive gets the next message. */
static void a_message_may_be_cut_off(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4)
					CALL(60, 1, 1, recvfrom,
					     "'fd':3,'sock':1,'args':{'len':4,'flags':[]},'ret':4,'peer':" CLIENT4
					     ",'data':'long'") RECVFROM(70, 1, 1, 3, 1, 4, CLIENT4, "next"));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 9, SERVER4, "long word")
			   SENDTO(52, 2, 3, 21, 4, SERVER4, "next"));
	t = unit_load();
	assert_ptr_equal(received(t, 0)->cause, sent(t, 0));
	assert_ptr_equal(received(t, 1)->cause, sent(t, 1));
	assert_int_equal(t->conns.items[0]->ends[SIDE_CLIENT].unread, 0);
}

static void batches_are_taken_apart(void **state)
{
	const struct end *client;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER BIND(6, 1, 3, 1, SERVER4) CALL(
					60, 1, 1, recvmmsg,
					"'fd':3,'sock':1,'args':{'vlen':8},'ret':2,'msgs':[{'len':3,'peer':" CLIENT4
					",'data':'one'},{'len':5,'peer':" CLIENT4 ",'data':'three'}]"));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) CALL(
					50, 1, 2, sendmmsg,
					"'fd':3,'sock':21,'args':{'vlen':2},'ret':2,'msgs':[{'len':3,'addr':" SERVER4
					",'data':'one'},{'len':5,'addr':" SERVER4 ",'data':'three'}]"));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	client = &t->conns.items[0]->ends[SIDE_CLIENT];
	assert_int_equal(client->sent.count, 2);
	assert_int_equal(client->sent.items[1].len, 5);
	assert_ptr_equal(client->sent.items[1].read, unit_call(t, CALL_recvmmsg, 0));
	assert_ptr_equal(unit_call(t, CALL_recvmmsg, 0)->cause, unit_call(t, CALL_sendmmsg, 0));
	assert_int_equal(client->unread, 0);
	assert_int_equal(client->written, 8);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].read, 8);
}

static void names_in_the_file_system_are_places_too(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") UNIX_DGRAM(5, 1, 3, 1) BIND(6, 1, 3, 1, UNIX("/run/log")) CALL(
			   60, 1, 1, recvfrom, "'fd':3,'sock':1,'args':{'len':100,'flags':[]},'ret':5,'data':'named'")
			   CALL(70, 1, 1, recv, "'fd':3,'sock':1,'args':{'len':100,'flags':[]},'ret':4,'data':'anon'"));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UNIX_DGRAM(31, 2, 3, 21) UNIX_DGRAM(32, 2, 4, 22)
					SENDTO(50, 2, 4, 22, 4, UNIX("/run/log"), "anon")
						SENDTO(52, 2, 3, 21, 5, UNIX("/run/log"), "named"));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_ptr_equal(received(t, 0)->cause, sent(t, 1));
	assert_ptr_equal(unit_call(t, CALL_recv, 0)->cause, sent(t, 0));
}

static void the_kernel_is_one_end_of_netlink(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("2.c.jsonl", PROCESS(1, 2, 0, "exec")
					CALL(3, 1, 2, socket,
					     "'args':{'domain':'AF_NETLINK','type':'SOCK_RAW','protocol':0},'ret':3,"
					     "'newsock':21") WRITE(5, 1, 2, 3, 21, 20) READ(7, 1, 2, 3, 21, 900)
						SOCKET(40, 2, 4, 22) CONNECT(50, 10, 2, 4, 22, CLIENT4, SERVER4));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_int_equal(t->conns.items[0]->kind, CONN_STREAM);
	c = t->conns.items[1];
	assert_int_equal(c->kind, CONN_KERNEL);
	assert_int_equal(c->one_sided, ONE_KERNEL);
	assert_int_equal(c->ends[SIDE_CLIENT].read, 900);
	assert_int_equal(c->ends[SIDE_CLIENT].sent.count, 0);
	assert_int_equal(t->procs.items[0]->role, ROLE_CLIENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_request_and_its_answer),
		UNIT(each_client_of_a_server_is_a_connection),
		UNIT(of_two_that_say_the_same_none_is_chosen),
		UNIT(a_port_that_was_told_is_no_other_s),
		UNIT(a_lost_message_is_known),
		UNIT(what_is_connected_needs_no_address),
		UNIT(a_socket_connects_to_two_in_turn),
		UNIT(a_socket_that_disconnects_gets_another_port),
		UNIT(a_wildcard_is_found_by_what_it_received),
		UNIT(a_socket_may_send_to_itself),
		UNIT(nobody_traced_answers),
		UNIT(an_answer_without_an_address_is_counted),
		UNIT(what_nobody_received_came_to_a_traced_socket),
		UNIT(loopback_ends_at_the_network_namespace),
		UNIT(a_message_may_be_cut_off),
		UNIT(batches_are_taken_apart),
		UNIT(names_in_the_file_system_are_places_too),
		UNIT(the_kernel_is_one_end_of_netlink),
	};

	return UNIT_MAIN(tests);
}
