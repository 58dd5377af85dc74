/* hosts: traces of two machines, whose clocks are what they are. */
#include "tests/unit/lib/unit.h"

/* The wall clock of the second machine is `behind` ns behind. Its monotonic clock began elsewhere altogether. */
#define ON(boot, host, t, pid, wall)                                                                                   \
	"{'ev':'process','t':" #t ",'tid':" #pid ",'v':1,'pid':" #pid ",'ppid':0,'started':" #pid                      \
	",'realtime':[1700000000," #wall "],'start':'exec','exe':'/bin/p" #pid "','argv':['p" #pid "'],'cwd':'/w',"    \
	"'host':'" host "','boot':'" boot "','netns':1,'pidns':1,'uid':0}\n"
#define ALPHA(t, pid, wall) ON("aaaa", "alpha", t, pid, wall)
#define BETA(t, pid, wall)  ON("bbbb", "beta", t, pid, wall)
#define LAN_SERVER          V4("10.0.0.1", 8080, "1f900a000001")
#define LAN_CLIENT          V4("10.0.0.2", 50000, "c3500a000002")
#define SERVER                                                                                                         \
	LISTENER(1010, 1)                                                                                              \
	ACCEPT(1020, 80, 1, 4, 11, LAN_SERVER, LAN_CLIENT)                                                             \
	READ(1110, 50, 1, 4, 11, 6) WRITE(1170, 1, 1, 4, 11, 4) READ(1180, 40, 1, 4, 11, 0) CLOSE(1230, 1, 4, 11, 0)
#define CLIENT                                                                                                         \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CONNECT(60, 10, 2, 3, 21, LAN_CLIENT, LAN_SERVER)                                                              \
	WRITE(150, 1, 2, 3, 21, 6) READ(160, 30, 2, 3, 21, 4) CLOSE(200, 2, 3, 21, 0)

static void assert_whole(const struct trace *t)
{
	const struct conn *c = t->conns.items[0];

	assert_int_equal(t->conns.count, 1);
	assert_int_equal(c->one_sided, BOTH_SIDES);
	assert_ptr_equal(c->ends[SIDE_SERVER].made->cause, c->ends[SIDE_CLIENT].made);
	assert_int_equal(c->ends[SIDE_CLIENT].sent.count, 1);
	assert_int_equal(c->ends[SIDE_CLIENT].sent.items[0].read->ret, 6);
	assert_int_equal(c->exchanges.count, 1);
	assert_ptr_equal(c->exchanges.items[0].asked, c->ends[SIDE_CLIENT].sent.items[0].write);
	assert_ptr_equal(c->exchanges.items[0].got, c->ends[SIDE_SERVER].sent.items[0].read);
	assert_ptr_equal(c->ends[SIDE_SERVER].eof_seen->cause, c->ends[SIDE_CLIENT].eof_sent);
}

static void clocks_that_agree(void **state)
{
	const struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", ALPHA(1001, 1, 1) SERVER);
	unit_write("2.c.jsonl", BETA(30, 2, 30) CLIENT);
	t = unit_load();
	assert_whole(t);
	assert_int_equal(t->sessions, 1);
	assert_int_equal(t->skews.count, 0);
}

/* The client's clock is 1000 ns ahead: it seems to connect long after it was accepted. */
static void a_client_that_is_ahead(void **state)
{
	const struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", ALPHA(1001, 1, 1) SERVER);
	unit_write("2.c.jsonl", BETA(30, 2, 1030) CLIENT);
	t = unit_load();
	assert_whole(t);
	assert_int_equal(t->skews.count, 1);
	assert_string_equal(t->skews.items[0].cause->proc->host, "beta");
	assert_int_equal(t->skews.items[0].by_ns, 2150 - 1160); /* the write's begin, the read's end */
	assert_int_equal(t->skews.items[0].times, 3);           /* accept, read, end of file */
}

static void a_server_that_is_ahead(void **state)
{
	const struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", ALPHA(1001, 1, 2001) SERVER);
	unit_write("2.c.jsonl", BETA(30, 2, 30) CLIENT);
	t = unit_load_all();
	assert_whole(t);
	assert_int_equal(t->skews.count, 1);
	assert_string_equal(t->skews.items[0].cause->proc->host, "alpha");
	assert_int_equal(t->skews.items[0].cause->call, CALL_write);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(clocks_that_agree),
		UNIT(a_client_that_is_ahead),
		UNIT(a_server_that_is_ahead),
	};

	return UNIT_MAIN(tests);
}
