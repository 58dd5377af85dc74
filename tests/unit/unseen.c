/* unseen: bytes that moved though no recorded call moved them are claimed where the trace proves it, and nowhere else. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"

#define SERVER_START PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
#define CLIENT_START PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)
#define SHUTDOWN(t, tid, fd, sock, how)                                                                                \
	CALL(t, 1, tid, shutdown, "'fd':" #fd ",'sock':" #sock ",'args':{'how':'" how "'},'ret':0")

static struct trace *trace_of(const char *server, const char *client)
{
	unit_write("1.s.jsonl", server);
	unit_write("2.c.jsonl", client);
	return unit_load();
}

static void expect_unseen(struct trace *t, uint64_t server_wrote, uint64_t server_read)
{
	const struct conn *c = t->conns.items[0];

	assert_non_null(c->ends[SIDE_SERVER].sock);
	assert_non_null(c->ends[SIDE_CLIENT].sock);
	assert_int_equal(c->ends[SIDE_SERVER].wrote_unseen, server_wrote);
	assert_int_equal(c->ends[SIDE_SERVER].read_unseen, server_read);
	assert_int_equal(c->ends[SIDE_CLIENT].wrote_unseen, 0);
	assert_int_equal(c->ends[SIDE_CLIENT].read_unseen, 0);
}

static void what_is_read_was_written(void **state)
{
	struct trace *t;

	(void)state;
	t = trace_of(SERVER_START, CLIENT_START READ(150, 1, 2, 3, 21, 23));
	expect_unseen(t, 23, 0);
	assert_int_equal(unit_call(t, CALL_read, 0)->unseen, 23);
}

static void a_part_of_it_may_be_seen(void **state)
{
	struct trace *t;

	(void)state;
	t = trace_of(SERVER_START WRITE(150, 1, 1, 4, 11, 5),
		     CLIENT_START READ(160, 1, 2, 3, 21, 5) READ(170, 1, 2, 3, 21, 12) READ(180, 1, 2, 3, 21, 1));
	expect_unseen(t, 13, 0);
	assert_int_equal(unit_call(t, CALL_read, 0)->unseen, 0);
	assert_int_equal(unit_call(t, CALL_read, 1)->unseen, 12);
	assert_int_equal(unit_call(t, CALL_read, 2)->unseen, 1);
}

/* A write that begins when the bytes are there already is not where they came from. */
static void a_later_write_explains_nothing(void **state)
{
	struct trace *t;

	(void)state;
	t = trace_of(SERVER_START WRITE(150, 1, 1, 4, 11, 5),
		     CLIENT_START READ(140, 1, 2, 3, 21, 5) READ(160, 1, 2, 3, 21, 5));
	expect_unseen(t, 5, 0);
	assert_int_equal(unit_call(t, CALL_read, 0)->unseen, 5);
	assert_int_equal(unit_call(t, CALL_read, 1)->unseen, 0);
}

static void what_is_on_its_way_is_not_unseen(void **state)
{
	(void)state;
	expect_unseen(trace_of(SERVER_START READ(160, 1, 1, 4, 11, 4), CLIENT_START WRITE(150, 1, 2, 3, 21, 10)), 0, 0);
}

static void who_sees_the_end_has_read_all(void **state)
{
	(void)state;
	expect_unseen(trace_of(SERVER_START READ(160, 1, 1, 4, 11, 4) READ(190, 1, 1, 4, 11, 0),
			       CLIENT_START WRITE(150, 1, 2, 3, 21, 10) CLOSE(180, 2, 3, 21, 0)),
		      0, 6);
}

static void an_end_that_it_made_itself_tells_nothing(void **state)
{
	(void)state;
	expect_unseen(trace_of(SERVER_START SHUTDOWN(155, 1, 4, 11, "SHUT_RD") READ(190, 1, 1, 4, 11, 0),
			       CLIENT_START WRITE(150, 1, 2, 3, 21, 10)),
		      0, 0);
}

static void peeking_and_failing_move_nothing(void **state)
{
	(void)state;
	expect_unseen(trace_of(SERVER_START WRITE(150, 1, 1, 4, 11, 5),
			       CLIENT_START CALL(160, 1, 2, recv,
						 "'fd':3,'sock':21,'args':{'len':9,'flags':['MSG_PEEK']},'ret':5")
				       READ(170, 1, 2, 3, 21, 5)
					       CALL(180, 1, 2, read,
						    "'fd':3,'sock':21,'args':{'count':9},'ret':-1,'err':'EAGAIN'")),
		      0, 0);
}

static void children_share_an_end(void **state)
{
	const char *child = PROCESS(110, 3, 1, "fork")
		INHERIT(111, 3, 4, 11, "fork", "'state':'connected','local':" SERVER4 ",'peer':" CLIENT4)
			WRITE(160, 1, 3, 4, 11, 4);
	const char *server = SERVER_START CALL(105, 1, 1, fork, "'args':{},'ret':3") WRITE(150, 1, 1, 4, 11, 3);

	(void)state;
	unit_write("3.s.jsonl", child);
	expect_unseen(trace_of(server, CLIENT_START READ(170, 1, 2, 3, 21, 7)), 0, 0);
}

/* A child that went untraced with it, and its parent has closed its copy. */
static void who_kept_an_end_moved_what_is_unseen(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("3.k.jsonl",
		   PROCESS(110, 3, 1, "fork")
			   INHERIT(110, 3, 4, 11, "fork", "'state':'connected','local':" SERVER4 ",'peer':" CLIENT4)
				   PENDING(115, 3, execl, "'args':{'pathname':'/bin/st'},'untraced':'static'"));
	t = trace_of(SERVER_START CALL(105, 1, 1, fork, "'args':{},'ret':3") CLOSE(120, 1, 4, 11, 0),
		     CLIENT_START READ(150, 1, 2, 3, 21, 23));
	expect_unseen(t, 23, 0);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].proc->pid, 3);
}

static void a_file_that_is_sent_is_seen(void **state)
{
	(void)state;
	expect_unseen(trace_of(SERVER_START CALL(150, 1, 1, sendfile, "'fd':4,'sock':11,'args':{'count':9},'ret':9"),
			       CLIENT_START READ(170, 1, 2, 3, 21, 9)),
		      0, 0);
}

#define SILENT(server, client) expect_unseen(trace_of(server, client), 0, 0)

static void what_was_not_recorded_whole_proves_nothing(void **state)
{
	(void)state;
	SILENT(SERVER_START "{'ev':'lost','t':140,'tid':1,'count':1,'why':'SOCKTRACE_MAX'}\n",
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
	SILENT(SERVER_START "{'ev':'call','t':140,'tid':1\n" WRITE(141, 1, 1, 4, 11, 1),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
	SILENT(SERVER_START PENDING(150, 1, write, "'fd':4,'sock':11,'args':{'count':9}"),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
	SILENT(PROCESS(90, 1, 0, "exec")
		       INHERIT(100, 1, 4, 11, "untraced", "'state':'connected','local':" SERVER4 ",'peer':" CLIENT4),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
	SILENT(SERVER_START CALL(150, 1, 1, splice, "'fd':4,'sock':11,'args':{'fd_out':4,'len':9},'ret':9"),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
	SILENT(SERVER_START CALL(150, 1, 1, sendmmsg, "'fd':4,'sock':11,'args':{'vlen':1},'ret':1,'msgs':[{'len':9}]"),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
	SILENT(SERVER_START CALL(150, 1, 1, some_later_call, "'fd':4,'sock':11,'args':{},'ret':1"),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
}

static void another_read_may_have_taken_it(void **state)
{
	(void)state;
	SILENT(SERVER_START PENDING(155, 9, read, "'fd':4,'sock':11,'args':{'count':9}") READ(190, 1, 1, 4, 11, 0),
	       CLIENT_START WRITE(150, 1, 2, 3, 21, 10) CLOSE(180, 2, 3, 21, 0));
}

/* With the kernel's TLS, what is written is not what is read. */
static void encrypted_bytes_cannot_be_compared(void **state)
{
	(void)state;
	SILENT(SERVER_START CALL(140, 1, 1, setsockopt,
				 "'fd':4,'sock':11,'args':{'level':'IPPROTO_TCP','optname':'TCP_ULP'},'ret':0"),
	       CLIENT_START READ(170, 1, 2, 3, 21, 9));
}

static void records_are_no_stream(void **state)
{
	(void)state;
	unit_write("1.p.jsonl",
		   PROCESS(1, 1, 0, "exec") CALL(
			   5, 1, 1, socketpair,
			   "'args':{'domain':'AF_UNIX','type':'SOCK_SEQPACKET','protocol':0},'ret':0,'newfds':[3,4],"
			   "'newsocks':[31,32]") READ(20, 1, 1, 4, 32, 9));
	assert_int_equal(unit_load()->conns.items[0]->ends[SIDE_CLIENT].wrote_unseen, 0);
}

static void read_line(const char *path, char *text, int size)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_non_null(fgets(text, size, f));
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
}

/* This process as the server: it still runs, so what it did after its last line is not in the trace yet. */
static const char *running_server(struct buf *b, const char *more)
{
	char boot[64], stat[1024];
	unsigned long long started;
	const char *field;

	read_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
	read_line("/proc/self/stat", stat, sizeof stat);
	field = strrchr(stat, ')');
	for (int i = 2; i < 22; i++)
		field = strchr(field + 1, ' ');
	assert_int_equal(sscanf(field, "%llu", &started), 1);
	buf_clear(b);
	buf_printf(b,
		   "{'ev':'process','t':1,'tid':1,'v':1,'pid':%d,'ppid':0,'started':%llu,'start':'exec','exe':'/s',"
		   "'argv':['s'],'boot':'%s'}\n%s",
		   (int)getpid(), started, boot, LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4));
	buf_puts(b, more);
	return b->bytes;
}

static const char *client_here(struct buf *b)
{
	char boot[64];

	read_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
	buf_printf(
		b,
		"{'ev':'process','t':30,'tid':2,'v':1,'pid':999999999,'ppid':0,'started':1,'start':'exec','exe':'/c',"
		"'argv':['c'],'boot':'%s'}\n%s",
		boot, SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4) READ(150, 10, 2, 3, 21, 9));
	return b->bytes;
}

static void a_running_process_is_known_up_to_its_last_line(void **state)
{
	struct buf server = {0}, client = {0};
	struct trace *t;

	(void)state;
	t = trace_of(running_server(&server, ""), client_here(&client));
	assert_int_equal(t->procs.items[0]->ending, END_RUNNING);
	expect_unseen(t, 0, 0);
	t = trace_of(running_server(&server, PENDING(161, 1, accept, "'fd':3,'sock':1,'args':{}")), client.bytes);
	expect_unseen(t, 9, 0);
	buf_free(&server);
	buf_free(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_read_was_written),
		UNIT(a_part_of_it_may_be_seen),
		UNIT(a_later_write_explains_nothing),
		UNIT(what_is_on_its_way_is_not_unseen),
		UNIT(who_sees_the_end_has_read_all),
		UNIT(an_end_that_it_made_itself_tells_nothing),
		UNIT(peeking_and_failing_move_nothing),
		UNIT(children_share_an_end),
		UNIT(who_kept_an_end_moved_what_is_unseen),
		UNIT(a_file_that_is_sent_is_seen),
		UNIT(what_was_not_recorded_whole_proves_nothing),
		UNIT(another_read_may_have_taken_it),
		UNIT(encrypted_bytes_cannot_be_compared),
		UNIT(records_are_no_stream),
		UNIT(a_running_process_is_known_up_to_its_last_line),
	};

	return UNIT_MAIN(tests);
}
