/* users: which of the processes that had an end of a connection it belongs to. */
#include "tests/unit/lib/unit.h"

#define LOCAL           "'state':'connected','local':" SERVER4 ",'peer':" CLIENT4
#define FORK(t, pid)    CALL(t, 1, 1, fork, "'args':{},'ret':" #pid)
#define SERVER(rest)    PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4) rest
#define CLIENT          PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)
#define CHILD(t, pid)   PROCESS(t, pid, 1, "fork") INHERIT(t, pid, 4, 11, "fork", LOCAL)
#define PAIR            "'args':{'domain':'AF_UNIX','type':'SOCK_STREAM','protocol':0},'ret':0,'newfds':[3,4],'newsocks':[31,32]"
#define ONTO(t, tid, n) CALL(t, 1, tid, dup2, "'fd':4,'sock':11,'args':{'newfd':" #n "},'ret':" #n ",'newsock':11")
#define EXEC(t, tid)    PENDING(t, tid, execv, "'args':{'pathname':'/bin/q'}")

static const struct end *end_of(enum side side)
{
	return &unit_load()->conns.items[0]->ends[side];
}

static const struct end *servers_end(const char *server)
{
	unit_write("1.s.jsonl", server);
	unit_write("2.c.jsonl", CLIENT READ(150, 600, 2, 3, 21, 0) CLOSE(800, 2, 3, 21, 0));
	return end_of(SIDE_SERVER);
}

/* Made for something else, and alive when the server closed its client. */
static void a_helper_that_lives_on_has_no_connection(void **state)
{
	const struct end *end;

	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) EXIT(700, 3, 0));
	end = servers_end(SERVER(FORK(200, 3) CLOSE(400, 1, 4, 11, 0)));
	assert_int_equal(end->proc->pid, 1);
	assert_int_equal(end->eof_sent->t_ns, 700);
}

/* system: dead before the server closed. */
static void nor_has_one_that_ended_before(void **state)
{
	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) EXIT(300, 3, 0));
	assert_int_equal(servers_end(SERVER(FORK(200, 3) CLOSE(400, 1, 4, 11, 0)))->proc->pid, 1);
}

static void nor_has_the_program_that_a_helper_becomes(void **state)
{
	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) EXEC(220, 3));
	unit_write("3.i.jsonl", PROCESS(240, 3, 1, "exec") INHERIT(241, 3, 4, 11, "exec", LOCAL) EXIT(700, 3, 0));
	assert_int_equal(servers_end(SERVER(FORK(200, 3) CLOSE(400, 1, 4, 11, 0)))->proc->pid, 1);
}

/* The server closes its copy when the child has ended, and forks for another client before it comes to that. */
static void who_reads_the_end_has_the_connection(void **state)
{
	const struct end *end;

	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) READ(220, 80, 3, 4, 11, 0) CLOSE(310, 3, 4, 11, 0) EXIT(320, 3, 0));
	unit_write("4.h.jsonl", CHILD(316, 4) EXIT(700, 4, 0));
	end = servers_end(SERVER(FORK(200, 3) FORK(315, 4) CLOSE(400, 1, 4, 11, 0)));
	assert_int_equal(end->proc->pid, 3);
	assert_int_equal(end->fd, 4);
}

static void who_waits_in_read_has_the_connection(void **state)
{
	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) PENDING(220, 3, read, "'fd':4,'sock':11,'args':{'count':9}"));
	assert_int_equal(servers_end(SERVER(FORK(200, 3)))->proc->pid, 3);
}

static void who_ends_it_has_the_connection(void **state)
{
	(void)state;
	unit_write("3.h.jsonl",
		   CHILD(210, 3) CALL(220, 1, 3, shutdown, "'fd':4,'sock':11,'args':{'how':'SHUT_RDWR'},'ret':0"));
	assert_int_equal(servers_end(SERVER(FORK(200, 3) CLOSE(205, 1, 4, 11, 0)))->proc->pid, 3);
}

/* inetd's: it stands where the program looks for it. */
static void what_was_put_in_its_place_is_the_programs(void **state)
{
	const struct end *end;

	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) ONTO(220, 3, 0) ONTO(222, 3, 1) CLOSE(224, 3, 4, 11, 2) EXEC(226, 3));
	unit_write("3.i.jsonl", PROCESS(240, 3, 1, "exec") INHERIT(241, 3, 0, 11, "exec", LOCAL)
					INHERIT(242, 3, 1, 11, "exec", LOCAL) EXIT(700, 3, 0));
	end = servers_end(SERVER(FORK(200, 3) CLOSE(205, 1, 4, 11, 0)));
	assert_string_equal(end->proc->file, unit_path("3.i.jsonl"));
	assert_int_equal(end->fd, 0);
}

/* The child of a vfork did it, which has no file. */
static void a_program_that_begins_with_it_has_the_connection(void **state)
{
	(void)state;
	unit_write("3.i.jsonl", PROCESS(240, 3, 1, "exec") INHERIT(241, 3, 0, 11, "exec", LOCAL) EXIT(700, 3, 0));
	assert_int_equal(
		servers_end(SERVER(CALL(200, 30, 1, vfork, "'args':{},'ret':3") CLOSE(235, 1, 4, 11, 0)))->proc->pid,
		3);
}

/* By a stdio of which nothing is recorded: somebody must have answered. */
static void who_may_have_answered_unrecorded_has_the_connection(void **state)
{
	(void)state;
	unit_write("3.h.jsonl", CHILD(210, 3) EXIT(700, 3, 0));
	unit_write("1.s.jsonl", SERVER(FORK(200, 3) CLOSE(205, 1, 4, 11, 0)));
	unit_write("2.c.jsonl", CLIENT READ(150, 600, 2, 3, 21, 9) CLOSE(800, 2, 3, 21, 0));
	assert_int_equal(end_of(SIDE_SERVER)->proc->pid, 3);
}

static void of_a_pair_who_had_it_last_has_the_end(void **state)
{
	const struct end *end;

	(void)state;
	unit_write("1.p.jsonl", PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, socketpair, PAIR) FORK(10, 3)
					CLOSE(20, 1, 4, 32, 0) EXIT(90, 1, 0));
	unit_write("3.c.jsonl",
		   PROCESS(12, 3, 1, "fork") INHERIT(13, 3, 4, 32, "fork", "'state':'connected'") EXIT(80, 3, 0));
	end = end_of(SIDE_SERVER);
	assert_int_equal(end->proc->pid, 3);
	assert_int_equal(end[-1].proc->pid, 1);
}

static void of_a_pair_who_ended_before_its_maker_has_none(void **state)
{
	(void)state;
	unit_write("1.p.jsonl", PROCESS(1, 1, 0, "exec") CALL(5, 1, 1, socketpair, PAIR) FORK(10, 3)
					CLOSE(85, 1, 4, 32, 0) EXIT(90, 1, 0));
	unit_write("3.c.jsonl",
		   PROCESS(12, 3, 1, "fork") INHERIT(13, 3, 4, 32, "fork", "'state':'connected'") EXIT(80, 3, 0));
	assert_int_equal(end_of(SIDE_SERVER)->proc->pid, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_helper_that_lives_on_has_no_connection),
		UNIT(nor_has_one_that_ended_before),
		UNIT(nor_has_the_program_that_a_helper_becomes),
		UNIT(who_reads_the_end_has_the_connection),
		UNIT(who_waits_in_read_has_the_connection),
		UNIT(who_ends_it_has_the_connection),
		UNIT(what_was_put_in_its_place_is_the_programs),
		UNIT(a_program_that_begins_with_it_has_the_connection),
		UNIT(who_may_have_answered_unrecorded_has_the_connection),
		UNIT(of_a_pair_who_had_it_last_has_the_end),
		UNIT(of_a_pair_who_ended_before_its_maker_has_none),
	};

	return UNIT_MAIN(tests);
}
