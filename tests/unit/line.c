/* line: one line of JSON to one event. */
#include "viewer/load/line.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"

static struct arena *arena;
static struct store store;
static struct event ev;
static struct process proc;
static struct module module;
static struct err err;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	store_begin(&store, arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	store_end(&store);
	arena_free(arena);
	return 0;
}

static enum line_kind parse(const char *text)
{
	char *line = arena_string(arena, text);

	for (char *c = line; *c; c++)
		if (*c == '\'')
			*c = '"';
	return load_line(&store, line, strcspn(line, "\n"), &ev, &proc, &module, &err);
}

static void call_is_read_whole(void **state)
{
	(void)state;
	assert_int_equal(
		parse("{'ev':'call','t':755053524888,'dt':50123456,'tid':4711,'call':'accept','fd':3,'sock':4097,"
		      "'args':{'addrlen':16},'ret':4,'newsock':4101,'local':" SERVER4 ",'peer':" CLIENT4
		      ",'peercred':{'pid':77,'uid':0,'gid':0},'pc':'0x55d0c0a013f2'}"),
		LINE_EVENT);
	assert_int_equal(ev.kind, EVENT_CALL);
	assert_int_equal(ev.call, CALL_accept);
	assert_int_equal(ev.t_ns, 755053524888);
	assert_int_equal(event_end_ns(&ev), 755053524888 + 50123456);
	assert_int_equal(ev.tid, 4711);
	assert_int_equal(ev.fd, 3);
	assert_int_equal(ev.sock, 4097);
	assert_int_equal(ev.more->made[0].fd, 4);
	assert_int_equal(ev.more->made[0].sock, 4101);
	assert_int_equal(ev.more->made[1].sock, 0);
	assert_int_equal(ev.more->peer_pid, 77);
	assert_int_equal(ev.pc, 0x55d0c0a013f2);
	assert_string_equal(ev.peer->host, "127.0.0.1");
	assert_int_equal(ev.peer->port, 50000);
	assert_int_equal(ev.local->raw_len, 16);
	assert_int_equal(ev.local->raw[2] << 8 | ev.local->raw[3], 8080);
	assert_int_equal(ev.args_len, strlen("{'addrlen':16}"));
	assert_memory_equal(event_args(&ev), "{\"addrlen\":16}", ev.args_len);
}

static void failed_call_makes_nothing(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'accept','fd':3,'sock':1,'args':{},'ret':-1,'"
			       "err':'EAGAIN'}"),
			 LINE_EVENT);
	assert_int_equal(ev.ret, -1);
	assert_int_equal(ev.more->made[0].sock, 0);
	assert_string_equal(ev.err, "EAGAIN");
	assert_false(event_failed(&ev));
}

static void socketpair_makes_two(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'socketpair','args':{},'ret':0,'newfds':[5,6],"
			       "'newsocks':[8,9],'ino':[1,2]}"),
			 LINE_EVENT);
	assert_int_equal(ev.more->made[0].fd, 5);
	assert_int_equal(ev.more->made[1].fd, 6);
	assert_int_equal(ev.more->made[1].sock, 9);
}

static void unknown_call_keeps_its_name(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'io_uring_enter','args':{},'ret':0}"),
			 LINE_EVENT);
	assert_int_equal(ev.call, CALL_UNKNOWN);
	assert_string_equal(event_call_name(&ev), "io_uring_enter");
	assert_false(event_is_read(&ev));
	assert_false(event_is_accept(&ev));
}

static void data_is_bytes(void **state)
{
	static const char bytes[] = {0, 'a', '"', (char)0x80, (char)0xff, '\n'};
	char data[sizeof bytes];

	(void)state;
	assert_int_equal(
		parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','fd':3,'sock':1,'args':{'count':9},'ret':6,"
		      "'data':'\\u0000a\\\"\\u0080\\u00ff\\n'}"),
		LINE_EVENT);
	assert_int_equal(ev.data_len, sizeof bytes);
	event_data(&ev, data);
	assert_memory_equal(data, bytes, sizeof bytes);
	assert_int_equal(parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','args':{},'ret':1,'data':'\\u0100'}"),
			 LINE_BAD);
}

static void a_stack_is_addresses(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','args':{},'ret':1,'pc':'0x10',"
			       "'stack':['0x10','0xffffffffffffffff']}"),
			 LINE_EVENT);
	assert_int_equal(ev.more->stack_len, 2);
	assert_int_equal(ev.more->stack[0], 0x10);
	assert_int_equal(ev.more->stack[1], UINT64_MAX);
	assert_int_equal(parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','args':{},'ret':1,'stack':[]}"),
			 LINE_EVENT);
	assert_int_equal(ev.more->stack_len, 0);
	assert_int_equal(
		parse("{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','args':{},'ret':1,'stack':['0x10',16]}"),
		LINE_BAD);
}

static void process_is_read_whole(void **state)
{
	(void)state;
	assert_int_equal(parse(PROCESS(5, 42, 7, "fork")), LINE_PROCESS);
	assert_int_equal(proc.pid, 42);
	assert_int_equal(proc.ppid, 7);
	assert_true(proc.forked);
	assert_string_equal(proc.name, "p42");
	assert_string_equal(proc.exe, "/bin/p42");
	assert_int_equal(proc.argc, 1);
	assert_string_equal(proc.argv[0], "p42");
	assert_int_equal(proc.realtime_s, 1700000000);
	assert_int_equal(proc.start_ns, 5);
}

static void a_process_has_the_name_it_was_called_by(void **state)
{
	(void)state;
	parse("{'ev':'process','v':1,'t':1,'pid':1,'exe':'/usr/bin/redis-check-rdb','argv':['/usr/bin/"
	      "redis-server','*:6379']}");
	assert_string_equal(proc.name, "redis-server");
	parse("{'ev':'process','v':1,'t':1,'pid':1,'exe':'/bin/bash','argv':['-bash']}");
	assert_string_equal(proc.name, "bash");
	parse("{'ev':'process','v':1,'t':1,'pid':1,'exe':'/usr/sbin/nginx','argv':['nginx: master process nginx -c "
	      "/etc/ng']}");
	assert_string_equal(proc.name, "nginx");
	parse("{'ev':'process','v':1,'t':1,'pid':1,'exe':'/home/kim/my server','argv':['/home/kim/my server']}");
	assert_string_equal(proc.name, "my server");
	parse("{'ev':'process','v':1,'t':1,'pid':1,'exe':'/bin/bash','argv':[]}");
	assert_string_equal(proc.name, "bash");
}

static void other_kinds_of_lines(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'pad'      }"), LINE_OTHER);
	assert_int_equal(parse("{'ev':'weather','t':1}"), LINE_OTHER);
	assert_int_equal(
		parse("{'ev':'module','t':1,'tid':1,'base':'0x1000','end':'0x2000','path':'/x','build_id':'ab'}"),
		LINE_MODULE);
	assert_int_equal(module.end, 0x2000);
	assert_int_equal(parse("{'ev':'exit','t':1,'tid':1,'how':'exit','status':3,'open':[]}"), LINE_EVENT);
	assert_int_equal(ev.kind, EVENT_EXIT);
	assert_int_equal(ev.ret, 3);
	assert_int_equal(parse("{'ev':'lost','t':1,'tid':1,'count':12,'why':'disk full'}"), LINE_EVENT);
	assert_int_equal(ev.kind, EVENT_LOST);
	assert_int_equal(ev.ret, 12);
	assert_int_equal(parse(INHERIT(1, 1, 3, 9, "fork", "'state':'listening','local':" SERVER4)), LINE_EVENT);
	assert_int_equal(ev.kind, EVENT_INHERIT);
	assert_string_equal(ev.via, "fork");
	assert_int_equal(parse(PENDING(7, 1, accept, "'fd':3,'sock':1,'args':{}")), LINE_EVENT);
	assert_int_equal(ev.kind, EVENT_PENDING);
	assert_int_equal(event_end_ns(&ev), 7);
}

static void arguments_are_looked_up(void **state)
{
	int64_t number;

	(void)state;
	parse("{'ev':'call','args':{'type':'SOCK_STREAM','type_flags':['SOCK_CLOEXEC'],'n':-7},'t':1,'dt':1,'tid':1,"
	      "'call':'socket','ret':-1,'optval':5}");
	assert_string_equal(event_arg_text(&ev, "type"), "SOCK_STREAM");
	assert_string_equal(event_arg_text(&ev, "type_flags"), "[\"SOCK_CLOEXEC\"]");
	assert_null(event_arg_text(&ev, "none"));
	assert_true(event_arg_int(&ev, "n", &number));
	assert_int_equal(number, -7);
	assert_false(event_arg_int(&ev, "type", &number));
	assert_true(event_int(&ev, "optval", &number));
	assert_int_equal(number, 5);
	assert_string_equal(event_text(&ev, "call"), "socket");
}

static void a_wall_clock_out_of_range_is_left_out(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'process','v':1,'t':1,'pid':1,'realtime':[9223372036854775807,1000000000]}"),
			 LINE_PROCESS);
	assert_int_equal(proc.realtime_s, 0);
	assert_int_equal(proc.realtime_ns, 0);
}

/* Each is refused, with words about what is wrong. */
static void bad_lines_are_refused(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"", "ends in the middle"},
		{"garbage", "not JSON"},
		{"[1,2]", "not an object"},
		{"{'a':1}", "without \"ev\""},
		{"{'ev':7}", "without \"ev\""},
		{"{'ev':'call'}", "\"ret\""},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'ret':0}", "\"call\""},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read'}", "\"ret\""},
		{"{'ev':'call','dt':1,'tid':1,'call':'read','ret':0}", "\"t\""},
		{"{'ev':'call','t':-5,'dt':1,'tid':1,'call':'read','ret':0}", "\"t\" should be a time"},
		{"{'ev':'call','t':18446744073709551615,'dt':1,'tid':1,'call':'read','ret':0}", "\"t\" should be"},
		{"{'ev':'call','t':1.5,'dt':1,'tid':1,'call':'read','ret':0}", "\"t\" should be"},
		{"{'ev':'call','t':NaN,'dt':1,'tid':1,'call':'read','ret':0}", "\"t\" should be"},
		{"{'ev':'call','t':1,'dt':-1,'tid':1,'call':'read','ret':0}", "\"dt\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':4294967296,'call':'read','ret':0}", "\"tid\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','fd':2147483648,'ret':0}",
		 "\"fd\" should be a descriptor, found 2147483648"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','fd':'3','ret':0}", "\"fd\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','sock':-3,'ret':0}", "\"sock\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':'0'}", "\"ret\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':['read'],'ret':0}", "\"call\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0,'pc':'0x'}", "\"pc\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0,'pc':'0x11112222333344445'}",
		 "\"pc\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0,'peer':{}}", "\"peer\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0,'peer':{'family':'AF_INET','len':16,'raw':'0'"
		 "}}",
		 "\"peer\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0,'peer':{'family':'AF_INET','len':16,'raw':'"
		 "0g'}}",
		 "\"peer\" should be"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0} trailing", "not JSON"},
		{"{'ev':'call','t':1,'dt':1,'tid':1,'call':'read','ret':0", "ends in the middle"},
		{"{'ev':'process','t':1,'pid':1}", "format version"},
		{"{'ev':'process','v':1,'t':1,'pid':18446744073709551615}", "\"pid\" should be"},
		{"{'ev':'process','v':1,'t':1,'pid':18446744073709551616}", ""}, /* to newer releases of json-c no number */
		{"{'ev':'inherit','t':1,'tid':1}", "\"fd\""},
		{"{'ev':'module','base':'0x1'}", "\"end\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err.text[0] = '\0';
		if (parse(cases[i].line) != LINE_BAD)
			fail_msg("taken: %s", cases[i].line);
		if (!strstr(err.text, cases[i].words))
			fail_msg("%s: said \"%s\", not \"%s\"", cases[i].line, err.text, cases[i].words);
	}
}

static void newer_format_is_told_apart(void **state)
{
	(void)state;
	assert_int_equal(parse("{'ev':'process','v':2,'what':'ever'}"), LINE_NEWER);
	assert_string_equal(err.text, "format version 2; this socktrace reads 1: update it");
}

static void deep_nesting_is_refused(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_puts(&b, "{\"ev\":\"call\",\"x\":");
	buf_fill(&b, '[', 100000);
	assert_int_equal(load_line(&store, b.bytes, b.len, &ev, &proc, &module, &err), LINE_BAD);
	assert_non_null(strstr(err.text, "nesting"));
	buf_free(&b);
}

/* json-c takes the last of several: so does the text of args. */
static void duplicate_keys_agree(void **state)
{
	int64_t number;

	(void)state;
	assert_int_equal(
		parse("{'ev':'call','args':{'n':1},'t':1,'t':2,'dt':1,'tid':1,'call':'x','ret':0,'args':{'n':2} }"),
		LINE_EVENT);
	assert_int_equal(ev.t_ns, 2);
	assert_true(event_arg_int(&ev, "n", &number));
	assert_int_equal(number, 2);
}

#define LINE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE_TEST(call_is_read_whole),
		LINE_TEST(failed_call_makes_nothing),
		LINE_TEST(socketpair_makes_two),
		LINE_TEST(unknown_call_keeps_its_name),
		LINE_TEST(data_is_bytes),
		LINE_TEST(a_stack_is_addresses),
		LINE_TEST(process_is_read_whole),
		LINE_TEST(other_kinds_of_lines),
		LINE_TEST(a_process_has_the_name_it_was_called_by),
		LINE_TEST(arguments_are_looked_up),
		LINE_TEST(bad_lines_are_refused),
		LINE_TEST(newer_format_is_told_apart),
		LINE_TEST(deep_nesting_is_refused),
		LINE_TEST(duplicate_keys_agree),
		LINE_TEST(a_wall_clock_out_of_range_is_left_out),
	};

	return UNIT_MAIN(tests);
}
