/* unasked: accepts that do not tell whom they took, and addresses that nobody knows, are nobody's where the trace leaves another way. */
#include "tests/unit/lib/meetings.h"

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
	t = meetings_play(SERVER BOXED(13, 1) BOXED_SERVES(70, 4503599627370497), NAMED_CLIENT);
	assert_pair(t, 21, TRACE_OWN_SOCK + 1);
	t = meetings_play(SERVER BOXED(13, 1) BOXED_SERVES(70, 4503599627370497) BOXED_SERVES(80, 4503599627370498),
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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4B) EXIT(90, 1, 0),
			  PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 5, 2, 3, 21, CLIENT4, SERVER4));
	assert_stranger(t, 11);
	assert_int_equal(meetings_conn(t, SIDE_CLIENT, 21)->one_sided, ONE_NOT_ACCEPTED);
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
	t = meetings_play(SERVER BOXED(13, 1) BOXED_TAKES(70, 4503599627370497, "peng", "pang")
				  BOXED_TAKES(80, 4503599627370498, "ping", "pong"),
			  CALLS_TWICE("peng", "pang"));
	assert_pair(t, 21, TRACE_OWN_SOCK + 2);
	assert_pair(t, 22, TRACE_OWN_SOCK + 1);
	t = meetings_play(SERVER BOXED(13, 1) BOXED_TAKES(70, 4503599627370497, "ping", "pong")
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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4) SERVES(5, 12, CLIENT4B, "ping", "pong"),
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
	t = meetings_play(HIDDEN_SERVER, NAMED_CLIENT);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
	unit_write("3.w.jsonl",
		   PROCESS(14, 3, 0, "exec") SOCKET(15, 3, 3, 2) CALL(
			   16, 1, 3, bind, "'fd':3,'sock':2,'args':{'addr':" SERVER4 ",'addrlen':16},'ret':0")
			   CALL(17, 1, 3, listen, "'fd':3,'sock':2,'args':{'backlog':5},'ret':0")
				   CALL(70, 1, 3, accept, "'fd':3,'sock':2,'args':{'addr':null},'ret':4,'newsock':12")
					   GET(72, 2, 3, 4, 12, "ping") PUT(74, 3, 4, 12, "pong"));
	t = meetings_play(HIDDEN_SERVER, NAMED_CLIENT);
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
	t = meetings_play(SERVER SERVED(70, 11, CLIENT4), CLIENT(BOXED(31, 2)) ASKS);
	assert_pair(t, 21, 11);
	assert_stranger(t, 12);
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
	t = meetings_play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "peng")
				  UNIX_SERVES(75, 4503599627370498, "ping"),
			  UNIX_CLIENT);
	assert_int_equal(t->conns.count, 2);
	assert_pair(t, 21, TRACE_OWN_SOCK + 2);
	t = meetings_play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping")
				  UNIX_SERVES(75, 4503599627370498, "ping"),
			  UNIX_CLIENT);
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_SERVER, TRACE_OWN_SOCK + 1);
}

static void a_name_that_is_not_told_may_be_any(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping"),
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
	t = meetings_play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping"), UNIX_CLIENT_TWICE("peng", "pang"));
	assert_int_equal(t->conns.count, 2);
	assert_pair(t, 21, TRACE_OWN_SOCK + 1);
	assert_pair(t, 22, 12);
	unit_write("3.w.jsonl", UNIX_WORKER("ping", "pong"));
	t = meetings_play(UNIX_SERVER UNIX_SERVES(65, 4503599627370497, "ping"), UNIX_CLIENT_TWICE("ping", "pong"));
	assert_open(t, SIDE_CLIENT, 21);
	assert_open(t, SIDE_CLIENT, 22);
	assert_open(t, SIDE_SERVER, 12);
}

/* The kernel has told that it was another process. */
static void whom_the_kernel_named_is_no_other(void **state)
{
	struct trace *t;

	(void)state;
	t = meetings_play(PROCESS(1, 1, 0, "exec") SOCKET_UNIX(10, 1, 3, 1)
				  CALL(11, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" UNIX("/w/s") "},'ret':0") CALL(
					  12, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
					  CALL(65, 1, 1, accept,
					       "'fd':3,'sock':1,'args':{'addr':null},'ret':4,'newsock':11,'peercred':{'"
					       "pid':9,'uid':0,'gid':0}") GET(65, 2, 1, 4, 11, "ping")
						  PUT(65, 1, 4, 11, "pong"),
			  UNIX_CLIENT);
	assert_null(meetings_conn(t, SIDE_CLIENT, 21)->ends[SIDE_SERVER].sock);
	assert_stranger(t, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(who_tells_his_address_meets_who_does_not_ask),
		UNIT(who_tells_another_address_is_another),
		UNIT(of_two_calls_from_one_port_the_bytes_tell),
		UNIT(who_does_not_tell_whom_he_called_may_have_called_anybody),
		UNIT(who_does_not_tell_where_he_listens_may_have_been_called_by_anybody),
		UNIT(other_families_are_other_networks),
		UNIT(a_unix_server_in_a_sandbox_meets_whom_it_answered),
		UNIT(a_name_that_is_not_told_may_be_any),
		UNIT(an_accept_beside_a_sandbox_takes_none_that_another_may_have),
		UNIT(whom_the_kernel_named_is_no_other),
	};

	return UNIT_MAIN(tests);
}
