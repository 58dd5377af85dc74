/* writable: that a connect under way was made, or failed, as poll, select and epoll tell. */
#include "tests/unit/lib/meetings.h"

#define UNDER_WAY                                                                                                      \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CALL(50, 5, 2, connect,                                                                                        \
	     "'fd':3,'sock':21,'args':{'addr':" SERVER4 "},'ret':-1,'err':'EINPROGRESS','local':" CLIENT4)
#define POLLED(t, dt, events)                                                                                          \
	CALL(t, dt, 2, poll,                                                                                           \
	     "'args':{'fds':[{'fd':3,'events':['POLLOUT']}],'nfds':1},'ret':1,"                                        \
	     "'ready':[{'fd':3,'sock':21,'events':[" events "]}]")
#define WAITED(events)                                                                                                 \
	CALL(60, 1, 2, epoll_wait,                                                                                     \
	     "'args':{'epfd':4,'maxevents':9,'timeout':-1},'ret':1,'ready':[{'fd':3,'sock':21,'events':[" events       \
	     "]}]")
#define SELECTED(asked, readable)                                                                                      \
	CALL(60, 1, 2, select,                                                                                         \
	     "'args':{'nfds':4,'readfds':" asked ",'writefds':[3]},'ret':1,'ready':{'read':[" readable "],"            \
	     "'write':[{'fd':3,'sock':21}],'except':[]}")
#define GIVEN_UP CLOSE(70, 2, 3, 21, 0) EXIT(80, 2, 0)

static const struct conn *play(const char *client)
{
	return meetings_conn(meetings_play(SERVER EXIT(100, 1, 0), client), SIDE_CLIENT, 21);
}

static void who_is_writable_is_connected(void **state)
{
	static const char *const clients[] = {
		UNDER_WAY POLLED(60, 1, "'POLLOUT'") GIVEN_UP,
		UNDER_WAY POLLED(60, 1, "'POLLOUT','POLLWRNORM'") GIVEN_UP,
		UNDER_WAY POLLED(49, 20, "'POLLOUT'") GIVEN_UP, /* another thread's, which waits already */
		UNDER_WAY WAITED("'EPOLLOUT'") GIVEN_UP,
		UNDER_WAY WAITED("'EPOLLIN','EPOLLOUT','EPOLLRDHUP'") GIVEN_UP,
		UNDER_WAY SELECTED("[3]", "") GIVEN_UP,
	};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
		assert_int_equal(play(clients[i])->outcome, CONN_NOT_ACCEPTED);
}

/* A failure makes a socket writable, too; select says so by both sets. */
static void an_error_is_no_connection(void **state)
{
	static const char *const clients[] = {
		UNDER_WAY GIVEN_UP,
		UNDER_WAY POLLED(60, 1, "'POLLOUT','POLLERR','POLLHUP'") GIVEN_UP,
		UNDER_WAY POLLED(60, 1, "'POLLIN'") GIVEN_UP,
		UNDER_WAY WAITED("'EPOLLOUT','EPOLLHUP'") GIVEN_UP,
		UNDER_WAY SELECTED("[3]", "{'fd':3,'sock':21}") GIVEN_UP,
		UNDER_WAY SELECTED("null", "") GIVEN_UP,
	};

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
		assert_int_equal(play(clients[i])->outcome, CONN_PENDING);
}

/* What was there before it, or is another's. */
static void only_the_socket_itself_tells(void **state)
{
	(void)state;
	assert_int_equal(play(UNDER_WAY POLLED(45, 1, "'POLLOUT'") GIVEN_UP)->outcome, CONN_PENDING);
	assert_int_equal(play(UNDER_WAY CALL(60, 1, 2, poll,
					     "'args':{'nfds':1},'ret':1,"
					     "'ready':[{'fd':3,'sock':22,'events':['POLLOUT']},7,{'fd':3}]") GIVEN_UP)
				 ->outcome,
			 CONN_PENDING);
}

static void without_a_listener_in_the_trace_it_is_closed(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("2.c.jsonl", UNDER_WAY POLLED(60, 1, "'POLLOUT'") GIVEN_UP);
	t = unit_load();
	assert_int_equal(t->conns.items[0]->outcome, CONN_CLOSED);
	assert_int_equal(t->conns.items[0]->one_sided, ONE_NOT_TRACED);
}

#define TOLD(t, call) CALL(t, 1, 2, call, "'fd':3,'sock':21,'args':{'len':1,'flags':[]},'ret':-1,'err':'ECONNREFUSED'")
#define FAILED        POLLED(60, 1, "'POLLOUT','POLLERR','POLLHUP'")

/* poll says that it failed, and whoever comes next is told why; with a listener there the error may be a reset. */
static void a_failure_is_told_where_it_is_found(void **state)
{
	static const struct {
		const char *client;
		enum outcome outcome;
	} cases[] = {
		{UNDER_WAY FAILED GIVEN_UP, CONN_FAILED},
		{UNDER_WAY WAITED("'EPOLLERR','EPOLLHUP'") GIVEN_UP, CONN_FAILED},
		{UNDER_WAY WAITED("'EPOLLOUT','EPOLLHUP'") GIVEN_UP, CONN_PENDING},
		{UNDER_WAY FAILED TOLD(65, send) GIVEN_UP, CONN_REFUSED},
		{UNDER_WAY TOLD(65, send) GIVEN_UP, CONN_REFUSED},
		{UNDER_WAY TOLD(65, recv) READ(66, 1, 2, 3, 21, 0) GIVEN_UP, CONN_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unit_write("2.c.jsonl", cases[i].client);
		assert_int_equal(unit_load()->conns.items[0]->outcome, cases[i].outcome);
	}
}

#define ASKED                                                                                                          \
	CALL(65, 1, 2, getsockopt, "'fd':3,'sock':21,'args':{'optname':'SO_ERROR'},'ret':0,'optval':'ECONNREFUSED'")

/* It is seen last before the connect came: it was not there, or poll would tell of a connection. */
static void who_was_killed_before_is_no_listener(void **state)
{
	static const struct {
		const char *client;
		enum outcome outcome;
	} cases[] = {
		{UNDER_WAY FAILED GIVEN_UP, CONN_FAILED},
		{UNDER_WAY WAITED("'EPOLLERR','EPOLLHUP'") GIVEN_UP, CONN_FAILED},
		{UNDER_WAY FAILED ASKED GIVEN_UP, CONN_REFUSED},
		{UNDER_WAY ASKED GIVEN_UP, CONN_REFUSED},
		{UNDER_WAY TOLD(65, send) GIVEN_UP, CONN_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct conn *c = meetings_conn(meetings_play(SERVER, cases[i].client), SIDE_CLIENT, 21);

		assert_int_equal(c->outcome, cases[i].outcome);
		assert_null(c->listener);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(who_is_writable_is_connected),         UNIT(an_error_is_no_connection),
		UNIT(only_the_socket_itself_tells),         UNIT(a_failure_is_told_where_it_is_found),
		UNIT(who_was_killed_before_is_no_listener), UNIT(without_a_listener_in_the_trace_it_is_closed),
	};

	return UNIT_MAIN(tests);
}
