/* files: directories, live files, packed files, and what is no trace. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"

#define READ_OF_3 "'fd':3,'sock':1,'args':{'count':9},'ret':1"

static void assert_said(const char *said, const char *expected)
{
	if (!strstr(said, expected))
		fail_msg("said \"%s\", not \"%s\"", said, expected);
}

static void live_lines_follow_and_are_taken_once(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl",
		   PROCESS(1, 1, 0, "exec") CALL(10, 1, 1, read, READ_OF_3) CALL(20, 1, 1, read, READ_OF_3));
	/* The second read stands in both: at a block's end, filled with spaces. */
	unit_write("1.p1.live.jsonl", "{'ev':'call','t':20,'dt':1,'tid':1,'call':'read'," READ_OF_3 "     }\n"
				      "{'ev':'pad'        }\n" CALL(30, 1, 1, read, READ_OF_3)
					      PENDING(40, 1, accept, "'fd':3,'sock':1,'args':{}"));
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
	assert_int_equal(t->events.count, 4);
	assert_int_equal(t->warnings.count, 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(t->events.items[i]->t_ns, 10 * (i + 1));
		assert_ptr_equal(t->events.items[i]->proc, t->procs.items[0]);
	}
	assert_string_equal(strrchr(event_file(t->events.items[1]), '/'), "/1.p1.jsonl");
	assert_string_equal(strrchr(event_file(t->events.items[2]), '/'), "/1.p1.live.jsonl");
	assert_int_equal(t->events.items[3]->kind, EVENT_PENDING);
	assert_int_equal(t->procs.items[0]->last_ns, 40);
}

static void two_equal_lines_of_the_trace_stay_two(void **state)
{
	(void)state;
	unit_write("1.p1.jsonl",
		   PROCESS(1, 1, 0, "exec") CALL(10, 1, 1, read, READ_OF_3) CALL(10, 1, 1, read, READ_OF_3));
	assert_int_equal(unit_load()->events.count, 2);
}

static void a_live_file_stands_for_its_trace(void **state)
{
	const char *paths[1];
	struct err err;
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec"));
	unit_write("1.p1.live.jsonl", CALL(10, 1, 1, read, READ_OF_3));
	paths[0] = unit_path("1.p1.live.jsonl");
	t = load_trace(paths, 1, NULL, &err);
	assert_non_null(t);
	assert_int_equal(t->events.count, 1);
	trace_free(t);
	unlink(unit_path("1.p1.jsonl"));
	assert_said(unit_refusal(unit_path("1.p1.live.jsonl")), "1.p1.live.jsonl:1: no process line before this one");
}

static void a_file_named_twice_is_read_once(void **state)
{
	const char *paths[2];
	char file[256];
	struct err err;
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") CALL(10, 1, 1, read, READ_OF_3));
	strcpy(file, unit_path("1.p1.jsonl"));
	paths[0] = unit_dir();
	paths[1] = file;
	t = load_trace(paths, 2, NULL, &err);
	assert_non_null(t);
	assert_int_equal(t->procs.count, 1);
	assert_int_equal(t->events.count, 1);
	trace_free(t);
}

static void packed_processes_are_told_apart(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("all.jsonl", PROCESS(5, 1, 0, "exec") CALL(10, 1, 1, read, READ_OF_3) CALL(20, 1, 1, read, READ_OF_3)
					PROCESS(2, 2, 0, "exec") CALL(15, 1, 2, read, READ_OF_3));
	t = unit_load();
	assert_int_equal(t->procs.count, 2);
	assert_int_equal(t->procs.items[0]->pid, 2); /* in order of start */
	assert_int_equal(t->procs.items[0]->index, 1);
	assert_int_equal(t->events.count, 3);
	assert_int_equal(t->events.items[1]->t_ns, 15);
	assert_int_equal(t->events.items[1]->proc->pid, 2);
	assert_int_equal(t->events.items[2]->proc->pid, 1);
}

static void a_torn_end_is_dropped_silently(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") CALL(10, 1, 1, read, READ_OF_3) "{'ev':'call','t':20,'dt':");
	t = unit_load();
	assert_int_equal(t->events.count, 1);
	assert_int_equal(t->warnings.count, 0);
}

static void a_bad_line_is_a_warning_with_its_place(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") "{'ev':'call','t':\n" CALL(10, 1, 1, read, READ_OF_3));
	t = unit_load();
	assert_int_equal(t->events.count, 1);
	assert_int_equal(t->warnings.count, 1);
	assert_said(t->warnings.items[0], "/1.p1.jsonl:2: JSON that ends in the middle");
}

static void warnings_are_bounded(void **state)
{
	struct buf b = {0};
	struct trace *t;

	(void)state;
	buf_puts(&b, PROCESS(1, 1, 0, "exec"));
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "no trace line\n");
	unit_write("1.p1.jsonl", b.bytes);
	buf_free(&b);
	t = unit_load();
	assert_int_equal(t->warnings.count, 21);
	assert_string_equal(t->warnings.items[20], "and 980 more");
}

static void zero_bytes_between_lines_are_skipped(void **state)
{
	static const char process[] = "{\"ev\":\"process\",\"v\":1,\"t\":1,\"pid\":1,\"boot\":\"b\"}\n";
	char bytes[100000] = {0};
	struct trace *t;

	(void)state;
	memcpy(bytes, process, sizeof process - 1);
	memcpy(bytes + 90000, "{\"ev\":\"exit\",\"t\":9,\"tid\":1}\n", 28);
	unit_write_bytes("1.p1.jsonl", bytes, sizeof bytes);
	t = unit_load();
	assert_int_equal(t->events.count, 1);
	assert_int_equal(t->warnings.count, 0);
}

static void a_good_file_survives_a_bad_one(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("0.bad.jsonl", "{'some':'json'}\n");
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") CALL(10, 1, 1, read, READ_OF_3));
	unit_write("2.new.jsonl", "{'ev':'process','v':2}\n");
	t = unit_load();
	assert_int_equal(t->procs.count, 1);
	assert_int_equal(t->warnings.count, 2);
	assert_said(t->warnings.items[0], "0.bad.jsonl:1: JSON without \"ev\"");
	assert_said(t->warnings.items[1], "2.new.jsonl:1: format version 2; this socktrace reads 1: update it");
}

static void what_is_no_trace_is_named(void **state)
{
	static const struct {
		const char *name, *text, *words;
	} cases[] = {
		{"empty.jsonl", "", "empty.jsonl: empty: no trace lines in here"},
		{"blank.jsonl", "\n\n", "blank.jsonl: no trace lines in here"},
		{"text.txt", "hello\n", "text.txt:1: not JSON"},
		{"foreign.json", "\n{'a':1}\n{'b':1}\n", "foreign.json:2: JSON without \"ev\""},
		{"newer.jsonl", "{'ev':'process','v':9}\n",
		 "newer.jsonl:1: format version 9; this socktrace reads 1: update it"},
		{"orphan.jsonl", "{'ev':'exit','t':1,'tid':1}\n", "orphan.jsonl:1: no process line before this one"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unit_write(cases[i].name, cases[i].text);
		assert_said(unit_refusal(unit_path(cases[i].name)), cases[i].words);
	}
}

static void directories_without_a_trace_are_named(void **state)
{
	(void)state;
	assert_said(unit_refusal(unit_dir()), "no trace in /tmp/socktrace-unit-");
	assert_said(unit_refusal(unit_dir()), "run LD_PRELOAD=./libsocktrace.so PROGRAM first");
	assert_said(unit_refusal("/nonexistent/dir"), "/nonexistent/dir: No such file or directory");
	assert_said(unit_refusal("/dev/null"), "/dev/null: empty");
}

/* A gigabyte of zeros, and no end of them: the answer comes at once. */
static void zeros_are_answered_at_once(void **state)
{
	FILE *f = fopen(unit_path("zeros.jsonl"), "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), 1l << 30), 0);
	fclose(f);
	assert_said(unit_refusal(unit_path("zeros.jsonl")),
		    "zeros.jsonl: no trace lines in here: starts with zero bytes");
	assert_said(unit_refusal("/dev/zero"), "/dev/zero: no trace lines in here: starts with zero bytes");
}

static void windows_line_ends_are_read(void **state)
{
	(void)state;
	unit_write("1.p1.jsonl", "{'ev':'process','v':1,'t':1,'pid':1,'boot':'b'}\r\n{'ev':'exit','t':9,'tid':1}\r\n");
	assert_int_equal(unit_load()->events.count, 1);
}

static void lost_events_are_counted(void **state)
{
	(void)state;
	unit_write("1.p1.jsonl",
		   PROCESS(1, 1, 0, "exec") "{'ev':'lost','t':3,'tid':1,'count':7,'why':'SOCKTRACE_MAX'}\n");
	assert_int_equal(unit_load()->procs.items[0]->lost, 7);
}

/* Pendings: what is still waited in, and what is not. */

static void a_call_takes_its_pendings_place(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") PENDING(10, 1, read, "'fd':3,'sock':1,'args':{}") CALL(
					 10, 5, 1, read, READ_OF_3) PENDING(20, 1, read, "'fd':3,'sock':1,'args':{}"));
	t = unit_load();
	assert_int_equal(t->events.count, 2);
	assert_int_equal(t->events.items[0]->kind, EVENT_CALL);
	assert_int_equal(t->events.items[1]->kind, EVENT_PENDING);
	assert_false(t->events.items[1]->abandoned);
}

static void a_pending_with_later_lines_is_abandoned(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") PENDING(10, 1, accept, "'fd':3,'sock':1,'args':{}") PENDING(
					 11, 2, accept, "'fd':3,'sock':1,'args':{}") CALL(20, 1, 1, read, READ_OF_3));
	t = unit_load();
	assert_true(unit_call(t, CALL_accept, 0)->abandoned);
	assert_false(unit_call(t, CALL_accept, 1)->abandoned); /* another thread's */
}

/* A handler's call within a blocking call: the pending is copied behind it. */
static void a_pending_copied_forward_is_waited_in(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.p1.jsonl", PROCESS(1, 1, 0, "exec") PENDING(10, 1, accept, "'fd':3,'sock':1,'args':{}")
					 CALL(20, 1, 1, read, READ_OF_3)
						 PENDING(10, 1, accept, "'fd':3,'sock':1,'args':{}") EXIT(30, 1, 0));
	t = unit_load();
	assert_int_equal(t->events.count, 3);
	assert_int_equal(unit_call(t, CALL_accept, 0)->t_ns, 10);
	assert_false(unit_call(t, CALL_accept, 0)->abandoned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(live_lines_follow_and_are_taken_once),
		UNIT(two_equal_lines_of_the_trace_stay_two),
		UNIT(a_live_file_stands_for_its_trace),
		UNIT(a_file_named_twice_is_read_once),
		UNIT(packed_processes_are_told_apart),
		UNIT(a_torn_end_is_dropped_silently),
		UNIT(a_bad_line_is_a_warning_with_its_place),
		UNIT(warnings_are_bounded),
		UNIT(zero_bytes_between_lines_are_skipped),
		UNIT(a_good_file_survives_a_bad_one),
		UNIT(what_is_no_trace_is_named),
		UNIT(directories_without_a_trace_are_named),
		UNIT(zeros_are_answered_at_once),
		UNIT(windows_line_ends_are_read),
		UNIT(lost_events_are_counted),
		UNIT(a_call_takes_its_pendings_place),
		UNIT(a_pending_with_later_lines_is_abandoned),
		UNIT(a_pending_copied_forward_is_waited_in),
	};

	return UNIT_MAIN(tests);
}
