/* session: which processes belong together, who came from whom, how each ended. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"
#include "viewer/load/load.h"

#define AT(t, tid) CALL(t, 1, tid, read, "'fd':3,'sock':1,'args':{'count':9},'ret':1")

static void the_newest_overlap_is_the_session(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(10, 1, 0, "exec") AT(20, 1));
	unit_write("2.b.jsonl", PROCESS(30, 2, 0, "exec") AT(50, 2));
	unit_write("3.c.jsonl", PROCESS(40, 3, 0, "exec") AT(70, 3));
	unit_write("4.d.jsonl", PROCESS(60, 4, 0, "exec") AT(80, 4));
	t = unit_load();
	assert_int_equal(t->sessions, 2);
	assert_int_equal(t->procs.count, 3);
	assert_int_equal(t->procs.items[0]->pid, 2);
	assert_int_equal(t->procs.items[0]->index, 1);
	assert_int_equal(t->events.count, 3);
	assert_int_equal(t->start_ns, 30);
	assert_int_equal(t->end_ns, 81);
	t = unit_load_all();
	assert_int_equal(t->procs.count, 4);
	assert_int_equal(t->sessions, 1);
}

#define LISTENS(t, tid) CALL(t, 1, tid, listen, "'fd':3,'sock':1,'args':{'backlog':9},'ret':0")
#define WAITS(t, tid)   PENDING(t, tid, accept, "'fd':3,'sock':1,'args':{'addrlen':null}")

static void a_server_killed_in_a_call_had_waited_for_clients(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.server.jsonl", PROCESS(10, 1, 0, "exec") LISTENS(11, 1) WAITS(12, 1));
	unit_write("2.client.jsonl", PROCESS(30, 2, 0, "exec") AT(40, 2));
	t = unit_load();
	assert_int_equal(t->sessions, 1);
	assert_int_equal(t->procs.count, 2);
	/* The next server has taken its place. */
	unit_write("3.server.jsonl", PROCESS(50, 3, 0, "exec") LISTENS(51, 3) WAITS(52, 3));
	unit_write("4.client.jsonl", PROCESS(60, 4, 0, "exec") AT(70, 4));
	t = unit_load();
	assert_int_equal(t->sessions, 2);
	assert_int_equal(t->procs.count, 2);
	assert_int_equal(t->procs.items[0]->pid, 3);
	/* Nobody waits for eleven minutes; and who says that he ends waits no more. */
	unit_write("5.client.jsonl", PROCESS(660000000060, 5, 0, "exec") AT(660000000070, 5));
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
	unit_write("6.server.jsonl", PROCESS(660000000080, 6, 0, "exec") LISTENS(660000000081, 6) WAITS(660000000082, 6)
					     EXIT(660000000083, 7, 0));
	unit_write("8.client.jsonl", PROCESS(660000000090, 8, 0, "exec") AT(660000000095, 8));
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
}

#define SERVER(t, pid) PROCESS(t, pid, 0, "exec") LISTENER(t, pid)
#define REFUSED(t, tid)                                                                                                \
	SOCKET(t, tid, 3, 21)                                                                                          \
	CALL(t, 2, tid, connect,                                                                                       \
	     "'fd':3,'sock':21,'args':{'addr':" SERVER4 ",'addrlen':16},'ret':-1,'err':'ECONNREFUSED'")

static void a_refused_client_belongs_to_the_server_it_missed(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.server.jsonl", SERVER(10, 1) EXIT(20, 1, 0));
	unit_write("2.client.jsonl", PROCESS(50, 2, 0, "exec") REFUSED(60, 2) EXIT(70, 2, 1));
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	c = t->conns.items[0];
	assert_int_equal(c->outcome, CONN_REFUSED);
	assert_non_null(c->missed);
	assert_int_equal(c->missed->gone->proc->pid, 1);
	/* The latest that had been there, not one of another port; and for ten minutes. */
	unit_write("3.server.jsonl", SERVER(80, 3) EXIT(90, 3, 0));
	unit_write(
		"4.server.jsonl",
		PROCESS(91, 4, 0, "exec") SOCKET(92, 4, 3, 31) CALL(
			93, 1, 4, bind,
			"'fd':3,'sock':31,'args':{'addr':" V4("0.0.0.0", 8081, "1f9100000000") ",'addrlen':16},'ret':0")
			CALL(94, 1, 4, listen, "'fd':3,'sock':31,'args':{'backlog':5},'ret':0") EXIT(95, 4, 0));
	unit_write("5.client.jsonl", PROCESS(100, 5, 0, "exec") REFUSED(110, 5) EXIT(120, 5, 1));
	t = unit_load();
	assert_int_equal(t->procs.count, 3);
	assert_int_equal(t->procs.items[0]->pid, 3);
	/* Who failed to bind, or never listened, is why as well; its address was cut off. */
	unit_write("6.server.jsonl",
		   PROCESS(130, 6, 0, "exec") SOCKET(131, 6, 3, 41)
			   CALL(132, 1, 6, bind,
				"'fd':3,'sock':41,'args':{'addr':{'family':'AF_INET','len':8,'short':true,"
				"'raw':'02001f907f000001'},'addrlen':8},'ret':-1,'err':'EINVAL'") EXIT(140, 6, 1));
	unit_write("7.client.jsonl", PROCESS(150, 7, 0, "exec") REFUSED(160, 7) EXIT(170, 7, 1));
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	assert_int_equal(t->procs.items[0]->pid, 6);
	unit_write("8.client.jsonl", PROCESS(660000000180, 8, 0, "exec") REFUSED(660000000190, 8));
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
	assert_null(t->conns.items[0]->missed);
}

#define REACHED(t, tid) SOCKET(t, tid, 3, 21) CONNECT(t, 2, tid, 3, 21, CLIENT4, SERVER4)

static void a_client_belongs_to_the_server_it_reached(void **state)
{
	struct trace *t;

	(void)state;
	/* Killed where no call tells of it, or recorded no more. */
	unit_write("1.server.jsonl", SERVER(10, 1));
	unit_write("2.client.jsonl", PROCESS(50, 2, 0, "exec") REACHED(60, 2) EXIT(70, 2, 0));
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	assert_int_equal(t->procs.items[0]->pid, 1);
	assert_non_null(t->conns.items[0]->listener);
	/* Not one at another address of the machine. */
	unit_write("1.server.jsonl",
		   PROCESS(10, 1, 0, "exec") SOCKET(11, 1, 3, 1)
			   CALL(12, 1, 1, bind,
				"'fd':3,'sock':1,'args':{'addr':" V4("127.0.0.9", 8080, "1f907f000009") ",'addrlen':16},'ret':0")
				   CALL(13, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0"));
	assert_int_equal(unit_load()->procs.count, 1);
	/* Who is seen to close it, or to end, has not been reached: it was somebody untraced. */
	unit_write("1.server.jsonl", SERVER(10, 1) CLOSE(20, 1, 3, 1, 0));
	assert_int_equal(unit_load()->procs.count, 1);
	unit_write("1.server.jsonl", SERVER(10, 1) EXIT(20, 1, 0));
	assert_int_equal(unit_load()->procs.count, 1);
	/* Nor the one before that. */
	unit_write("1.server.jsonl", SERVER(10, 1));
	unit_write("3.server.jsonl",
		   PROCESS(30, 3, 0, "exec") SOCKET(31, 3, 3, 31)
			   CALL(32, 1, 3, bind, "'fd':3,'sock':31,'args':{'addr':" ANY4 ",'addrlen':16},'ret':0")
				   CALL(33, 1, 3, listen, "'fd':3,'sock':31,'args':{'backlog':5},'ret':0")
					   EXIT(40, 3, 0));
	assert_int_equal(unit_load()->procs.count, 1);
	/* A client that came too late for this one is no reason for the other. */
	unit_write("3.server.jsonl", PROCESS(610000000000, 3, 0, "exec") REACHED(610000000010, 3));
	assert_int_equal(unit_load()->procs.count, 1);
}

#define OPTION(t, tid, sock, name, value)                                                                              \
	CALL(t, 1, tid, setsockopt,                                                                                    \
	     "'fd':3,'sock':" #sock ",'args':{'level':'SOL_SOCKET','optname':'" name "','optval':" #value              \
	     ",'optlen':4},'ret':0")
#define SHARES(pid, sock, value)                                                                                       \
	PROCESS(pid##0, pid, 0, "exec")                                                                                \
	SOCKET(pid##1, pid, 3, sock)                                                                                   \
	OPTION(pid##2, pid, sock, "SO_REUSEPORT", value)                                                               \
	CALL(pid##3, 1, pid, bind, "'fd':3,'sock':" #sock ",'args':{'addr':" ANY4 ",'addrlen':16},'ret':0")            \
	CALL(pid##5, 1, pid, listen, "'fd':3,'sock':" #sock ",'args':{'backlog':5},'ret':0")

/* With SO_REUSEPORT, of both. */
static void a_port_may_have_several_listeners(void **state)
{
	static const struct {
		const char *first, *second;
		bool reached;
	} cases[] = {
		{SHARES(1, 1, 1), SHARES(3, 31, 1) CLOSE(40, 3, 3, 31, 0), true},
		{SHARES(1, 1, 1), SHARES(3, 31, 1) EXIT(40, 3, 0), true},
		{SHARES(1, 1, 1), SHARES(3, 31, 0) CLOSE(40, 3, 3, 31, 0), false},
		{SHARES(1, 1, 0), SHARES(3, 31, 1) CLOSE(40, 3, 3, 31, 0), false},
		{SHARES(1, 1, 1) EXIT(20, 1, 0), SHARES(3, 31, 1) CLOSE(40, 3, 3, 31, 0), false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trace *t;

		unit_write("1.server.jsonl", cases[i].first);
		unit_write("3.server.jsonl", cases[i].second);
		unit_write("2.client.jsonl", PROCESS(50, 2, 0, "exec") REACHED(60, 2) EXIT(70, 2, 0));
		t = unit_load();
		assert_int_equal(t->procs.count, cases[i].reached ? 3 : 1);
		assert_int_equal(t->conns.items[0]->listener != NULL, cases[i].reached);
		assert_true(!cases[i].reached || t->conns.items[0]->listener->cookie == 1);
	}
}

/* Only who accepts can answer, and that is recorded: somebody untraced had taken the place of who had been killed. */
static void a_client_was_answered_by_who_accepted_it(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.server.jsonl", SERVER(10, 1));
	unit_write("2.client.jsonl", PROCESS(50, 2, 0, "exec") REACHED(60, 2) READ(65, 1, 2, 3, 21, 5) EXIT(70, 2, 0));
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
	assert_int_equal(t->conns.items[0]->one_sided, ONE_NOT_TRACED);
	/* Who comes after that did not reach him, either; who came before may have. */
	unit_write("3.client.jsonl", PROCESS(40, 3, 0, "exec") SOCKET(41, 3, 3, 31)
					     CONNECT(42, 2, 3, 3, 31, CLIENT4B, SERVER4) EXIT(45, 3, 0));
	unit_write("4.client.jsonl", PROCESS(80, 4, 0, "exec") SOCKET(81, 4, 3, 41)
					     CONNECT(82, 2, 4, 3, 41, CLIENT4B, SERVER4) EXIT(90, 4, 0));
	t = unit_load_all();
	assert_int_equal(t->conns.count, 3);
	assert_non_null(t->conns.items[0]->listener);
	assert_null(t->conns.items[1]->listener);
	assert_null(t->conns.items[2]->listener);
	/* But whose calls were lost may have accepted. */
	unit_write("1.server.jsonl", SERVER(10, 1) "{'ev':'lost','t':20,'tid':1,'count':2}\n");
	t = unit_load_all();
	assert_non_null(t->conns.items[1]->listener);
}

#define UNDER_WAY            "'ret':-1,'err':'EINPROGRESS'"
#define TRIES(t, addr, rest) CALL(t, 1, 2, connect, "'fd':3,'sock':21,'args':{'addr':" addr ",'addrlen':16}," rest)
#define LEAVES(t)            TRIES(t, "{'family':'AF_UNSPEC','len':16,'raw':'0000'}", "'ret':0")
#define OTHER_PORT           V4("127.0.0.1", 9, "00097f000001")

/* Each attempt of a socket has its own answers. */
static void an_answer_is_the_latest_attempts(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.server.jsonl", SERVER(10, 1));
	unit_write("2.client.jsonl", PROCESS(50, 2, 0, "exec") SOCKET(51, 2, 3, 21) TRIES(60, OTHER_PORT, "'ret':0")
					     LEAVES(62) TRIES(64, SERVER4, "'ret':0") READ(66, 1, 2, 3, 21, 5));
	assert_int_equal(unit_load()->procs.count, 1);
	unit_write("2.client.jsonl", PROCESS(50, 2, 0, "exec") SOCKET(51, 2, 3, 21) TRIES(60, SERVER4, "'ret':0") LEAVES(62)
					     TRIES(64, OTHER_PORT, "'ret':0") READ(66, 1, 2, 3, 21, 5));
	assert_int_equal(unit_load()->procs.count, 2);
	unit_write("2.client.jsonl",
		   PROCESS(50, 2, 0, "exec") SOCKET(51, 2, 3, 21) TRIES(60, SERVER4, UNDER_WAY)
			   CALL(62, 1, 2, getsockopt,
				"'fd':3,'sock':21,'args':{'level':'SOL_SOCKET','optname':'SO_ERROR'},'ret':0,'optval':110")
				   TRIES(64, SERVER4, UNDER_WAY) READ(66, 1, 2, 3, 21, 5));
	t = unit_load_all();
	assert_int_equal(t->conns.count, 2);
	assert_non_null(t->conns.items[0]->listener);
	assert_null(t->conns.items[1]->listener);
	/* Who asks how it goes makes no other attempt. */
	unit_write("2.client.jsonl",
		   PROCESS(50, 2, 0, "exec") SOCKET(51, 2, 3, 21) TRIES(60, SERVER4, UNDER_WAY)
			   TRIES(62, SERVER4, "'ret':-1,'err':'EALREADY'") TRIES(64, SERVER4, "'ret':0") READ(66, 1, 2, 3, 21, 5));
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
	assert_int_equal(t->conns.count, 1);
	assert_null(t->conns.items[0]->listener);
}

static void datagrams_reach_no_listener(void **state)
{
	(void)state;
	unit_write("1.server.jsonl", SERVER(10, 1));
	unit_write("2.client.jsonl",
		   PROCESS(50, 2, 0, "exec") CALL(51, 1, 2, socket, "'args':{'domain':'AF_INET','type':'SOCK_DGRAM','protocol':0},'ret':3,'newsock':21")
			   TRIES(60, SERVER4, "'ret':0") EXIT(70, 2, 0));
	assert_int_equal(unit_load()->procs.count, 1);
}

#define LISTENS_AT(addr)                                                                                               \
	PROCESS(10, 1, 0, "exec")                                                                                      \
	SOCKET(11, 1, 3, 1)                                                                                            \
	CALL(12, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" addr ",'addrlen':16},'ret':0")                          \
	CALL(13, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
#define ASKS_FOR(addr, rest)                                                                                           \
	PROCESS(50, 2, 0, "exec")                                                                                      \
	SOCKET(60, 2, 3, 21)                                                                                           \
	CALL(61, 2, 2, connect, "'fd':3,'sock':21,'args':{'addr':" addr ",'addrlen':16}," rest) EXIT(70, 2, 0)
#define LOOPBACK6 V6("::1", 8080, "1f90000000000000000000000000000000000001")
#define MAPPED    V6("::ffff:127.0.0.1", 8080, "1f900000000000000000000000000000ffff7f000001")
#define ANY6      V6("::", 8080, "1f90000000000000000000000000000000000000")

/* A wildcard is the machine itself for who connects to it, and IPv4's addresses have two spellings. */
static void an_address_may_be_called_otherwise_by_its_clients(void **state)
{
	static const struct {
		const char *server, *client;
		bool reached;
	} cases[] = {
		{LISTENS_AT(SERVER4), ASKS_FOR(ANY4, "'ret':0,'local':" CLIENT4 ",'peer':" SERVER4), true},
		{LISTENS_AT(SERVER4), ASKS_FOR(ANY4, UNDER_WAY), true},
		{LISTENS_AT(SERVER4), ASKS_FOR(MAPPED, UNDER_WAY), true},
		{LISTENS_AT(LOOPBACK6), ASKS_FOR(ANY6, UNDER_WAY), true},
		{LISTENS_AT(LOOPBACK6), ASKS_FOR(ANY4, UNDER_WAY), false},
		{LISTENS_AT(SERVER4), ASKS_FOR(ANY4, "'ret':0,'peer':" V4("127.0.0.9", 8080, "1f907f000009")), false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trace *t;

		unit_write("1.server.jsonl", cases[i].server);
		unit_write("2.client.jsonl", cases[i].client);
		t = unit_load();
		assert_int_equal(t->procs.count, cases[i].reached ? 2 : 1);
		assert_int_equal(t->conns.items[0]->listener != NULL, cases[i].reached);
	}
}

#define ONLY6(value)                                                                                                   \
	PROCESS(10, 1, 0, "exec")                                                                                      \
	SOCKET(11, 1, 3, 1)                                                                                            \
	CALL(12, 1, 1, setsockopt,                                                                                     \
	     "'fd':3,'sock':1,'args':{'level':'IPPROTO_IPV6','optname':'IPV6_V6ONLY','optval':" #value                 \
	     ",'optlen':4},'ret':0")                                                                                   \
	CALL(13, 1, 1, bind, "'fd':3,'sock':1,'args':{'addr':" ANY6 ",'addrlen':28},'ret':0")                          \
	CALL(15, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
#define MAPPED_ANY V6("::ffff:0.0.0.0", 8080, "1f900000000000000000000000000000ffff00000000")

/* IPv6's wildcard has IPv4's addresses, too, unless it is told not to; IPv4's has no other. */
static void a_wildcard_is_a_familys(void **state)
{
	static const struct {
		const char *server, *client;
		bool reached;
	} cases[] = {
		{LISTENS_AT(ANY6), ASKS_FOR(SERVER4, UNDER_WAY), true},
		{ONLY6(0), ASKS_FOR(ANY4, UNDER_WAY), true},
		{ONLY6(1), ASKS_FOR(LOOPBACK6, UNDER_WAY), true},
		{ONLY6(1), ASKS_FOR(SERVER4, UNDER_WAY), false},
		{ONLY6(1), ASKS_FOR(ANY4, UNDER_WAY), false},
		{ONLY6(1), ASKS_FOR(MAPPED_ANY, UNDER_WAY), false},
		{LISTENS_AT(ANY4), ASKS_FOR(LOOPBACK6, UNDER_WAY), false},
		{LISTENS_AT(MAPPED_ANY), ASKS_FOR(SERVER4, UNDER_WAY), true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trace *t;

		unit_write("1.server.jsonl", cases[i].server);
		unit_write("2.client.jsonl", cases[i].client);
		t = unit_load();
		assert_int_equal(t->procs.count, cases[i].reached ? 2 : 1);
		assert_int_equal(t->conns.items[0]->listener != NULL, cases[i].reached);
	}
}

static void another_boot_is_another_session(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl",
		   "{'ev':'process','v':1,'t':1000,'pid':1,'boot':'old','realtime':[100,0]}\n" AT(5000, 1));
	unit_write("2.b.jsonl",
		   "{'ev':'process','v':1,'t':1000,'pid':1,'boot':'new','realtime':[101,0]}\n" AT(2000, 1));
	t = unit_load();
	assert_int_equal(t->sessions, 2);
	assert_int_equal(t->procs.count, 1);
	assert_string_equal(t->procs.items[0]->boot, "new");
}

static void each_argument_has_its_latest_session(void **state)
{
	char files[3][256];
	const char *paths[] = {files[0], files[1], files[2]};
	struct load_options options = {0};
	struct err err;
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(10, 1, 0, "exec") AT(20, 1));
	unit_write("2.b.jsonl", PROCESS(30, 2, 0, "exec") AT(50, 2));
	unit_write("3.c.jsonl", PROCESS(60, 3, 0, "exec") AT(70, 3));
	snprintf(files[0], sizeof files[0], "%s", unit_path("1.a.jsonl"));
	snprintf(files[1], sizeof files[1], "%s", unit_path("2.b.jsonl"));
	snprintf(files[2], sizeof files[2], "%s", unit_path("3.c.jsonl"));
	t = load_trace(paths, 3, &options, &err);
	assert_non_null(t);
	assert_int_equal(t->procs.count, 3);
	assert_int_equal(t->sessions, 1);
	trace_free(t);
}

/* Two machines of one name, at the same time; a third session of an earlier boot. */
static void what_was_at_the_same_time_belongs_together(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl",
		   "{'ev':'process','v':1,'t':1000,'pid':1,'boot':'first','realtime':[50,0]}\n" AT(5000, 1));
	unit_write("2.b.jsonl",
		   "{'ev':'process','v':1,'t':1000,'pid':1,'boot':'second','realtime':[100,0]}\n" AT(5000, 1));
	unit_write("3.c.jsonl",
		   "{'ev':'process','v':1,'t':7000,'pid':1,'boot':'third','realtime':[100,2000]}\n" AT(9000, 1));
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	assert_int_equal(t->sessions, 2);
	assert_string_equal(t->procs.items[0]->boot, "second");
}

/* Each boot's clock begins at 0: together they are shown by the wall clock. */
static void boots_are_joined_by_the_wall_clock(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl",
		   "{'ev':'process','v':1,'t':1000,'pid':1,'boot':'old','realtime':[100,0]}\n" AT(5000, 1));
	unit_write("2.b.jsonl", "{'ev':'process','v':1,'t':700,'pid':1,'boot':'new','realtime':[101,0]}\n" AT(800, 1));
	t = unit_load_all();
	assert_int_equal(t->procs.count, 2);
	assert_int_equal(t->events.items[0]->t_ns, 5000);
	assert_int_equal(t->events.items[1]->t_ns, 1000 + 1000000000 + 100);
	assert_int_equal(t->socks.count, 2); /* the same cookie after a reboot is another socket */
}

static void an_exec_keeps_the_session(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(10, 1, 0, "exec") PENDING(20, 1, execve, "'args':{'pathname':'/bin/b'}"));
	unit_write("1.b.jsonl", PROCESS(30, 1, 0, "exec") AT(40, 1));
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	assert_ptr_equal(t->procs.items[1]->image_of, t->procs.items[0]);
	assert_int_equal(t->procs.items[0]->ending, END_EXEC);
	assert_int_equal(t->procs.items[1]->ending, END_UNKNOWN);
}

static void a_pid_used_again_is_no_exec(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(10, 1, 0, "exec") AT(20, 1));
	unit_write(
		"1.b.jsonl",
		"{'ev':'process','v':1,'t':15,'pid':1,'started':77,'boot':'00000000-0000-0000-0000-000000000001'}\n");
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	assert_null(t->procs.items[1]->image_of);
}

static void endings_are_told_by_exit_lines_and_waits(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl",
		   PROCESS(10, 1, 0, "exec") CALL(11, 1, 1, fork, "'args':{},'ret':2")
			   CALL(13, 1, 1, fork, "'args':{},'ret':3") CALL(15, 1, 1, fork, "'args':{},'ret':4")
				   CALL(30, 5, 1, waitpid, "'args':{'pid':3},'ret':3,'status':{'signal':'SIGKILL'}")
					   CALL(40, 5, 1, wait, "'args':{},'ret':4,'status':{'exited':7}")
						   CALL(47, 1, 1, fork, "'args':{},'ret':5") CALL(
							   50, 5, 1, wait,
							   "'args':{},'ret':5,'status':{'signal':35,'core':true}"));
	unit_write("2.a.jsonl", PROCESS(12, 2, 1, "fork") EXIT(20, 2, 5));
	unit_write("3.a.jsonl", PROCESS(14, 3, 1, "fork") AT(15, 3));
	unit_write("4.a.jsonl", PROCESS(16, 4, 1, "fork") AT(17, 4));
	unit_write("5.a.jsonl", PROCESS(48, 5, 1, "fork") AT(49, 5));
	t = unit_load();
	assert_int_equal(t->procs.count, 5);
	assert_int_equal(t->procs.items[0]->ending, END_UNKNOWN);
	assert_int_equal(t->procs.items[1]->ending, END_EXIT);
	assert_int_equal(t->procs.items[1]->end_status, 5);
	assert_int_equal(t->procs.items[2]->ending, END_SIGNAL);
	assert_string_equal(t->procs.items[2]->end_signal, "SIGKILL");
	assert_int_equal(t->procs.items[3]->ending, END_EXIT);
	assert_int_equal(t->procs.items[3]->end_status, 7);
	assert_int_equal(t->procs.items[4]->ending, END_SIGNAL);
	assert_string_equal(t->procs.items[4]->end_signal, "signal 35");
	for (size_t i = 1; i < 5; i++) {
		assert_ptr_equal(t->procs.items[i]->parent, t->procs.items[0]);
		assert_ptr_equal(t->procs.items[i]->fork, unit_call(t, CALL_fork, i - 1));
	}
}

static void each_kind_of_wait_tells_of_the_end(void **state)
{
	static const char *const waits[] = {
		CALL(30, 5, 1, wait3, "'args':{'options':[]},'ret':2,'status':{'signal':'SIGKILL'}"),
		CALL(30, 5, 1, wait4, "'args':{'pid':-1,'options':[]},'ret':2,'status':{'signal':'SIGKILL'}"),
		CALL(30, 5, 1, waitid, "'args':{'idtype':'P_ALL'},'ret':0,'child':2,'status':{'signal':'SIGKILL'}"),
		CALL(30, 5, 1, waitid, "'args':{'idtype':'P_ALL'},'ret':0"),
		CALL(30, 5, 1, waitid, "'args':{'idtype':'P_ALL'},'ret':0,'child':2,'status':{'stopped':'SIGSTOP'}"),
	};

	(void)state;
	unit_write("2.a.jsonl", PROCESS(12, 2, 1, "fork") AT(20, 2));
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		struct buf parent = {0};

		buf_printf(&parent, PROCESS(10, 1, 0, "exec") CALL(11, 1, 1, fork, "'args':{},'ret':2") "%s", waits[i]);
		unit_write("1.a.jsonl", parent.bytes);
		buf_free(&parent);
		assert_int_equal(unit_load()->procs.items[1]->ending, i < 3 ? END_SIGNAL : END_UNKNOWN);
	}
}

/* Our own pid, start time and boot: this process runs. */
static void a_living_process_is_running(void **state)
{
	char text[4096], boot[64] = "", *at;
	struct buf b = {0};
	FILE *f = fopen("/proc/self/stat", "r");
	struct trace *t;

	(void)state;
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	at = strrchr(text, ')');
	for (int i = 2; i < 22; i++)
		at = strchr(at + 1, ' ');
	f = fopen("/proc/sys/kernel/random/boot_id", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%63s", boot), 1);
	fclose(f);
	buf_printf(&b, "{'ev':'process','v':1,'t':1,'pid':%d,'started':%ld,'boot':'%s'}\n", getpid(), atol(at), boot);
	unit_write("1.a.jsonl", b.bytes);
	t = unit_load();
	assert_int_equal(t->procs.items[0]->ending, END_RUNNING);
	buf_clear(&b);
	buf_printf(&b, "{'ev':'process','v':1,'t':1,'pid':%d,'started':%ld,'boot':'%s'}\n", getpid(), atol(at) + 1,
		   boot);
	unit_write("1.a.jsonl", b.bytes);
	buf_free(&b);
	t = unit_load();
	assert_int_equal(t->procs.items[0]->ending, END_UNKNOWN);
}

static void threads_are_counted(void **state)
{
	(void)state;
	unit_write("1.a.jsonl", PROCESS(10, 1, 0, "exec") AT(11, 1) AT(12, 5) AT(13, 1) AT(14, 6));
	assert_int_equal(unit_load()->procs.items[0]->threads, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_newest_overlap_is_the_session),
		UNIT(a_wildcard_is_a_familys),
		UNIT(another_boot_is_another_session),
		UNIT(each_argument_has_its_latest_session),
		UNIT(what_was_at_the_same_time_belongs_together),
		UNIT(boots_are_joined_by_the_wall_clock),
		UNIT(an_exec_keeps_the_session),
		UNIT(a_pid_used_again_is_no_exec),
		UNIT(endings_are_told_by_exit_lines_and_waits),
		UNIT(each_kind_of_wait_tells_of_the_end),
		UNIT(a_living_process_is_running),
		UNIT(threads_are_counted),
		UNIT(a_server_killed_in_a_call_had_waited_for_clients),
		UNIT(a_refused_client_belongs_to_the_server_it_missed),
		UNIT(a_client_belongs_to_the_server_it_reached),
		UNIT(a_port_may_have_several_listeners),
		UNIT(a_client_was_answered_by_who_accepted_it),
		UNIT(an_answer_is_the_latest_attempts),
		UNIT(datagrams_reach_no_listener),
		UNIT(an_address_may_be_called_otherwise_by_its_clients),
	};

	return UNIT_MAIN(tests);
}
