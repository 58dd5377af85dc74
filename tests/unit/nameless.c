/* nameless: connects that do not tell from where meet who accepted them only where the trace leaves no other way. */
#include "tests/unit/lib/meetings.h"
#include "viewer/base/buf.h"
#include "viewer/scene/words.h"

#define SO_ERROR_IS(t, tid, sock, value)                                                                               \
	CALL(t, 1, tid, getsockopt,                                                                                    \
	     "'fd':3,'sock':" #sock ",'args':{'level':'SOL_SOCKET','optname':'SO_ERROR'},'ret':0,'optval':" #value)

static void a_connect_in_a_sandbox_meets_who_answered_it(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4),
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
		struct trace *t = meetings_play(SERVER SERVED(70, 11, CLIENT4), clients[i]);

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
		struct trace *t = meetings_play(SERVER SERVED(70, 11, CLIENT4), clients[i]);

		assert_int_equal(meetings_conn(t, SIDE_CLIENT, 21)->outcome, CONN_PENDING);
		assert_int_equal(meetings_conn(t, SIDE_CLIENT, 21)->one_sided, ONE_NOT_REACHED);
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
		struct trace *t = meetings_play(SERVER SERVED(70, 11, CLIENT4), clients[i]);
		const struct conn *c = meetings_conn(t, SIDE_CLIENT, 21);

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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4),
			  CLIENT(BOXED(31, 2)) CALL(50, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'EINTR'")
				  PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

static void an_attempt_that_was_refused_meets_nobody(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4),
			  CLIENT(BOXED(31, 2)) CALL(42, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'EINPROGRESS'")
				  SO_ERROR_IS(44, 2, 21, 111) CLOSE(46, 2, 3, 21, 0) SOCKET(48, 2, 3, 22)
					  CALL(50, 1, 2, connect, CONNECT_AT(22) "'ret':-1,'err':'EINPROGRESS'")
						  SO_ERROR_IS(55, 2, 22, 0) PUT(60, 2, 3, 22, "ping")
							  GET(61, 39, 2, 3, 22, "pong"));
	assert_int_equal(meetings_conn(t, SIDE_CLIENT, 21)->outcome, CONN_REFUSED);
	assert_pair(t, 22, 11);
}

static void a_socket_that_was_refused_may_try_again(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4),
			  CLIENT(BOXED(31, 2)) CALL(42, 1, 2, connect, CONNECT_AT(21) "'ret':-1,'err':'ECONNREFUSED'")
				  ASKS);
	assert_int_equal(t->conns.count, 2);
	assert_int_equal(t->conns.items[0]->outcome, CONN_REFUSED);
	assert_null(t->conns.items[0]->ends[SIDE_SERVER].sock);
	assert_int_equal(t->conns.items[1]->ends[SIDE_SERVER].sock->cookie, 11);
}

static void between_two_that_fit_nothing_is_guessed(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4) SERVED(80, 12, CLIENT4B), CLIENT(BOXED(31, 2)) ASKS);
	assert_int_equal(t->conns.count, 3);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
	assert_open(t, SIDE_SERVER, 12);
	assert_string_equal(words_conn(t->arena, meetings_conn(t, SIDE_CLIENT, 21)), "c1  P2 to P1 127.0.0.1:8080");
	assert_string_equal(words_conn(t->arena, meetings_conn(t, SIDE_SERVER, 11)),
			    "c2  127.0.0.1:50000 (not known) to P1 127.0.0.1:8080");
}

static void what_was_said_tells_two_apart(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVES(65, 11, CLIENT4, "peng", "pong") SERVED(75, 12, CLIENT4B)
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
	t = meetings_play(SERVER SERVED(45, 11, CLIENT4) SERVED(70, 12, CLIENT4B) SERVED(110, 13, CLIENT4),
			  CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 12);
	assert_stranger(t, 11);
	assert_stranger(t, 13);
}

static void nothing_is_read_before_it_was_written(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4) SERVED(85, 12, CLIENT4B),
			  CLIENT(BOXED(31, 2)) ASK(50, 2, 21) PUT(80, 2, 3, 21, "ping") GET(81, 19, 2, 3, 21, "pong"));
	assert_pair(t, 21, 12);
	assert_stranger(t, 11);
}

static void without_bytes_to_compare_nothing_is_guessed(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER ACCEPT(70, 1, 1, 4, 11, SERVER4, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

/* It may lie in the backlog, and another have been accepted that said the same. */
static void without_an_answer_nothing_is_guessed(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER ACCEPT(70, 1, 1, 4, 11, SERVER4, CLIENT4) GET(72, 2, 1, 4, 11, "ping") EXIT(90, 1, 0),
			  CLIENT(BOXED(31, 2)) ASK(50, 2, 21) PUT(60, 2, 3, 21, "ping") CLOSE(80, 2, 3, 21, 0));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

static void where_nobody_was_accepted_nor_was_this_one(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER EXIT(90, 1, 0), CLIENT(BOXED(31, 2)) ASK(50, 2, 21));
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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4) SERVED(105, 12, CLIENT4B), CLIENT(BOXED(31, 2)) ASKS);
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
		t = meetings_play(SERVER SERVED(70, 11, CLIENT4), b.bytes);
		assert_null(meetings_conn(t, SIDE_CLIENT, 21)->ends[SIDE_SERVER].sock);
		assert_stranger(t, 11);
		buf_free(&b);
	}
}

static void another_address_is_another(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER ACCEPT(70, 1, 1, 4, 11, V4("127.0.0.2", 8080, "1f907f000002"), CLIENT4)
				  GET(72, 1, 1, 4, 11, "ping") PUT(74, 1, 4, 11, "pong"),
			  CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_null(meetings_conn(t, SIDE_SERVER, 11)->ends[SIDE_CLIENT].sock);
}

static void another_port_than_it_is_bound_to_is_anothers(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4),
			  CLIENT(BOXED(31, 2))
				  CALL(42, 1, 2, bind, "'fd':3,'sock':21,'args':{'addr':" CLIENT4B "},'ret':0") ASKS);
	assert_null(meetings_conn(t, SIDE_CLIENT, 21)->ends[SIDE_SERVER].sock);
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
		struct trace *t = meetings_play(servers[i], CLIENT(BOXED(31, 2)) ASKS);

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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

static void nor_is_a_program_that_takes_the_listener_along(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl", PROCESS(14, 3, 1, "fork") INHERIT(15, 3, 3, 1, "fork", "'local':" ANY4)
					PENDING(16, 3, execve, "'args':{},'untraced':'static'"));
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, 11);
}

/* Who gave it the listener, or was given it, has it too, and may be untraced. */
static void nor_is_who_has_the_listener_from_elsewhere(void **state)
{
	static const char *const servers[] = {
		PROCESS(1, 1, 0, "exec") INHERIT(10, 1, 3, 1, "untraced", "'state':'listening','local':" ANY4)
			SERVED(70, 11, CLIENT4),
		SERVER CALL(20, 1, 1, sendmsg,
			    "'fd':5,'sock':9,'args':{'flags':[]},'ret':1,'passed':[{'fd':3,'sock':1}]")
			SERVED(70, 11, CLIENT4),
	};

	(void)state;
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct trace *t = meetings_play(servers[i], CLIENT(BOXED(31, 2)) ASKS);

		assert_open(t, SIDE_CLIENT, 21);
		assert_open(t, SIDE_SERVER, 11);
	}
}

/* Who was answered before had been accepted by somebody else. */
static void who_has_a_listener_later_is_not_in_doubt(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4)
				  CALL(120, 1, 1, fork, "'args':{},'ret':9,'untraced':'seccomp'"),
			  CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 11);
}

/* A child from before there was a listener has none, and one that has it has a file. */
static void who_has_no_listener_accepts_nothing(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.w.jsonl", PROCESS(21, 9, 1, "fork") INHERIT(22, 9, 3, 1, "fork", "'local':" ANY4));
	t = meetings_play(PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, fork, "'args':{},'ret':8") LISTENER(10, 1)
				  CALL(20, 1, 1, fork, "'args':{},'ret':9") CALL(
					  22, 1, 1, execve, "'args':{},'ret':-1,'err':'ENOENT','untraced':'static'")
					  SERVED(70, 11, CLIENT4),
			  CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 11);
}

#define OPENS(t, dt, tid, sock)                                                                                        \
	CALL(t, dt, tid, sendto,                                                                                       \
	     "'fd':3,'sock':" #sock ",'args':{'len':4,'flags':['MSG_FASTOPEN'],'dest_addr':" SERVER4                   \
	     ",'addrlen':16},'ret':4,'data':'ping'")

static void a_write_that_connects_meets_who_answered_it(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4), CLIENT("") OPENS(50, 5, 2, 21) GET(61, 39, 2, 3, 21, "pong"));
	assert_pair(t, 21, 11);
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4) SERVED(80, 12, CLIENT4B),
			  CLIENT("") OPENS(50, 5, 2, 21) GET(61, 39, 2, 3, 21, "pong"));
	assert_open(t, SIDE_CLIENT, 21);
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
		UNIT(nor_is_who_has_the_listener_from_elsewhere),
		UNIT(who_has_a_listener_later_is_not_in_doubt),
		UNIT(who_has_no_listener_accepts_nothing),
		UNIT(a_write_that_connects_meets_who_answered_it),
	};

	return UNIT_MAIN(tests);
}
