/* nameless: connects that do not tell from where meet who accepted them only where the trace leaves no other way. */
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"
#include "viewer/scene/words.h"

#define BOXED(t, tid)     CALL(t, 1, tid, prctl, "'args':{'option':'PR_SET_SECCOMP'},'ret':0")
#define CONNECT_AT(sock)  "'fd':3,'sock':" #sock ",'args':{'addr':" SERVER4 ",'addrlen':16},"
#define ASK(t, tid, sock) CALL(t, 5, tid, connect, CONNECT_AT(sock) "'ret':0")
#define PUT(t, tid, fd, sock, data)                                                                                    \
	CALL(t, 1, tid, write, "'fd':" #fd ",'sock':" #sock ",'args':{'count':9},'ret':4,'data':'" data "'")
#define GET(t, dt, tid, fd, sock, data)                                                                                \
	CALL(t, dt, tid, read, "'fd':" #fd ",'sock':" #sock ",'args':{'count':9},'ret':4,'data':'" data "'")
#define SO_ERROR_IS(t, tid, sock, value)                                                                               \
	CALL(t, 1, tid, getsockopt,                                                                                    \
	     "'fd':3,'sock':" #sock ",'args':{'level':'SOL_SOCKET','optname':'SO_ERROR'},'ret':0,'optval':" #value)

/* Serves one at a time: from its accept at t on. */
#define SERVES(t, sock, peer, asked, answered)                                                                         \
	ACCEPT(t, 1, 1, 4, sock, SERVER4, peer)                                                                        \
	GET(t, 2, 1, 4, sock, asked) PUT(t, 1, 4, sock, answered) CLOSE(t, 1, 4, sock, 0)
#define SERVER        PROCESS(1, 1, 0, "exec") LISTENER(10, 1)
#define CLIENT(ahead) PROCESS(30, 2, 0, "exec") ahead SOCKET(40, 2, 3, 21)

/* Asks at 50, and is answered by 100. */
#define ASKS                  ASK(50, 2, 21) PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong")
#define SERVED(t, sock, peer) SERVES(t, sock, peer, "ping", "pong")

static struct trace *play(const char *server, const char *client)
{
	unit_write("1.s.jsonl", server);
	unit_write("2.c.jsonl", client);
	return unit_load();
}

static const struct conn *conn_of(const struct trace *t, enum side side, uint64_t sock)
{
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];

		if (c->ends[side].sock && c->ends[side].sock->cookie == sock)
			return c;
	}
	fail_msg("no connection of socket %d", (int)sock);
	return NULL;
}

static void assert_pair(const struct trace *t, uint64_t client, uint64_t server)
{
	const struct conn *c = conn_of(t, SIDE_CLIENT, client);

	assert_ptr_equal(c, conn_of(t, SIDE_SERVER, server));
	assert_ptr_equal(c->ends[SIDE_SERVER].made->conn, c);
	assert_ptr_equal(c->ends[SIDE_SERVER].made->cause, c->ends[SIDE_CLIENT].made);
	assert_int_equal(c->one_sided, BOTH_SIDES);
	assert_false(c->undecided);
}

/* Connected, and nothing is said of who accepted. */
static void assert_open(const struct trace *t, enum side side, uint64_t sock)
{
	const struct conn *c = conn_of(t, side, sock);

	assert_int_equal(c->one_sided, ONE_NOT_KNOWN);
	assert_true(c->outcome == CONN_OPEN || c->outcome == CONN_CLOSED);
	assert_null(c->reset);
	assert_null(c->ends[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT].sock);
}

static void assert_stranger(const struct trace *t, uint64_t server)
{
	assert_int_equal(conn_of(t, SIDE_SERVER, server)->one_sided, ONE_NOT_TRACED);
}

static void a_connect_in_a_sandbox_meets_who_answered_it(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_int_equal(t->conns.count, 1);
	assert_pair(t, 21, 11);
	assert_int_equal(t->conns.items[0]->listener->cookie, 1);
	assert_int_equal(t->conns.items[0]->ends[SIDE_CLIENT].addr->port, 50000);
}

/* Only sockets that are made in a sandbox have such numbers. */
static void a_sockets_number_tells_of_a_sandbox_too(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 4503599627370496) ASK(50, 2, 4503599627370496)
			 PUT(60, 2, 3, 4503599627370496, "ping") GET(61, 39, 2, 3, 4503599627370496, "pong"));
	assert_pair(t, TRACE_OWN_SOCK, 11);
}

static void outside_a_sandbox_nobody_is_met(void **state)
{
	static const char *const clients[] = {
		CLIENT("") ASKS,
		CLIENT(CALL(31, 1, 2, prctl, "'args':{'option':'PR_SET_SECCOMP'},'ret':-1,'err':'EINVAL'")) ASKS,
		CLIENT(CALL(31, 1, 2, prctl, "'pid':7,'args':{'option':'PR_SET_SECCOMP'},'ret':0")) ASKS,
		CLIENT("") ASKS BOXED(200, 2),
	};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		struct trace *t = play(SERVER SERVED(70, 11, CLIENT4), clients[i]);

		assert_open(t, SIDE_CLIENT, 21);
		assert_open(t, SIDE_SERVER, 11);
	}
}

/* Untraced clients were accepted; who waits was not. */
static void who_waits_was_not_accepted(void **state)
{
	static const char *const clients[] = {
		CLIENT("") PENDING(50, 2, connect, "'fd':3,'sock':21,'args':{'addr':" SERVER4 "}"),
		CLIENT(BOXED(31, 2)) PENDING(50, 2, connect, "'fd':3,'sock':21,'args':{'addr':" SERVER4 "}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		struct trace *t = play(SERVER SERVED(70, 11, CLIENT4), clients[i]);

		assert_int_equal(conn_of(t, SIDE_CLIENT, 21)->outcome, CONN_PENDING);
		assert_int_equal(conn_of(t, SIDE_CLIENT, 21)->one_sided, ONE_NOT_REACHED);
		assert_stranger(t, 11);
	}
}

/* The kernel connects all the same, and a server may accept what is closed already. */
static void who_did_not_wait_may_have_been_accepted(void **state)
{
	static const char *const clients[] = {
		CLIENT("") CALL(50, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'EINTR'") CLOSE(60, 2, 3, 21, 0),
		CLIENT(BOXED(31, 2)) CALL(50, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'EINPROGRESS'")
			CLOSE(60, 2, 3, 21, 0),
	};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		struct trace *t = play(SERVER SERVED(70, 11, CLIENT4), clients[i]);
		const struct conn *c = conn_of(t, SIDE_CLIENT, 21);

		assert_int_equal(c->outcome, CONN_PENDING);
		assert_int_equal(c->one_sided, ONE_NOT_KNOWN);
		assert_string_equal(words_unanswered(c), "not known whether it was answered");
		assert_open(t, SIDE_SERVER, 11);
	}
}

static void an_interrupted_connect_is_left_open(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4),
		 CLIENT(BOXED(31, 2)) CALL(50, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'EINTR'")
			 PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

static void an_attempt_that_was_refused_meets_nobody(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4),
		 CLIENT(BOXED(31, 2)) CALL(42, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'EINPROGRESS'")
			 SO_ERROR_IS(44, 2, 21, 111) CLOSE(46, 2, 3, 21, 0) SOCKET(48, 2, 3, 22)
				 CALL(50, 1, 2, connect, CONNECT_AT(22) "'ret':-1,'err':'EINPROGRESS'")
					 SO_ERROR_IS(55, 2, 22, 0) PUT(60, 2, 3, 22, "ping")
						 GET(61, 39, 2, 3, 22, "pong"));
	assert_int_equal(conn_of(t, SIDE_CLIENT, 21)->outcome, CONN_REFUSED);
	assert_pair(t, 22, 11);
}

static void a_socket_that_was_refused_may_try_again(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4),
		 CLIENT(BOXED(31, 2)) CALL(42, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'ECONNREFUSED'") ASKS);
	assert_int_equal(t->conns.count, 2);
	assert_int_equal(t->conns.items[0]->outcome, CONN_REFUSED);
	assert_null(t->conns.items[0]->ends[SIDE_SERVER].sock);
	assert_int_equal(t->conns.items[1]->ends[SIDE_SERVER].sock->cookie, 11);
}

static void between_two_that_fit_nothing_is_guessed(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4) SERVED(80, 12, CLIENT4B), CLIENT(BOXED(31, 2)) ASKS);
	assert_int_equal(t->conns.count, 3);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
	assert_open(t, SIDE_SERVER, 12);
	assert_string_equal(words_conn(t->arena, conn_of(t, SIDE_CLIENT, 21)), "c1  P2 to P1 127.0.0.1:8080");
	assert_string_equal(words_conn(t->arena, conn_of(t, SIDE_SERVER, 11)),
			    "c2  127.0.0.1:50000 (not known) to P1 127.0.0.1:8080");
}

static void what_was_said_tells_two_apart(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVES(65, 11, CLIENT4, "peng", "pong") SERVED(75, 12, CLIENT4B)
			 SERVES(85, 13, CLIENT4, "ping", "pung"),
		 CLIENT(BOXED(31, 2)) ASKS);
	assert_int_equal(t->conns.count, 3);
	assert_pair(t, 21, 12);
	assert_stranger(t, 11);
	assert_stranger(t, 13);
}

/* Those before it connected, and those after it had its answer. */
static void others_at_other_times_are_others(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(45, 11, CLIENT4) SERVED(70, 12, CLIENT4B) SERVED(110, 13, CLIENT4),
		 CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 12);
	assert_stranger(t, 11);
	assert_stranger(t, 13);
}

static void nothing_is_read_before_it_was_written(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4) SERVED(85, 12, CLIENT4B),
		 CLIENT(BOXED(31, 2)) ASK(50, 2, 21) PUT(80, 2, 3, 21, "ping") GET(81, 19, 2, 3, 21, "pong"));
	assert_pair(t, 21, 12);
	assert_stranger(t, 11);
}

static void without_bytes_to_compare_nothing_is_guessed(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER ACCEPT(70, 1, 1, 4, 11, SERVER4, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

/* It may lie in the backlog, and another have been accepted that said the same. */
static void without_an_answer_nothing_is_guessed(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER ACCEPT(70, 1, 1, 4, 11, SERVER4, CLIENT4) GET(72, 2, 1, 4, 11, "ping") EXIT(90, 1, 0),
		 CLIENT(BOXED(31, 2)) ASK(50, 2, 21) PUT(60, 2, 3, 21, "ping") CLOSE(80, 2, 3, 21, 0));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

static void where_nobody_was_accepted_nor_was_this_one(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER EXIT(90, 1, 0), CLIENT(BOXED(31, 2)) ASK(50, 2, 21));
	assert_int_equal(t->conns.items[0]->outcome, CONN_NOT_ACCEPTED);
	assert_int_equal(t->conns.items[0]->one_sided, ONE_NOT_ACCEPTED);
}

/* Both wait; the first has its answer before the second is accepted. */
static void one_after_the_other_is_told_apart(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.c.jsonl", PROCESS(32, 3, 0, "exec") BOXED(33, 3) SOCKET(41, 3, 3, 22)
					CALL(45, 15, 3, connect, CONNECT_AT(22) "'ret':0") PUT(62, 3, 3, 22, "ping")
						GET(63, 57, 3, 3, 22, "pong"));
	t = play(SERVER SERVED(70, 11, CLIENT4) SERVED(105, 12, CLIENT4B), CLIENT(BOXED(31, 2)) ASKS);
	assert_int_equal(t->conns.count, 2);
	assert_pair(t, 21, 11);
	assert_pair(t, 22, 12);
}

static void another_network_or_machine_is_another(void **state)
{
	static const char *const heads[] = {
		"{'ev':'process','v':1,'t':30,'pid':2,'netns':7,'boot':'00000000-0000-0000-0000-000000000001'}\n",
		"{'ev':'process','v':1,'t':30,'pid':2,'netns':1,'boot':'00000000-0000-0000-0000-000000000002'}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct buf b = {0};
		struct trace *t;

		buf_printf(&b, "%s%s", heads[i], BOXED(31, 2) SOCKET(40, 2, 3, 21) ASKS);
		t = play(SERVER SERVED(70, 11, CLIENT4), b.bytes);
		assert_null(conn_of(t, SIDE_CLIENT, 21)->ends[SIDE_SERVER].sock);
		assert_stranger(t, 11);
		buf_free(&b);
	}
}

static void another_address_is_another(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER ACCEPT(70, 1, 1, 4, 11, V4("127.0.0.2", 8080, "1f907f000002"), CLIENT4)
			 GET(72, 1, 1, 4, 11, "ping") PUT(74, 1, 4, 11, "pong"),
		 CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_null(conn_of(t, SIDE_SERVER, 11)->ends[SIDE_CLIENT].sock);
}

static void another_port_than_it_is_bound_to_is_anothers(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4),
		 CLIENT(BOXED(31, 2)) CALL(42, 1, 2, bind, "'fd':3,'sock':21,'args':{'addr':" CLIENT4B "},'ret':0")
			 ASKS);
	assert_null(conn_of(t, SIDE_CLIENT, 21)->ends[SIDE_SERVER].sock);
}

/* A server whose calls were lost, or whose child accepts unseen, may have answered elsewhere. */
static void who_may_have_accepted_unseen_is_not_guessed_at(void **state)
{
	static const char *const servers[] = {
		SERVER SERVED(70, 11, CLIENT4) "{'ev':'lost','t':80,'tid':1,'count':2}\n",
		SERVER CALL(20, 1, 1, fork, "'args':{},'ret':9,'untraced':'seccomp'") SERVED(70, 11, CLIENT4),
		SERVER CALL(20, 1, 1, fork, "'args':{},'ret':9") SERVED(70, 11, CLIENT4),
		SERVER CALL(20, 1, 1, posix_spawn, "'args':{},'ret':0,'untraced':'static'") SERVED(70, 11, CLIENT4),
	};

	(void)state;
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct trace *t = play(servers[i], CLIENT(BOXED(31, 2)) ASKS);

		assert_open(t, SIDE_CLIENT, 21);
		assert_open(t, SIDE_SERVER, 11);
	}
}

/* Though it accepts nothing that is recorded. */
static void nor_is_who_shares_a_listener_with_such_a_process(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl",
		   PROCESS(14, 3, 1, "fork")
			   INHERIT(15, 3, 3, 1, "fork", "'local':" ANY4) "{'ev':'lost','t':80,'tid':3,'count':2}\n");
	t = play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

static void nor_is_a_program_that_takes_the_listener_along(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl", PROCESS(14, 3, 1, "fork") INHERIT(15, 3, 3, 1, "fork", "'local':" ANY4)
					PENDING(16, 3, execve, "'args':{},'untraced':'static'"));
	t = play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

/* A child from before there was a listener has none, and one that has it has a file. */
static void who_has_no_listener_accepts_nothing(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl", PROCESS(21, 9, 1, "fork") INHERIT(22, 9, 3, 1, "fork", "'local':" ANY4));
	t = play(PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, fork, "'args':{},'ret':8") LISTENER(10, 1)
			 CALL(20, 1, 1, fork, "'args':{},'ret':9")
				 CALL(22, 1, 1, execve, "'args':{},'ret':-1,'err':'ENOENT','untraced':'static'")
					 SERVED(70, 11, CLIENT4),
		 CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 11);
}

/* Of those two the client tells from where it connects, and the server in the sandbox does not. */
#define BOXED_SERVES(t, sock)                                                                                          \
	CALL(t, 1, 1, accept, "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':" #sock)                         \
	GET(t, 2, 1, 4, sock, "ping") PUT(t, 1, 4, sock, "pong") CLOSE(t, 1, 4, sock, 0)
#define NAMED_CLIENT                                                                                                   \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CONNECT(50, 5, 2, 3, 21, CLIENT4, SERVER4) PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong")

static void who_tells_his_address_meets_who_does_not_ask(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER BOXED(13, 1) BOXED_SERVES(70, 4503599627370497), NAMED_CLIENT);
	assert_pair(t, 21, TRACE_OWN_SOCK + 1);
	t = play(SERVER BOXED(13, 1) BOXED_SERVES(70, 4503599627370497) BOXED_SERVES(80, 4503599627370498),
		 NAMED_CLIENT);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 2);
}

/* Where both are told, no sandbox confuses them. */
static void who_tells_another_address_is_another(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4B) EXIT(90, 1, 0),
		 PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 5, 2, 3, 21, CLIENT4, SERVER4));
	assert_stranger(t, 11);
	assert_int_equal(conn_of(t, SIDE_CLIENT, 21)->one_sided, ONE_NOT_ACCEPTED);
}

/* Two calls from one port, to two addresses of a server whose accepts do not tell which was called. */
#define CALLS_TWICE(asked, answered)                                                                                   \
	NAMED_CLIENT                                                                                                   \
	SOCKET(42, 2, 5, 22)                                                                                           \
	CONNECT(52, 5, 2, 5, 22, CLIENT4, V4("127.0.0.2", 8080, "1f907f000002"))                                       \
	PUT(62, 2, 5, 22, asked) GET(63, 40, 2, 5, 22, answered)
#define BOXED_TAKES(t, sock, asked, answered)                                                                          \
	CALL(t, 1, 1, accept, "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':" #sock ",'peer':" CLIENT4)      \
	GET(t, 2, 1, 4, sock, asked) PUT(t, 1, 4, sock, answered)

static void of_two_calls_from_one_port_the_bytes_tell(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER BOXED(13, 1) BOXED_TAKES(70, 4503599627370497, "peng", "pang")
			 BOXED_TAKES(80, 4503599627370498, "ping", "pong"),
		 CALLS_TWICE("peng", "pang"));
	assert_pair(t, 21, TRACE_OWN_SOCK + 2);
	assert_pair(t, 22, TRACE_OWN_SOCK + 1);
	t = play(SERVER BOXED(13, 1) BOXED_TAKES(70, 4503599627370497, "ping", "pong")
			 BOXED_TAKES(80, 4503599627370498, "ping", "pong"),
		 CALLS_TWICE("ping", "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_CLIENT, 22);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 2);
}

/* What does not lie on the stack of a sandboxed caller is not read, and so the address may be missing. */
static void who_does_not_tell_whom_he_called_may_have_called_anybody(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4) SERVES(5, 12, CLIENT4B, "ping", "pong"),
		 CLIENT(BOXED(31, 2)) CALL(50, 5, 2, connect, "'fd':3,'sock':21,'args':{'addrlen':16},'ret':0")
			 PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
	assert_stranger(t, 12);
}

static void who_does_not_tell_where_he_listens_may_have_been_called_by_anybody(void **state)
{
#define HIDDEN_SERVER                                                                                                  \
	PROCESS(1, 1, 0, "exec")                                                                                       \
	BOXED(5, 1)                                                                                                    \
	SOCKET(10, 1, 3, 1)                                                                                            \
	CALL(11, 1, 1, bind, "'fd':3,'sock':1,'args':{'addrlen':16},'ret':0")                                          \
	CALL(12, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")                                         \
	BOXED_SERVES(70, 4503599627370497)
	struct trace *t;

	(void)state;
	t = play(HIDDEN_SERVER, NAMED_CLIENT);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
	unit_write("3.w.jsonl",
		   PROCESS(14, 3, 0, "exec") SOCKET(15, 3, 3, 2) CALL(
			   16, 1, 3, bind, "'fd':3,'sock':2,'args':{'addr':" SERVER4 ",'addrlen':16},'ret':0")
			   CALL(17, 1, 3, listen, "'fd':3,'sock':2,'args':{'backlog':5},'ret':0")
				   CALL(70, 1, 3, accept, "'fd':3,'sock':2,'args':{'addr':null},'ret':4,'newsock':12")
					   GET(72, 2, 3, 4, 12, "ping") PUT(74, 3, 4, 12, "pong"));
	t = play(HIDDEN_SERVER, NAMED_CLIENT);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 12);
}

static void other_families_are_other_networks(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl", PROCESS(14, 3, 0, "exec")
					CALL(15, 1, 3, socket,
					     "'args':{'domain':'AF_VSOCK','type':'SOCK_STREAM'},'ret':3,'newsock':2")
						CALL(17, 1, 3, listen, "'fd':3,'sock':2,'args':{'backlog':5},'ret':0")
							CALL(70, 1, 3, accept,
							     "'fd':3,'sock':2,'args':{'addr':null},'ret':4,'newsock':"
							     "12") "{'ev':'lost','t':80,'tid':3,'count':2}\n");
	t = play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 11);
	assert_stranger(t, 12);
}

#define OPENS(t, dt, tid, sock)                                                                                        \
	CALL(t, dt, tid, sendto,                                                                                       \
	     "'fd':3,'sock':" #sock ",'args':{'len':4,'flags':['MSG_FASTOPEN'],'dest_addr':" SERVER4                   \
	     ",'addrlen':16},'ret':4,'data':'ping'")

static void a_write_that_connects_meets_who_answered_it(void **state)
{
	struct trace *t;

	(void)state;
	t = play(SERVER SERVED(70, 11, CLIENT4), CLIENT("") OPENS(50, 5, 2, 21) GET(61, 39, 2, 3, 21, "pong"));
	assert_pair(t, 21, 11);
	t = play(SERVER SERVED(70, 11, CLIENT4) SERVED(80, 12, CLIENT4B),
		 CLIENT("") OPENS(50, 5, 2, 21) GET(61, 39, 2, 3, 21, "pong"));
	assert_open(t, SIDE_CLIENT, 21);
}

/* In a sandbox nobody is asked who connects. */
#define UNIX_SERVER                                                                                                    \
	PROCESS(1, 1, 0, "exec")                                                                                       \
	SOCKET_UNIX(10, 1, 3, 1)                                                                                       \
	CALL(11, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" UNIX("/w/s") ",'addrlen':16},'ret':0")                  \
	CALL(12, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0") BOXED(13, 1)
#define UNIX_SERVES(t, sock, asked)                                                                                    \
	CALL(t, 1, 1, accept, "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':" #sock)                         \
	GET(t, 2, 1, 4, sock, asked) PUT(t, 1, 4, sock, "pong") CLOSE(t, 1, 4, sock, 0)
#define UNIX_CLIENT                                                                                                    \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET_UNIX(40, 2, 3, 21)                                                                                      \
	CALL(50, 1, 2, connect, "'fd':3,'sock':21,'args':{'addr':" UNIX("/w/s") ",'addrlen':16},'ret':0")              \
	PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong")

static void a_unix_server_in_a_sandbox_meets_whom_it_answered(void **state)
{
	struct trace *t;

	(void)state;
	t = play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "peng") UNIX_SERVES(75, 4503599627370498, "ping"),
		 UNIX_CLIENT);
	assert_int_equal(t->conns.count, 2);
	assert_pair(t, 21, TRACE_OWN_SOCK + 2);
	t = play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping") UNIX_SERVES(75, 4503599627370498, "ping"),
		 UNIX_CLIENT);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
}

static void a_name_that_is_not_told_may_be_any(void **state)
{
	struct trace *t;

	(void)state;
	t = play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping"),
		 PROCESS(30, 2, 0, "exec") BOXED(31, 2) SOCKET_UNIX(40, 2, 3, 21)
			 CALL(50, 1, 2, connect, "'fd':3,'sock':21,'args':{'addrlen':16},'ret':0")
				 PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
}

/* Two processes share a listener, one of them in a sandbox: in which order theirs were accepted nobody can tell, but what was said does. */
#define UNIX_WORKER(asked, answered)                                                                                   \
	PROCESS(14, 3, 1, "fork")                                                                                      \
	"{'ev':'inherit','t':15,'tid':3,'fd':3,'sock':1,'family':'AF_UNIX','type':'SOCK_STREAM','via':'fork'}\n" CALL( \
		80, 1, 3, accept,                                                                                      \
		"'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':12,'peercred':{'pid':2,'uid':0,'gid':0}")      \
		GET(85, 2, 3, 4, 12, asked) PUT(86, 3, 4, 12, answered)
#define UNIX_CLIENT_TWICE(asked, answered)                                                                             \
	UNIX_CLIENT                                                                                                    \
	SOCKET_UNIX(42, 2, 5, 22)                                                                                      \
	CALL(52, 1, 2, connect, "'fd':5,'sock':22,'args':{'addr':" UNIX("/w/s") ",'addrlen':16},'ret':0")              \
	PUT(64, 2, 5, 22, asked) GET(66, 39, 2, 5, 22, answered)

static void an_accept_beside_a_sandbox_takes_none_that_another_may_have(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl", UNIX_WORKER("peng", "pang"));
	t = play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping"), UNIX_CLIENT_TWICE("peng", "pang"));
	assert_int_equal(t->conns.count, 2);
	assert_pair(t, 21, TRACE_OWN_SOCK + 1);
	assert_pair(t, 22, 12);
	unit_write("3.w.jsonl", UNIX_WORKER("ping", "pong"));
	t = play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping"), UNIX_CLIENT_TWICE("ping", "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_CLIENT, 22);
	assert_open(t, SIDE_SERVER, 12);
}

/* The kernel has told that it was another process. */
static void whom_the_kernel_named_is_no_other(void **state)
{
	struct trace *t;

	(void)state;
	t = play(PROCESS(1, 1, 0, "exec") SOCKET_UNIX(10, 1, 3, 1)
			 CALL(11, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" UNIX("/w/s") "},'ret':0")
				 CALL(12, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
					 CALL(65, 1, 1, accept,
					      "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':11,'peercred':{'"
					      "pid':9,'uid':0,'gid':0}") GET(65, 2, 1, 4, 11, "ping")
						 PUT(65, 1, 4, 11, "pong"),
		 UNIX_CLIENT);
	assert_null(conn_of(t, SIDE_CLIENT, 21)->ends[SIDE_SERVER].sock);
	assert_stranger(t, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_connect_in_a_sandbox_meets_who_answered_it),
		UNIT(a_sockets_number_tells_of_a_sandbox_too),
		UNIT(outside_a_sandbox_nobody_is_met),
		UNIT(who_waits_was_not_accepted),
		UNIT(who_did_not_wait_may_have_been_accepted),
		UNIT(an_interrupted_connect_is_left_open),
		UNIT(an_attempt_that_was_refused_meets_nobody),
		UNIT(a_socket_that_was_refused_may_try_again),
		UNIT(between_two_that_fit_nothing_is_guessed),
		UNIT(what_was_said_tells_two_apart),
		UNIT(others_at_other_times_are_others),
		UNIT(nothing_is_read_before_it_was_written),
		UNIT(without_bytes_to_compare_nothing_is_guessed),
		UNIT(without_an_answer_nothing_is_guessed),
		UNIT(where_nobody_was_accepted_nor_was_this_one),
		UNIT(one_after_the_other_is_told_apart),
		UNIT(another_network_or_machine_is_another),
		UNIT(another_address_is_another),
		UNIT(another_port_than_it_is_bound_to_is_anothers),
		UNIT(who_may_have_accepted_unseen_is_not_guessed_at),
		UNIT(nor_is_who_shares_a_listener_with_such_a_process),
		UNIT(nor_is_a_program_that_takes_the_listener_along),
		UNIT(who_has_no_listener_accepts_nothing),
		UNIT(who_tells_his_address_meets_who_does_not_ask),
		UNIT(who_tells_another_address_is_another),
		UNIT(of_two_calls_from_one_port_the_bytes_tell),
		UNIT(who_does_not_tell_whom_he_called_may_have_called_anybody),
		UNIT(who_does_not_tell_where_he_listens_may_have_been_called_by_anybody),
		UNIT(other_families_are_other_networks),
		UNIT(a_write_that_connects_meets_who_answered_it),
		UNIT(a_unix_server_in_a_sandbox_meets_whom_it_answered),
		UNIT(a_name_that_is_not_told_may_be_any),
		UNIT(an_accept_beside_a_sandbox_takes_none_that_another_may_have),
		UNIT(whom_the_kernel_named_is_no_other),
	};

	return UNIT_MAIN(tests);
}
