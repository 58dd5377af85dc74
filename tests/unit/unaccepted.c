/* unaccepted: that nobody accepted a connection is said only where nobody could have, unrecorded. */
#include "tests/unit/lib/meetings.h"
#include "viewer/base/buf.h"

/* Connects at 50, writes and goes: whoever accepts has nothing to answer. */
#define TELLS                                                                                                          \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CONNECT(50, 5, 2, 3, 21, CLIENT4, SERVER4) WRITE(60, 1, 2, 3, 21, 3) CLOSE(70, 2, 3, 21, 0) EXIT(80, 2, 0)
#define TELLS_UNIX(t, sock)                                                                                            \
	SOCKET_UNIX(t, 2, 3, sock)                                                                                     \
	CALL(t, 1, 2, connect,                                                                                         \
	     "'fd':3,'sock':" #sock ",'args':{'addr':" UNIX("/s") ",'addrlen':110},'ret':0,'peer':" UNIX("/s"))        \
	WRITE(t, 1, 2, 3, sock, 3) CLOSE(t, 2, 3, sock, 0)
#define LISTENER_UNIX(t)                                                                                               \
	SOCKET_UNIX(t, 1, 3, 1)                                                                                        \
	CALL(t, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" UNIX("/s") ",'addrlen':110},'ret':0")                    \
	CALL(t, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
#define UNTRACED_CHILD(t) CALL(t, 1, 1, fork, "'args':{},'ret':9,'untraced':'seccomp'")
#define UNTRACED_SPAWN(t) CALL(t, 1, 1, posix_spawn, "'args':{},'ret':0,'untraced':'static'")
#define HAS_CHILD(t)      CALL(t, 1, 1, fork, "'args':{},'ret':3")
#define CHILD(t)          PROCESS(t, 3, 1, "fork") INHERIT(t, 3, 3, 1, "fork", "'state':'listening','local':" ANY4)
#define GIVEN(via)        PROCESS(1, 1, 7, "exec") INHERIT(10, 1, 3, 1, via, "'state':'listening','local':" ANY4)
#define CLOSES_ON_EXEC                                                                                                 \
	PROCESS(1, 1, 0, "exec")                                                                                       \
	CALL(10, 1, 1, socket,                                                                                         \
	     "'args':{'domain':'AF_INET','type':'SOCK_STREAM','type_flags':['SOCK_CLOEXEC'],'protocol':0},'ret':3,"    \
	     "'newsock':1,'ino':9")                                                                                    \
	CALL(11, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" ANY4 ",'addrlen':16},'ret':0")                          \
	CALL(12, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
#define TOLD_BY(t, call, args) CALL(t, 1, 1, call, "'fd':3,'sock':1,'args':{" args "},'ret':0")
#define TOLD(t, flags)         TOLD_BY(t, fcntl, "'cmd':'F_SETFD','arg':[" flags "]")
#define PASSES(t)      CALL(t, 1, 1, sendmsg, "'fd':5,'sock':9,'args':{'flags':[]},'ret':1,'passed':[{'fd':3,'sock':1}]")
#define TAKES(t, tid, flags)                                                                                           \
	CALL(t, 1, tid, recvmsg, "'fd':5,'sock':8,'args':{'flags':[" flags "]},'ret':1,'received':[{'fd':4,'sock':1}]")

/* The server, its child if there is one, and who connects. */
static const struct conn *play(const char *server, const char *child)
{
	if (child)
		unit_write("3.w.jsonl", child);
	return meetings_conn(meetings_play(server, TELLS), SIDE_CLIENT, 21);
}

static void assert_unaccepted(const struct conn *c)
{
	assert_int_equal(c->outcome, CONN_NOT_ACCEPTED);
	assert_int_equal(c->one_sided, ONE_NOT_ACCEPTED);
	assert_false(c->undecided);
}

static void assert_not_known(const struct conn *c)
{
	assert_int_equal(c->outcome, CONN_CLOSED);
	assert_int_equal(c->one_sided, ONE_PERHAPS_ACCEPTED);
	assert_true(c->undecided);
	assert_null(c->reset);
}

static void who_alone_has_a_listener_did_not_accept(void **state)
{
	const struct conn *c;

	(void)state;
	c = play(SERVER EXIT(100, 1, 0), NULL);
	assert_unaccepted(c);
	assert_int_equal(c->reset->why, RESET_NEVER_TAKEN);
}

static void somebody_unrecorded_may_have_accepted(void **state)
{
	static const char *const servers[] = {
		SERVER UNTRACED_CHILD(20) EXIT(100, 1, 0),
		SERVER UNTRACED_CHILD(90) EXIT(100, 1, 0), /* what lies in the backlog is a later child's, too */
		SERVER CALL(20, 1, 1, fork, "'args':{},'ret':9") EXIT(100, 1, 0),
		SERVER UNTRACED_SPAWN(20) EXIT(100, 1, 0),
		SERVER CALL(20, 1, 1, execve, "'pid':9,'args':{},'ret':0,'untraced':'static'") EXIT(100, 1, 0),
		SERVER PENDING(20, 1, execve, "'args':{},'untraced':'static'"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
		assert_not_known(play(servers[i], NULL));
}

/* Or the server itself. */
static void who_lost_calls_may_have_accepted(void **state)
{
	(void)state;
	assert_not_known(play(SERVER "{'ev':'lost','t':90,'tid':1,'count':2}\n" EXIT(100, 1, 0), NULL));
}

static void so_may_who_gave_the_listener_or_was_given_it(void **state)
{
	static const char *const servers[] = {
		SERVER PASSES(20) EXIT(100, 1, 0),
		GIVEN("untraced") EXIT(100, 1, 0),
		GIVEN("received") EXIT(100, 1, 0),
		GIVEN("fork") EXIT(100, 1, 0), /* whose parent is not in the trace */
		SERVER TAKES(20, 1, "") EXIT(100, 1, 0),
	};

	(void)state;
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
		assert_not_known(play(servers[i], NULL));
}

static void so_may_what_a_child_starts(void **state)
{
	(void)state;
	assert_not_known(play(SERVER HAS_CHILD(20) EXIT(100, 1, 0),
			      CHILD(21) PENDING(22, 3, execve, "'args':{},'untraced':'static'")));
	assert_not_known(
		play(SERVER HAS_CHILD(20) EXIT(100, 1, 0), CHILD(21) "{'ev':'lost','t':90,'tid':3,'count':2}\n"));
}

static void who_has_no_listener_did_not_accept(void **state)
{
	static const char *const children[] = {
		CHILD(21) EXIT(99, 3, 0),
		CHILD(21) CLOSE(22, 3, 3, 1, 0) PENDING(23, 3, execve, "'args':{},'untraced':'static'"),
		CHILD(21) CALL(22, 1, 3, execve, "'args':{},'ret':-1,'err':'ENOENT','untraced':'static'"),
	};

	(void)state;
	assert_unaccepted(play(PROCESS(1, 1, 0, "exec") UNTRACED_CHILD(5) LISTENER(10, 1) EXIT(100, 1, 0), NULL));
	for (size_t i = 0; i < sizeof children / sizeof *children; i++)
		assert_unaccepted(play(SERVER HAS_CHILD(20) EXIT(100, 1, 0), children[i]));
}

/* Or he was stopped, and killed then. */
static void who_waits_for_clients_and_takes_none_may_be_dead(void **state)
{
	(void)state;
	assert_not_known(play(SERVER PENDING(20, 1, accept, "'fd':3,'sock':1,'args':{'addr':null}"), NULL));
	assert_unaccepted(play(SERVER PENDING(90, 1, accept, "'fd':3,'sock':1,'args':{'addr':null}"), NULL));
}

#define OF_THREAD(t, tid, call) PENDING(t, tid, call, "'fd':3,'sock':1,'args':{}")

/* In one thread, while another did something later. */
static void so_may_who_waits_for_clients_beside_others(void **state)
{
	(void)state;
	assert_not_known(play(SERVER OF_THREAD(20, 1, accept)
				      PENDING(25, 7, read, "'fd':4,'sock':11,'args':{'count':9}"),
			      NULL));
	assert_not_known(play(SERVER OF_THREAD(20, 7, accept) CALL(25, 2, 1, getpid, "'args':{},'ret':1"), NULL));
	assert_unaccepted(play(SERVER OF_THREAD(90, 7, accept) PENDING(95, 1, read, "'fd':4,'sock':11,'args':{'count':9}"),
			       NULL));
	/* It was there to its end. */
	assert_unaccepted(play(SERVER OF_THREAD(20, 7, accept) EXIT(100, 1, 0), NULL));
}

/* A program does not get what an exec closes; a child does. */
static void an_exec_closes_what_it_was_told_to(void **state)
{
	(void)state;
	assert_unaccepted(play(CLOSES_ON_EXEC UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_unaccepted(play(SERVER TOLD(15, "'FD_CLOEXEC'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_unaccepted(play(CLOSES_ON_EXEC HAS_CHILD(20) EXIT(100, 1, 0),
			       CHILD(21) PENDING(22, 3, execve, "'args':{},'untraced':'static'")));
	assert_not_known(play(SERVER UNTRACED_SPAWN(20) TOLD(25, "'FD_CLOEXEC'") EXIT(100, 1, 0), NULL));
	assert_not_known(play(CLOSES_ON_EXEC TOLD(15, "") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_not_known(play(CLOSES_ON_EXEC UNTRACED_CHILD(20) EXIT(100, 1, 0), NULL));
}

static void it_may_be_told_in_other_ways(void **state)
{
	(void)state;
	assert_not_known(play(CLOSES_ON_EXEC TOLD_BY(15, ioctl, "'request':'FIONCLEX'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_not_known(play(CLOSES_ON_EXEC TOLD_BY(15, fcntl64, "'cmd':'F_SETFD','arg':[]") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_unaccepted(play(SERVER TOLD_BY(15, ioctl, "'request':'FIOCLEX'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
}

#define RANGE_TO(t, first, last, flags)                                                                                \
	CALL(t, 1, 1, close_range, "'args':{'first':" #first ",'last':" #last ",'flags':[" flags "]},'ret':0,'closed':[]")
#define RANGE(t, first, flags) RANGE_TO(t, first, 4294967295, flags)

static void a_range_of_numbers_may_be_told_at_once(void **state)
{
	(void)state;
	assert_unaccepted(play(SERVER RANGE(15, 3, "'CLOSE_RANGE_CLOEXEC'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_not_known(play(SERVER RANGE(15, 4, "'CLOSE_RANGE_CLOEXEC'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_not_known(play(SERVER RANGE(25, 3, "'CLOSE_RANGE_CLOEXEC'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_not_known(play(SERVER RANGE(15, 3, "'CLOSE_RANGE_CLOEXEC'") TOLD(16, "") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
	assert_unaccepted(play(SERVER TOLD(15, "") RANGE(16, 0, "'CLOSE_RANGE_CLOEXEC'") UNTRACED_SPAWN(20) EXIT(100, 1, 0), NULL));
}

static void a_range_has_its_ends_and_what_lies_between(void **state)
{
	static const struct {
		const char *server;
		bool has_it;
	} cases[] = {
		{SERVER RANGE_TO(15, 3, 3, "'CLOSE_RANGE_CLOEXEC'"), true},
		{SERVER RANGE_TO(15, 0, 3, "'CLOSE_RANGE_CLOEXEC'"), true},
		{SERVER RANGE_TO(15, 1, 6, "'CLOSE_RANGE_CLOEXEC'"), true},
		{SERVER RANGE_TO(15, 0, 2, "'CLOSE_RANGE_CLOEXEC'"), false},
		{SERVER RANGE_TO(15, 4, 9, "'CLOSE_RANGE_CLOEXEC'"), false},
		{SERVER RANGE_TO(15, 5, 2, "'CLOSE_RANGE_CLOEXEC'"), false},
		{SERVER RANGE_TO(15, 0, 9223372036854775807, "'CLOSE_RANGE_CLOEXEC'"), true},
		{SERVER RANGE_TO(15, 2, 9, "'CLOSE_RANGE_CLOEXEC'") RANGE_TO(16, 4, 9, "'CLOSE_RANGE_CLOEXEC'"), true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf server = {0};
		const struct conn *c;

		buf_printf(&server, "%s" UNTRACED_SPAWN(20) EXIT(100, 1, 0), cases[i].server);
		c = play(server.bytes, NULL);
		buf_free(&server);
		if (cases[i].has_it)
			assert_unaccepted(c);
		else
			assert_not_known(c);
	}
}

static void who_is_recorded_may_take_it_over(void **state)
{
	(void)state;
	assert_unaccepted(play(SERVER HAS_CHILD(20) PASSES(30) EXIT(100, 1, 0),
			       PROCESS(21, 3, 1, "fork") TAKES(29, 3, "") EXIT(99, 3, 0)));
	/* But one who only looked leaves it to the next. */
	assert_not_known(play(SERVER HAS_CHILD(20) PASSES(30) EXIT(100, 1, 0),
			      PROCESS(21, 3, 1, "fork") TAKES(29, 3, "'MSG_PEEK'") EXIT(99, 3, 0)));
	assert_not_known(play(SERVER HAS_CHILD(20) PASSES(30) PASSES(40) EXIT(100, 1, 0),
			      PROCESS(21, 3, 1, "fork") TAKES(29, 3, "") EXIT(99, 3, 0)));
}

#define REACHES_UNIX(rest)                                                                                             \
	PROCESS(50, 2, 0, "exec")                                                                                      \
	SOCKET_UNIX(51, 2, 3, 21)                                                                                      \
	CALL(52, 1, 2, connect,                                                                                        \
	     "'fd':3,'sock':21,'args':{'addr':" UNIX("/s") ",'addrlen':110},'ret':0,'peer':" UNIX("/s") rest)          \
	EXIT(60, 2, 0)

static void a_name_may_have_another_listener_by_then(void **state)
{
	static const char server[] = PROCESS(1, 1, 0, "exec") LISTENER_UNIX(10) EXIT(100, 1, 0);
	static const char peer[] = REACHES_UNIX(",'peercred':{'pid':1,'uid':0,'gid':0}");
	static const char other[] = REACHES_UNIX(",'peercred':{'pid':9,'uid':0,'gid':0}");
	static const char closes[] = PROCESS(1, 1, 0, "exec") LISTENER_UNIX(10) CLOSE(20, 1, 3, 1, 0) EXIT(100, 1, 0);

	(void)state;
	assert_non_null(meetings_conn(meetings_play(server, peer), SIDE_CLIENT, 21)->listener);
	assert_null(meetings_conn(meetings_play(server, other), SIDE_CLIENT, 21)->listener);
	assert_null(meetings_conn(meetings_play(closes, REACHES_UNIX("")), SIDE_CLIENT, 21)->listener);
}

/* Of a Unix listener the kernel tells which process connected, but not with which of its sockets. */
static void a_unix_listener_is_no_different(void **state)
{
	static const char clients[] = PROCESS(30, 2, 0, "exec") TELLS_UNIX(50, 21) TELLS_UNIX(60, 22) EXIT(80, 2, 0);
	static const char accept[] =
		CALL(70, 1, 1, accept,
		     "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':11,'local':" UNIX(
			     "/s") ",'peercred':{'pid':2,'uid':0,'gid':0}") READ(75, 1, 1, 4, 11, 3);
	struct trace *t;
	struct buf server = {0};

	(void)state;
	buf_printf(&server, "%s%s", PROCESS(1, 1, 0, "exec") LISTENER_UNIX(10), accept);
	t = meetings_play(server.bytes, clients);
	assert_pair(t, 21, 11);
	assert_unaccepted(meetings_conn(t, SIDE_CLIENT, 22));
	server.len = 0;
	buf_printf(&server, "%s%s", PROCESS(1, 1, 0, "exec") LISTENER_UNIX(10) UNTRACED_CHILD(20), accept);
	t = meetings_play(server.bytes, clients);
	for (uint64_t sock = 21; sock <= 22; sock++) {
		assert_null(meetings_conn(t, SIDE_CLIENT, sock)->ends[SIDE_SERVER].sock);
		assert_true(meetings_conn(t, SIDE_CLIENT, sock)->undecided);
	}
	assert_open(t, SIDE_SERVER, 11);
	buf_free(&server);
}

/* Who has got something was accepted. */
static void an_answer_tells_that_it_was_accepted(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(SERVER UNTRACED_CHILD(20) EXIT(100, 1, 0),
			  PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 5, 2, 3, 21, CLIENT4, SERVER4)
				  READ(60, 1, 2, 3, 21, 3) CLOSE(70, 2, 3, 21, 0) EXIT(80, 2, 0));
	assert_int_equal(meetings_conn(t, SIDE_CLIENT, 21)->one_sided, ONE_LACKS_CALLS);
	assert_false(meetings_conn(t, SIDE_CLIENT, 21)->undecided);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(who_alone_has_a_listener_did_not_accept),
		UNIT(somebody_unrecorded_may_have_accepted),
		UNIT(who_lost_calls_may_have_accepted),
		UNIT(so_may_who_gave_the_listener_or_was_given_it),
		UNIT(so_may_what_a_child_starts),
		UNIT(who_has_no_listener_did_not_accept),
		UNIT(an_exec_closes_what_it_was_told_to),
		UNIT(it_may_be_told_in_other_ways),
		UNIT(a_range_of_numbers_may_be_told_at_once),
		UNIT(a_range_has_its_ends_and_what_lies_between),
		UNIT(who_is_recorded_may_take_it_over),
		UNIT(a_unix_listener_is_no_different),
		UNIT(who_waits_for_clients_and_takes_none_may_be_dead),
		UNIT(so_may_who_waits_for_clients_beside_others),
		UNIT(a_name_may_have_another_listener_by_then),
		UNIT(an_answer_tells_that_it_was_accepted),
	};

	return UNIT_MAIN(tests);
}
