/* pairing: both ends of a connection find each other. */
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"

#define SERVER6       V6("::1", 8080, "1f900000000000000000000000000000000000000001")
#define CLIENT6       V6("::1", 50000, "c3500000000000000000000000000000000000000001")
#define SERVER_MAPPED V6("::ffff:127.0.0.1", 8080, "1f900000000000000000000000000000ffff7f000001")
#define CLIENT_MAPPED V6("::ffff:127.0.0.1", 50000, "c3500000000000000000000000000000ffff7f000001")

static void assert_paired(const struct conn *c, uint64_t client, uint64_t server)
{
	assert_non_null(c->ends[SIDE_CLIENT].sock);
	assert_non_null(c->ends[SIDE_SERVER].sock);
	assert_int_equal(c->ends[SIDE_CLIENT].sock->cookie, client);
	assert_int_equal(c->ends[SIDE_SERVER].sock->cookie, server);
	assert_ptr_equal(c->ends[SIDE_SERVER].made->cause, c->ends[SIDE_CLIENT].made);
	assert_ptr_equal(c->ends[SIDE_SERVER].made->conn, c);
}

static void assert_pairs_over(const char *server_local, const char *server_peer, const char *client_local,
			      const char *client_peer)
{
	struct buf b = {0};
	struct trace *t;

	buf_printf(&b, PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, "%s", "%s"), server_local,
		   server_peer);
	unit_write("1.s.jsonl", b.bytes);
	buf_clear(&b);
	buf_printf(&b,
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
			   CALL(50, 10, 2, connect, "'fd':3,'sock':21,'args':{'addr':%s},'ret':0,'local':%s,'peer':%s"),
		   client_peer, client_local, client_peer);
	unit_write("2.c.jsonl", b.bytes);
	buf_free(&b);
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_paired(t->conns.items[0], 21, 11);
	assert_int_equal(t->conns.items[0]->listener->cookie, 1);
	assert_int_equal(t->conns.items[0]->outcome, CONN_CLOSED); /* both processes are gone */
}

static void ipv4_by_the_swapped_pair(void **state)
{
	(void)state;
	assert_pairs_over(SERVER4, CLIENT4, CLIENT4, SERVER4);
}

static void ipv6_by_the_swapped_pair(void **state)
{
	(void)state;
	assert_pairs_over(SERVER6, CLIENT6, CLIENT6, SERVER6);
}

static void a_dual_stack_server_meets_an_ipv4_client(void **state)
{
	(void)state;
	assert_pairs_over(SERVER_MAPPED, CLIENT_MAPPED, CLIENT4, SERVER4);
}

static void a_port_pair_used_again_is_two_connections(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 15, 1, 4, 11, SERVER4, CLIENT4)
			   CLOSE(40, 1, 4, 11, 0) ACCEPT(50, 50, 1, 4, 12, SERVER4, CLIENT4) CLOSE(110, 1, 4, 12, 0));
	unit_write("2.c.jsonl",
		   PROCESS(25, 2, 0, "exec") SOCKET(26, 2, 3, 21) CONNECT(30, 2, 2, 3, 21, CLIENT4, SERVER4)
			   CLOSE(38, 2, 3, 21, 0) SOCKET(60, 2, 3, 22) CONNECT(90, 2, 2, 3, 22, CLIENT4, SERVER4)
				   CLOSE(105, 2, 3, 22, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_paired(t->conns.items[0], 21, 11);
	assert_paired(t->conns.items[1], 22, 12);
	assert_int_equal(t->conns.items[1]->id, 2);
}

/* The first connect went to a server that was not traced: an accept takes the nearest before it. */
static void an_accept_takes_the_nearest_connect(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("2.c.jsonl",
		   PROCESS(1, 2, 0, "exec") SOCKET(2, 2, 3, 21) CONNECT(3, 1, 2, 3, 21, CLIENT4, SERVER4)
			   CLOSE(5, 2, 3, 21, 0) SOCKET(40, 2, 3, 22) CONNECT(50, 1, 2, 3, 22, CLIENT4, SERVER4));
	unit_write("1.s.jsonl", PROCESS(6, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 40, 1, 4, 11, SERVER4, CLIENT4));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_null(t->conns.items[0]->ends[SIDE_SERVER].proc);
	assert_null(t->conns.items[0]->listener);
	assert_int_equal(t->conns.items[0]->outcome, CONN_CLOSED);
	assert_paired(t->conns.items[1], 22, 11);
}

/* In a sandbox accept tells who called, and not at which of its machine's addresses. */
#define ACCEPT_SANDBOXED(t, dt, fd, sock, peer)                                                                        \
	CALL(t, dt, 1, accept, "'fd':3,'sock':1,'args':{'addr':null},'ret':" #fd ",'newsock':" #sock ",'peer':" peer)
#define OUTSIDE        V4("192.0.2.2", 8080, "1f90c0000202")
#define OUTSIDE_OTHER  V4("192.0.2.3", 8080, "1f90c0000203")
#define OUTSIDE_PORT   V4("192.0.2.2", 8081, "1f91c0000202")
#define OUTSIDE_CLIENT V4("192.0.2.2", 50000, "c350c0000202")
#define LISTENER_AT(at)                                                                                                \
	SOCKET(10, 1, 3, 1)                                                                                            \
	CALL(11, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" at ",'addrlen':16},'ret':0")                            \
	CALL(12, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")

static struct trace *meet(const char *server, const char *client)
{
	unit_write("1.s.jsonl", server);
	unit_write("2.c.jsonl", client);
	return unit_load();
}

static void an_accept_in_a_sandbox_has_its_listeners_address(void **state)
{
	struct trace *t;

	(void)state;
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER_AT(SERVER4) ACCEPT_SANDBOXED(20, 80, 4, 11, CLIENT4),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4));
	assert_int_equal(t->conns.count, 1);
	assert_paired(t->conns.items[0], 21, 11);
}

static void or_the_one_that_was_called_where_that_has_all(void **state)
{
	struct trace *t;

	(void)state;
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER_AT(ANY4) ACCEPT_SANDBOXED(20, 80, 4, 11, CLIENT4),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4));
	assert_paired(t->conns.items[0], 21, 11);
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER_AT(ANY4) ACCEPT_SANDBOXED(20, 80, 4, 11, OUTSIDE_CLIENT),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, OUTSIDE_CLIENT, OUTSIDE));
	assert_paired(t->conns.items[0], 21, 11);
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER_AT(ANY4) ACCEPT_SANDBOXED(20, 80, 4, 11, CLIENT4),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
			 CONNECT(50, 10, 2, 3, 21, CLIENT4, V4("127.0.0.2", 8080, "1f907f000002")));
	assert_paired(t->conns.items[0], 21, 11);
}

static void but_none_of_two_that_were(void **state)
{
	struct trace *t;

	(void)state;
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER_AT(ANY4) ACCEPT_SANDBOXED(20, 80, 4, 11, OUTSIDE_CLIENT),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, OUTSIDE_CLIENT, OUTSIDE)
			 SOCKET(62, 2, 4, 22) CONNECT(64, 10, 2, 4, 22, OUTSIDE_CLIENT, OUTSIDE_OTHER));
	assert_int_equal(t->conns.count, 3);
}

static void and_of_those_to_one_the_latest(void **state)
{
	struct trace *t;

	(void)state;
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER_AT(ANY4) ACCEPT_SANDBOXED(20, 80, 4, 11, OUTSIDE_CLIENT),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, OUTSIDE_CLIENT, OUTSIDE)
			 SOCKET(62, 2, 4, 22) CONNECT(64, 10, 2, 4, 22, OUTSIDE_CLIENT, OUTSIDE));
	assert_int_equal(t->conns.count, 2);
	assert_paired(t->conns.items[1], 22, 11);
}

#define HERE      PROCESS(30, 2, 0, "exec")
#define ELSEWHERE "{'ev':'process','v':1,'t':30,'pid':2,'netns':7,'boot':'00000000-0000-0000-0000-000000000001'}\n"

/* Another port or host, a caller from elsewhere, the loopback of another network. */
static void in_a_sandbox_too_an_accept_takes_what_fits(void **state)
{
	static const struct {
		const char *listener, *accepted, *process, *local, *peer;
	} cases[] = {
		{ANY4, "'peer':" OUTSIDE_CLIENT, HERE, OUTSIDE_CLIENT, OUTSIDE_PORT},
		{OUTSIDE, "'peer':" OUTSIDE_CLIENT, HERE, OUTSIDE_CLIENT, OUTSIDE_OTHER},
		{ANY4, "'local':" OUTSIDE ",'peer':" OUTSIDE_CLIENT, HERE, OUTSIDE_CLIENT, OUTSIDE_OTHER},
		{OUTSIDE, "'peer':" OUTSIDE_CLIENT, HERE, CLIENT4, OUTSIDE},
		{ANY4, "'peer':" OUTSIDE_CLIENT, ELSEWHERE, OUTSIDE_CLIENT, SERVER4},
		{OUTSIDE, "'peer':" CLIENT4, ELSEWHERE, CLIENT4, OUTSIDE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf server = {0}, client = {0};

		buf_printf(&server,
			   PROCESS(1, 1, 0, "exec") LISTENER_AT("%s") CALL(
				   20, 80, 1, accept, "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':11,%s"),
			   cases[i].listener, cases[i].accepted);
		buf_printf(&client,
			   "%s" SOCKET(40, 2, 3, 21)
				   CALL(50, 10, 2, connect,
					"'fd':3,'sock':21,'args':{'addr':%s},'ret':0,'local':%s,'peer':%s"),
			   cases[i].process, cases[i].peer, cases[i].local, cases[i].peer);
		assert_int_equal(meet(server.bytes, client.bytes)->conns.count, 2);
		buf_free(&server);
		buf_free(&client);
	}
}

/* It need not tell whence where its socket was bound. */
static void a_connect_comes_from_where_its_socket_is_bound(void **state)
{
	struct trace *t;

	(void)state;
	t = meet(PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
			 ACCEPT(101, 9, 1, 5, 12, SERVER4, CLIENT4B),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CALL(
			 42, 1, 2, bind, "'fd':3,'sock':21,'args':{'addr':" CLIENT4B ",'addrlen':16},'ret':0")
			 CALL(50, 10, 2, connect, "'fd':3,'sock':21,'args':{'addr':" SERVER4 ",'addrlen':16},'ret':0"));
	assert_int_equal(t->conns.count, 2);
	assert_paired(unit_call(t, CALL_connect, 0)->conn, 21, 12);
}

static void loopback_differs_between_network_namespaces(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4));
	unit_write("2.c.jsonl", "{'ev':'process','v':1,'t':30,'pid':2,'netns':7,'boot':'00000000-0000-0000-0000-"
				"000000000001'}\n" SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4));
	t = unit_load();
	assert_int_equal(t->conns.count, 2);
	assert_null(t->conns.items[0]->ends[SIDE_CLIENT].proc);
	assert_null(t->conns.items[1]->ends[SIDE_SERVER].proc);
	assert_null(t->conns.items[1]->listener);
}

static void only_the_client_is_traced(void **state)
{
	const struct conn *c;

	(void)state;
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4));
	c = unit_load()->conns.items[0];
	assert_non_null(c->ends[SIDE_CLIENT].proc);
	assert_null(c->ends[SIDE_SERVER].proc);
	assert_int_equal(c->ends[SIDE_CLIENT].addr->port, 50000);
	assert_int_equal(c->ends[SIDE_SERVER].addr->port, 8080);
	assert_int_equal(c->ends[SIDE_SERVER].fd, -1);
	assert_int_equal(c->ends[SIDE_CLIENT].proc->role, ROLE_CLIENT);
}

static void only_the_server_is_traced(void **state)
{
	const struct conn *c;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4));
	c = unit_load()->conns.items[0];
	assert_null(c->ends[SIDE_CLIENT].proc);
	assert_int_equal(c->ends[SIDE_CLIENT].addr->port, 50000);
	assert_int_equal(c->ends[SIDE_SERVER].proc->role, ROLE_SERVER);
	assert_null(c->ends[SIDE_SERVER].made->cause);
}

static void attempts_that_fail_are_connections_too(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
			   CALL(50, 1, 2, connect,
				"'fd':3,'sock':21,'args':{'addr':" SERVER4 "},'ret':-1,'err':'ECONNREFUSED'")
				   CALL(60, 1, 2, connect,
					"'fd':3,'sock':21,'args':{'addr':" SERVER4 "},'ret':-1,'err':'ETIMEDOUT'")
					   PENDING(70, 2, connect, "'fd':3,'sock':21,'args':{'addr':" SERVER4 "}"));
	t = unit_load();
	assert_int_equal(t->conns.count, 3);
	assert_int_equal(t->conns.items[0]->outcome, CONN_REFUSED);
	assert_int_equal(t->conns.items[1]->outcome, CONN_FAILED);
	assert_int_equal(t->conns.items[2]->outcome, CONN_PENDING);
	assert_ptr_equal(unit_call(t, CALL_socket, 0)->conn, t->conns.items[0]);
	for (size_t i = 0; i < 3; i++) {
		assert_ptr_equal(unit_call(t, CALL_connect, i)->conn, t->conns.items[i]);
		assert_int_equal(unit_call(t, CALL_connect, i)->phase, PHASE_START_CLIENT);
	}
}

static void a_connect_that_does_not_block_is_one_connection(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
					CALL(50, 1, 2, connect,
					     "'fd':3,'sock':21,'args':{'addr':" SERVER4
					     "},'ret':-1,'err':'EINPROGRESS','local':" CLIENT4 ",'peer':" SERVER4)
						CALL(60, 1, 2, connect,
						     "'fd':3,'sock':21,'args':{'addr':" SERVER4
						     "},'ret':0,'local':" CLIENT4 ",'peer':" SERVER4));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_paired(t->conns.items[0], 21, 11);
	assert_ptr_equal(unit_call(t, CALL_connect, 1)->conn, t->conns.items[0]);
}

static void a_refusal_may_be_asked_for(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
			   CALL(50, 1, 2, connect,
				"'fd':3,'sock':21,'args':{'addr':" SERVER4 "},'ret':-1,'err':'EINPROGRESS'")
				   CALL(60, 1, 2, getsockopt,
					"'fd':3,'sock':21,'args':{'level':'SOL_SOCKET','optname':'SO_ERROR'},'ret':0,'"
					"optval':111"));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_int_equal(t->conns.items[0]->outcome, CONN_REFUSED);
}

static void nobody_accepted(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) EXIT(100, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
					CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4) CLOSE(70, 2, 3, 21, 0));
	t = unit_load();
	assert_int_equal(t->conns.items[0]->outcome, CONN_NOT_ACCEPTED);
	assert_int_equal(t->conns.items[0]->listener->cookie, 1);
}

#define CONNECTED PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)

/* An accept may be among what is lost. */
static void who_lost_calls_may_have_accepted(void **state)
{
	const struct conn *c;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) "{'ev':'lost','t':20,'tid':1,'count':2}\n");
	unit_write("2.c.jsonl", CONNECTED CLOSE(70, 2, 3, 21, 0));
	c = unit_load()->conns.items[0];
	assert_int_equal(c->outcome, CONN_CLOSED);
	assert_int_equal(c->one_sided, ONE_PERHAPS_ACCEPTED);
	assert_null(c->reset);
}

/* By a child that was not traced, say. */
static void who_was_answered_was_accepted(void **state)
{
	static const char *const clients[] = {CONNECTED READ(65, 1, 2, 3, 21, 4), CONNECTED READ(65, 1, 2, 3, 21, 0)};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		const struct conn *c;

		unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) EXIT(100, 1, 0));
		unit_write("2.c.jsonl", clients[i]);
		c = unit_load()->conns.items[0];
		assert_int_not_equal(c->outcome, CONN_NOT_ACCEPTED);
		assert_int_equal(c->one_sided, ONE_LACKS_CALLS);
		assert_null(c->reset);
	}
}

/* But an end may be its own doing, or follow the reset of a connection that nobody accepted. */
static void an_end_that_nobody_sent_is_no_answer(void **state)
{
	static const char *const clients[] = {
		CONNECTED CALL(62, 1, 2, shutdown, "'fd':3,'sock':21,'args':{'how':'SHUT_RD'},'ret':0")
			READ(65, 1, 2, 3, 21, 0),
		CONNECTED CALL(62, 1, 2, read, "'fd':3,'sock':21,'args':{'count':9},'ret':-1,'err':'ECONNRESET'")
			READ(65, 1, 2, 3, 21, 0),
	};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) EXIT(61, 1, 0));
		unit_write("2.c.jsonl", clients[i]);
		assert_int_equal(unit_load()->conns.items[0]->outcome, CONN_NOT_ACCEPTED);
	}
}

static void the_backlog_is_measured(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(100, 7, 1, 4, 11, SERVER4, CLIENT4)
					ACCEPT(150, 50, 1, 5, 12, SERVER4, CLIENT4B));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)
			   SOCKET(170, 2, 4, 22) CONNECT(180, 10, 2, 4, 22, CLIENT4B, SERVER4));
	t = unit_load();
	assert_int_equal(t->conns.items[0]->queued_ns, 40);
	assert_int_equal(t->conns.items[1]->queued_ns, 0);
}

/* Unix sockets */

#define UNIX_LISTENER(t, tid, address)                                                                                 \
	SOCKET_UNIX(t, tid, 3, 1)                                                                                      \
	CALL(t, 1, tid, bind, "'fd':3,'sock':1,'args':{'addr':" address ",'addrlen':16},'ret':0")                      \
	CALL(t, 1, tid, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
#define UNIX_ACCEPT(t, dt, tid, fd, new, cred)                                                                         \
	CALL(t, dt, tid, accept,                                                                                       \
	     "'fd':3,'sock':1,'args':{'addr':null},'ret':" #fd ",'newsock':" #new ",'local':" UNIX(                    \
		     "/w/s") ",'peer':{'family':'AF_UNIX','len':2,'raw':'0100'},'peercred':{'pid':" #cred              \
			     ",'uid':0,'gid':0}")
#define UNIX_CONNECT(t, tid, fd, sock, address)                                                                        \
	CALL(t, 1, tid, connect, "'fd':" #fd ",'sock':" #sock ",'args':{'addr':" address ",'addrlen':16},'ret':0")

static void unix_names_find_their_listener(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") UNIX_LISTENER(10, 1, UNIX("./s")) UNIX_ACCEPT(20, 80, 1, 4, 11, 2));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET_UNIX(40, 2, 3, 21) UNIX_CONNECT(50, 2, 3, 21, UNIX("/w/s")));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_paired(t->conns.items[0], 21, 11);
}

static void abstract_names_find_their_listener(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") UNIX_LISTENER(10, 1, ABSTRACT("s")) UNIX_ACCEPT(20, 80, 1, 4, 11, 2));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET_UNIX(40, 2, 3, 21) UNIX_CONNECT(50, 2, 3, 21, ABSTRACT("s")));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_paired(t->conns.items[0], 21, 11);
}

/* The client went to the server's directory first: only the kernel knows that its "s" is the server's. */
static void a_path_from_another_directory_is_found_by_who_listens(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") UNIX_LISTENER(10, 1, UNIX("/run/s")) UNIX_ACCEPT(20, 80, 1, 4, 11, 2));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET_UNIX(40, 2, 3, 21)
			   CALL(50, 1, 2, connect,
				"'fd':3,'sock':21,'args':{'addr':" UNIX("s") ",'addrlen':4},'ret':0,'peer':" UNIX(
					"/run/s") ",'peercred':{'pid':1,'uid':0,'gid':0}"));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_paired(t->conns.items[0], 21, 11);
}

#define UNIX_CONNECT_TO(t, dt, path, owner)                                                                            \
	CALL(t, dt, 2, connect,                                                                                        \
	     "'fd':3,'sock':21,'args':{'addr':" UNIX(path) ",'addrlen':16},'ret':0,'peer':" UNIX(                      \
		     "/w/s") ",'peercred':{'pid':" #owner ",'uid':0,'gid':0}")
#define LISTENS_AGAIN(t, tid) CALL(t, 5, tid, listen, "'fd':3,'sock':1,'args':{'backlog':50},'ret':0")

/* The kernel names who called listen last: here the child, which serves. */
static void who_listens_again_is_named_by_the_kernel(void **state)
{
	static const char *const met[] = {
		UNIX_CONNECT_TO(50, 1, "/w/s", 3),
		UNIX_CONNECT_TO(50, 1, "../w/s", 3),
		UNIX_CONNECT_TO(32, 9, "/w/s", 3),
		UNIX_CONNECT_TO(36, 9, "/w/s", 1),
		UNIX_CONNECT_TO(29, 2, "/w/s", 1),
	};
	static const char *const not_met[] = {UNIX_CONNECT_TO(50, 1, "/w/s", 1), UNIX_CONNECT_TO(29, 2, "/w/s", 3)};

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") UNIX_LISTENER(10, 1, UNIX("/w/s"))
					CALL(20, 1, 1, fork, "'args':{},'ret':3"));
	unit_write("3.w.jsonl",
		   PROCESS(22, 3, 1, "fork") INHERIT(23, 3, 3, 1, "fork", "'state':'listening','local':" UNIX("/w/s"))
			   LISTENS_AGAIN(35, 3) UNIX_ACCEPT(40, 80, 3, 4, 11, 2));
	for (size_t i = 0; i < sizeof met / sizeof *met + sizeof not_met / sizeof *not_met; i++) {
		bool meets = i < sizeof met / sizeof *met;
		struct buf client = {0};
		struct trace *t;

		buf_printf(&client, "%s%s", PROCESS(25, 2, 0, "exec") SOCKET_UNIX(26, 2, 3, 21),
			   meets ? met[i] : not_met[i - sizeof met / sizeof *met]);
		unit_write("2.c.jsonl", client.bytes);
		buf_free(&client);
		t = unit_load();
		assert_int_equal(t->conns.count, meets ? 1 : 2);
	}
}

/* Two clients connect before either is accepted; the kernel says which process each is. */
static void the_kernel_tells_unix_clients_apart(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") UNIX_LISTENER(10, 1, UNIX("/w/s")) UNIX_ACCEPT(90, 1, 1, 4, 11, 3)
			   UNIX_ACCEPT(95, 1, 1, 5, 12, 9) UNIX_ACCEPT(100, 1, 1, 6, 13, 2));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET_UNIX(40, 2, 3, 21) UNIX_CONNECT(50, 2, 3, 21, UNIX("/w/s")));
	unit_write("3.c.jsonl",
		   PROCESS(30, 3, 0, "exec") SOCKET_UNIX(40, 3, 3, 22) UNIX_CONNECT(60, 3, 3, 22, UNIX("/w/s")));
	t = unit_load();
	assert_int_equal(t->conns.count, 3);
	assert_paired(t->conns.items[0], 21, 13);
	assert_paired(t->conns.items[1], 22, 11);
	assert_null(t->conns.items[2]->ends[SIDE_CLIENT].proc); /* pid 9 is not traced */
}

/* Pairs, and what was inherited */

static void a_socketpair_is_one_connection(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p.jsonl", PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, socketpair,
							      "'args':{'domain':'AF_UNIX','type':'SOCK_STREAM','"
							      "protocol':0},'ret':0,'newfds':[3,4],'newsocks':[31,32]")
					CALL(10, 2, 1, fork, "'args':{},'ret':2") CLOSE(20, 1, 4, 32, 0)
						WRITE(30, 1, 1, 3, 31, 5) CLOSE(70, 1, 3, 31, 0));
	unit_write("2.p.jsonl", PROCESS(15, 2, 1, "fork") INHERIT(16, 2, 3, 31, "fork", "'state':'connected'")
					INHERIT(17, 2, 4, 32, "fork", "'state':'connected'") CLOSE(25, 2, 3, 31, 0)
						READ(26, 10, 2, 4, 32, 5) READ(60, 20, 2, 4, 32, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_int_equal(t->conns.items[0]->ends[SIDE_CLIENT].proc->pid, 1);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].proc->pid, 2);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].fd, 4);
	assert_ptr_equal(unit_call(t, CALL_read, 0)->cause, unit_call(t, CALL_write, 0));
	assert_ptr_equal(unit_call(t, CALL_read, 1)->cause, unit_call(t, CALL_close, 2));
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].proc->role, ROLE_NONE);
}

/* inetd accepted, untraced, and handed the connection over. */
static void an_inherited_connection_meets_its_client(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(60, 1, 0, "exec") INHERIT(61, 1, 0, 11, "untraced",
								  "'state':'connected','local':" SERVER4
								  ",'peer':" CLIENT4) READ(62, 1, 1, 0, 11, 4));
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 1, 2, 3, 21, CLIENT4, SERVER4)
			   WRITE(55, 1, 2, 3, 21, 4) CLOSE(90, 2, 3, 21, 0));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].sock->cookie, 11);
	assert_ptr_equal(unit_call(t, CALL_read, 0)->cause, unit_call(t, CALL_write, 0));
}

static void an_inherited_connection_alone_takes_a_side(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(60, 1, 0, "exec") INHERIT(61, 1, 0, 11, "untraced",
						     "'state':'connected','local':" SERVER4 ",'peer':" CLIENT4));
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].proc->pid, 1);
	assert_null(t->conns.items[0]->ends[SIDE_CLIENT].proc);
	assert_int_equal(t->conns.items[0]->ends[SIDE_CLIENT].addr->port, 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(ipv4_by_the_swapped_pair),
		UNIT(ipv6_by_the_swapped_pair),
		UNIT(a_dual_stack_server_meets_an_ipv4_client),
		UNIT(a_port_pair_used_again_is_two_connections),
		UNIT(an_accept_takes_the_nearest_connect),
		UNIT(an_accept_in_a_sandbox_has_its_listeners_address),
		UNIT(or_the_one_that_was_called_where_that_has_all),
		UNIT(but_none_of_two_that_were),
		UNIT(and_of_those_to_one_the_latest),
		UNIT(in_a_sandbox_too_an_accept_takes_what_fits),
		UNIT(a_connect_comes_from_where_its_socket_is_bound),
		UNIT(loopback_differs_between_network_namespaces),
		UNIT(only_the_client_is_traced),
		UNIT(only_the_server_is_traced),
		UNIT(attempts_that_fail_are_connections_too),
		UNIT(a_connect_that_does_not_block_is_one_connection),
		UNIT(a_refusal_may_be_asked_for),
		UNIT(nobody_accepted),
		UNIT(who_lost_calls_may_have_accepted),
		UNIT(who_was_answered_was_accepted),
		UNIT(an_end_that_nobody_sent_is_no_answer),
		UNIT(the_backlog_is_measured),
		UNIT(unix_names_find_their_listener),
		UNIT(abstract_names_find_their_listener),
		UNIT(a_path_from_another_directory_is_found_by_who_listens),
		UNIT(who_listens_again_is_named_by_the_kernel),
		UNIT(the_kernel_tells_unix_clients_apart),
		UNIT(a_socketpair_is_one_connection),
		UNIT(an_inherited_connection_meets_its_client),
		UNIT(an_inherited_connection_alone_takes_a_side),
	};

	return UNIT_MAIN(tests);
}
