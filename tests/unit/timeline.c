/* timeline: which steps are told, on which axis, and which beside or instead of which others. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/scene/columns.h"
#include "viewer/scene/ladder.h"
#include "viewer/scene/overview.h"

#define SERVER_START PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
#define CLIENT_START PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)

static struct choice chosen(struct trace *t, struct choice_words words)
{
	struct choice c;
	struct err err;

	assert_true(choice_read(&c, t, &words, &err));
	return c;
}

static void refused(struct trace *t, struct choice_words words, const char *says)
{
	struct choice c;
	struct err err;

	assert_false(choice_read(&c, t, &words, &err));
	assert_non_null(strstr(err.text, says));
}

static size_t count_chosen(struct trace *t, struct choice_words words)
{
	struct choice c = chosen(t, words);
	size_t count = 0;

	for (size_t i = 0; i < t->events.count; i++)
		count += choice_has_time(&c, choice_told_ns(t->events.items[i])) && choice_has(&c, t->events.items[i]);
	choice_free(&c);
	return count;
}

static void choices_combine(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   SERVER_START READ(160, 1, 1, 4, 11, 4) READ(170, 1, 1, 4, 11, 4) CLOSE(180, 1, 4, 11, 0));
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 8) CLOSE(175, 2, 3, 21, 0));
	t = unit_load();
	assert_int_equal(count_chosen(t, (struct choice_words){0}), 11);
	assert_int_equal(count_chosen(t, (struct choice_words){.calls = "read"}), 2);
	assert_int_equal(count_chosen(t, (struct choice_words){.calls = "re,clo"}), 4);
	assert_int_equal(count_chosen(t, (struct choice_words){.calls = "close", .pids = "1"}), 1);
	assert_int_equal(count_chosen(t, (struct choice_words){.calls = "close", .pids = "P2,1"}), 2);
	assert_int_equal(count_chosen(t, (struct choice_words){.calls = "close", .to = "0.000000165"}), 1);
	assert_int_equal(count_chosen(t, (struct choice_words){.from = "150ns", .to = "161ns"}), 2);
	refused(t, (struct choice_words){.conns = "c2"}, "c1 to c1");
	refused(t, (struct choice_words){.pids = "3"}, "1, 2");
	refused(t, (struct choice_words){.calls = "raed"}, "`read`");
	refused(t, (struct choice_words){.from = "1h"}, "1.5s");
	refused(t, (struct choice_words){.from = "-1s"}, "1.5s");
}

static void a_failure_is_told_with_what_led_to_it(void **state)
{
	struct trace *t;
	struct choice c;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START READ(160, 1, 1, 4, 11, 1) READ(165, 1, 1, 4, 11, 1)
					READ(170, 1, 1, 4, 11, 1) READ(175, 1, 1, 4, 11, 1) CLOSE(180, 1, 4, 11, 0));
	unit_write("2.c.jsonl",
		   CLIENT_START WRITE(150, 1, 2, 3, 21, 4)
			   CALL(300, 1, 2, write, "'fd':3,'sock':21,'args':{'count':1},'ret':-1,'err':'EPIPE'"));
	t = unit_load();
	c = chosen(t, (struct choice_words){.errors = true});
	assert_true(choice_has(&c, unit_call(t, CALL_write, 1)));
	assert_true(choice_has(&c, unit_call(t, CALL_connect, 0)));
	assert_true(choice_has(&c, unit_call(t, CALL_accept, 0)));
	assert_true(choice_has(&c, unit_call(t, CALL_close, 0)));
	assert_false(choice_has(&c, unit_call(t, CALL_read, 0)));
	assert_false(choice_has(&c, unit_call(t, CALL_listen, 0)));
	choice_free(&c);
}

static struct axis axis_of(struct trace *t, bool whole)
{
	struct choice c = chosen(t, (struct choice_words){0});
	struct axis x = axis_find(t, &c, whole);

	choice_free(&c);
	return x;
}

/* Times in order have slots in order, and the slots are filled from the first to the last. */
static void check_axis(const struct axis *x, uint64_t from_ns, uint64_t to_ns)
{
	unsigned last = 0, slots = 0;

	for (unsigned i = 0; i < x->nparts; i++) {
		assert_int_equal(x->parts[i].slot, slots);
		slots += x->parts[i].slots;
	}
	assert_int_equal(slots, AXIS_SLOTS);
	assert_int_equal(axis_slot(x, from_ns), 0);
	assert_int_equal(axis_slot(x, to_ns), AXIS_SLOTS - 1);
	for (uint64_t at = from_ns; at <= to_ns; at += 1 + (to_ns - from_ns) / 5000) {
		assert_true(axis_slot(x, at) >= last);
		last = axis_slot(x, at);
	}
}

static void idle_time_is_cut_out(void **state)
{
	struct trace *t;
	struct axis x;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) LISTENER(500000, 1) LISTENER(500050, 1));
	t = unit_load();
	x = axis_of(t, true);
	assert_int_equal(x.nparts, 1);
	check_axis(&x, 10, 500051);
	x = axis_of(t, false);
	assert_int_equal(x.nparts, 2);
	assert_int_equal(x.parts[0].to_ns, 11); /* the calls of one listener begin at once, and take 1 */
	assert_int_equal(x.parts[1].from_ns, 500000);
	check_axis(&x, 10, 500051);
	assert_int_equal(axis_slot(&x, 400000), x.parts[0].slots - 1);
}

static void what_ends_in_a_gap_is_no_part_of_it(void **state)
{
	struct trace *t;
	struct axis x;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") LISTENER(10, 1)
			   CALL(20, 100000, 1, accept, "'fd':3,'sock':1,'args':{'addr':null},'ret':-1,'err':'EINTR'")
				   LISTENER(1000000, 1));
	t = unit_load();
	x = axis_of(t, false);
	assert_int_equal(x.nparts, 2);
	assert_int_equal(x.parts[0].to_ns, 100020);
	assert_int_equal(x.parts[1].from_ns, 1000000);
	check_axis(&x, 10, 1000001);
}

static struct ladder *ladder_with(struct trace *t, struct ladder_options wanted)
{
	struct choice c = chosen(t, (struct choice_words){0});
	struct ladder *l;

	wanted.lanes = 4;
	wanted.choice = &c;
	l = ladder_new(t, &wanted);
	choice_free(&c);
	return l;
}

static struct ladder *ladder_of(struct trace *t, bool to_scale)
{
	return ladder_with(t, (struct ladder_options){.to_scale = to_scale});
}

#define WAITING(t, dt, tid, fd)                                                                                        \
	CALL(t, dt, tid, read, "'fd':" #fd ",'sock':1" #fd ",'args':{'count':9},'ret':-1,'err':'EINTR'")

/* Where more threads live at the same time than there are places, none has one, and the words say who speaks. */
static void threads_beyond_the_room_share_a_place(void **state)
{
	struct ladder *l;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") LISTENER(10, 1) WAITING(10000000, 50000000, 1, 4)
			   WAITING(20000000, 60000000, 2, 5) WAITING(30000000, 60000000, 3, 6)
				   CALL(65000000, 1, 1, listen, "'fd':3,'sock':1,'args':{'backlog':9},'ret':0"));
	t = unit_load();
	l = ladder_with(t, (struct ladder_options){.strands = 3});
	assert_int_equal(l->lanes.items[0].strands, 3);
	assert_int_equal(l->waits.items[2].strand, 2);
	assert_int_equal(l->lanes.items[0].levels, 0);
	ladder_free(l);
	l = ladder_with(t, (struct ladder_options){.strands = 2});
	assert_int_equal(l->lanes.items[0].strands, 0);
	for (size_t i = 0; i < l->waits.count; i++)
		assert_int_equal(l->waits.items[i].strand, 0);
	assert_int_equal(l->lanes.items[0].levels, 3);
	assert_string_equal(l->rows.items[l->waits.items[2].from].cells[0].tag, "t3");
	ladder_free(l);
}

static void waits_at_the_same_time_have_levels(void **state)
{
	struct ladder *l;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) WAITING(10000000, 50000000, 1, 4)
					WAITING(20000000, 20000000, 7, 5) LISTENER(30000000, 9)
						WAITING(45000000, 30000000, 8, 6) LISTENER(50000000, 9));
	l = ladder_of(unit_load(), false);
	assert_int_equal(l->lanes.count, 1);
	assert_int_equal(l->lanes.items[0].levels, 2);
	assert_int_equal(l->waits.count, 3);
	assert_int_equal(l->waits.items[0].level, 0);
	assert_int_equal(l->waits.items[1].level, 1);
	assert_int_equal(l->waits.items[2].level, 1); /* free again */
	assert_string_equal(l->rows.items[l->waits.items[1].from].cells[0].tag, "t2");
	assert_string_equal(l->waits.items[2].brief, "t4 30 ms");
	ladder_free(l);
}

/* Of which the parent knows how it ended. */
static void who_goes_untraced_waits_for_nothing(void **state)
{
	const struct cell *last;
	struct ladder *l;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) CALL(20, 1, 1, fork, "'args':{},'ret':2")
					CALL(60, 5, 1, wait, "'args':{},'ret':2,'status':{'exited':0}"));
	unit_write("2.s.jsonl",
		   PROCESS(21, 2, 1, "fork") INHERIT(21, 2, 3, 1, "fork", "'state':'listening','local':" ANY4)
			   PENDING(30, 2, execl, "'args':{'pathname':'/bin/st','argv':['st']},'untraced':'static'"));
	l = ladder_of(unit_load(), false);
	last = &l->rows.items[l->rows.count - 1].cells[0];
	assert_string_equal(last->text, "went untraced in execl /bin/st");
	assert_string_equal(last->note, "exited 0");
	ladder_free(l);
}

/* It runs in its parent's memory up to its exec, and never comes back from that: no wait of the parent, which lives on. */
static void an_exec_of_a_vfork_child_is_no_wait(void **state)
{
	struct ladder *l;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") LISTENER(10, 1) CALL(20, 30, 1, vfork, "'args':{},'ret':2")
			   PENDING(30, 2, execl, "'pid':2,'args':{'pathname':'/bin/true','argv':['true']}")
				   CALL(60, 5, 1, wait, "'args':{},'ret':2,'status':{'exited':0}") EXIT(70, 1, 0));
	l = ladder_of(unit_load(), false);
	assert_int_equal(l->waits.count, 0);
	assert_string_equal(l->rows.items[l->rows.count - 1].cells[0].text, "exit 0");
	ladder_free(l);
}

/* What stands beside the read that found the end; NULL: nothing. */
static const char *note_of_end(const struct ladder *l)
{
	for (size_t i = 0; i < l->rows.count; i++)
		for (unsigned k = 0; k < l->rows.items[i].ncells; k++)
			if (strstr(l->rows.items[i].cells[k].text, "0 EOF"))
				return l->rows.items[i].cells[k].note;
	fail_msg("the end is not told");
	return NULL;
}

#define FINDS_THE_END SERVER_START READ(900000000, 1, 1, 4, 11, 3) READ(900000010, 1, 1, 4, 11, 0)

/* Who was killed let go when nobody knows: behind his last call. */
static void an_end_is_told_as_late_only_where_it_is_known_to_be(void **state)
{
	struct ladder *l;

	(void)state;
	unit_write("1.s.jsonl", FINDS_THE_END);
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 3) CLOSE(160, 2, 3, 21, 0) EXIT(170, 2, 0));
	l = ladder_of(unit_load(), false);
	assert_string_equal(note_of_end(l), "sent 0.90 s before");
	ladder_free(l);
	unit_write("2.c.jsonl", CLIENT_START WRITE(150, 1, 2, 3, 21, 3));
	l = ladder_of(unit_load(), false);
	assert_null(note_of_end(l));
	ladder_free(l);
}

static void distances_are_times_within_bounds(void **state)
{
	struct ladder *l;
	unsigned most = 0;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) LISTENER(1000000, 1) LISTENER(3000000, 1)
					LISTENER(900000000, 1));
	l = ladder_of(unit_load(), true);
	assert_int_equal(l->unit_ns, 200000);
	for (size_t i = 0; i < l->rows.count; i++)
		most = l->rows.items[i].space > most ? l->rows.items[i].space : most;
	assert_int_equal(most, 10);
	ladder_free(l);
}

/* Five connections, the third of which takes longer. */
static void what_went_alike_is_one_line(void **state)
{
	struct trace *t;
	struct choice c;
	struct overview *o;
	char text[16384] = "";

	(void)state;
	strcat(text, PROCESS(1, 1, 0, "exec") LISTENER(10, 1));
	for (int i = 0; i < 5; i++) {
		char call[1024];

		snprintf(call, sizeof call,
			 "{'ev':'call','t':%d,'dt':5,'tid':1,'call':'accept','fd':3,'sock':1,'args':{'addr':null},'ret'"
			 ":%d,"
			 "'newsock':%d,'local':" SERVER4
			 ",'peer':{'family':'AF_INET','addr':'127.0.0.1','port':%d,'len':16,"
			 "'raw':'0200'}}\n"
			 "{'ev':'call','t':%d,'dt':1,'tid':1,'call':'close','fd':%d,'sock':%d,'args':{},'ret':0,'refs':"
			 "0}\n",
			 1000 * (i + 1), 10 + i, 100 + i, 50000 + i, 1000 * (i + 1) + (i == 2 ? 900 : 100), 10 + i,
			 100 + i);
		strcat(text, call);
	}
	unit_write("1.s.jsonl", text);
	t = unit_load();
	c = chosen(t, (struct choice_words){0});
	o = overview_new(t, &(struct overview_options){.choice = &c});
	assert_int_equal(o->tracks.count, 3);
	assert_int_equal(o->tracks.items[0].conn, 1);
	assert_int_equal(o->tracks.items[1].like, 3);
	assert_int_equal(o->tracks.items[1].p50_ns, 101);
	assert_int_equal(o->tracks.items[2].conn, 3);
	assert_string_equal(o->tracks.items[2].text, "slowest");
	overview_free(o);
	choice_free(&c);
}

/* Though it does nothing with it, and the listener was closed on exec. */
static void a_servers_helper_stands_beside_it(void **state)
{
	struct columns columns;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", SERVER_START CALL(200, 1, 1, fork, "'args':{},'ret':3") CLOSE(400, 1, 4, 11, 0));
	unit_write("2.c.jsonl", CLIENT_START CLOSE(800, 2, 3, 21, 0));
	unit_write("3.h.jsonl", PROCESS(240, 3, 1, "exec") INHERIT(241, 3, 4, 11, "exec",
								   "'state':'connected','local':" SERVER4
								   ",'peer':" CLIENT4) EXIT(700, 3, 0));
	t = unit_load();
	columns = columns_find(t);
	assert_int_equal(columns.of_process[3], columns.of_process[1]);
	assert_int_not_equal(columns.of_process[3], columns.of_process[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(choices_combine),
		UNIT(a_failure_is_told_with_what_led_to_it),
		UNIT(idle_time_is_cut_out),
		UNIT(what_ends_in_a_gap_is_no_part_of_it),
		UNIT(threads_beyond_the_room_share_a_place),
		UNIT(waits_at_the_same_time_have_levels),
		UNIT(who_goes_untraced_waits_for_nothing),
		UNIT(an_exec_of_a_vfork_child_is_no_wait),
		UNIT(an_end_is_told_as_late_only_where_it_is_known_to_be),
		UNIT(distances_are_times_within_bounds),
		UNIT(what_went_alike_is_one_line),
		UNIT(a_servers_helper_stands_beside_it),
	};

	return UNIT_MAIN(tests);
}
