/* lesson: what the lesson's boxes say of sockets that are not connected by connect and accept. */
#include "tests/unit/lib/post.h"
#include "viewer/scene/boxes.h"

#define UDP_SERVER(bound) PROCESS(1, 1, 0, "exec") UDP(5, 1, 3, 1) BIND(6, 1, 3, 1, bound)

static void box_is(const struct diagram *d, unsigned box, enum box_state state, const char *fact)
{
	assert_int_equal(d->boxes[box].state, state);
	assert_string_equal(d->boxes[box].fact, fact);
}

static bool happened(const struct diagram *d, unsigned from, unsigned to)
{
	for (unsigned i = 0; i < d->nedges; i++)
		if (d->edges[i].from == from && d->edges[i].to == to)
			return d->edges[i].happened;
	fail();
	return false;
}

static void datagrams_are_neither_requested_nor_accepted(void **state)
{
	struct diagram *d;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER(SERVER4) RECVFROM(20, 40, 1, 3, 1, 3, CLIENT4, "ask")
					SENDTO(70, 1, 3, 1, 6, CLIENT4, "answer") CLOSE(90, 1, 3, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask")
					RECVFROM(55, 30, 2, 3, 21, 6, SERVER4, "answer") CLOSE(95, 2, 3, 21, 0));
	d = diagram_new(unit_load(), 0);
	box_is(d, S_SOCKET, BOX_DONE, "= 3 udp4");
	box_is(d, S_BIND, BOX_DONE, "3 127.0.0.1:8080");
	box_is(d, S_LISTEN, BOX_MISSING, "datagrams need none");
	box_is(d, S_ACCEPT, BOX_MISSING, "datagrams need none");
	box_is(d, C_CONNECT, BOX_MISSING, "datagrams need none");
	box_is(d, S_EOF, BOX_MISSING, "datagrams have no EOF");
	box_is(d, S_CLOSE, BOX_DONE, "3");
	box_is(d, C_CLOSE, BOX_DONE, "3");
	assert_true(happened(d, C_WRITE, S_READ));
	assert_true(happened(d, S_WRITE, C_READ));
	assert_false(happened(d, C_CONNECT, S_ACCEPT));
	assert_false(happened(d, C_CLOSE, S_EOF));
	diagram_free(d);
}

/* UDP's connect tells the kernel where to send: it requests nothing of the other end. */
static void a_connect_of_datagrams_is_no_request(void **state)
{
	struct diagram *d;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER(SERVER4) RECVFROM(20, 60, 1, 3, 1, 3, CLIENT4, "xyz"));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) CONNECT(40, 1, 2, 3, 21, CLIENT4, SERVER4)
					WRITE(50, 1, 2, 3, 21, 3));
	d = diagram_new(unit_load(), 0);
	box_is(d, C_CONNECT, BOX_DONE, "3 127.0.0.1:8080");
	assert_false(happened(d, C_CONNECT, S_ACCEPT));
	diagram_free(d);
}

static void a_server_that_received_nothing_has_its_boxes(void **state)
{
	struct diagram *d;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER(ANY4) CLOSE(90, 1, 3, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask"));
	d = diagram_new(unit_load(), 0);
	assert_string_equal(d->columns[SIDE_SERVER], "Server  P1 p1 1");
	box_is(d, S_BIND, BOX_DONE, "3 *:8080");
	box_is(d, S_READ, BOX_MISSING, "nothing read");
	box_is(d, S_CLOSE, BOX_DONE, "3");
	diagram_free(d);
}

static void a_server_of_datagrams_waits_in_its_read(void **state)
{
	struct diagram *d;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER(ANY4) PENDING(8, 1, recvfrom, "'fd':3,'sock':1,'args':{}"));
	d = diagram_new(unit_load(), 0);
	assert_string_equal(d->title, "*:8080, to which nobody sent anything");
	box_is(d, S_ACCEPT, BOX_MISSING, "datagrams need none");
	box_is(d, S_READ, BOX_WAITING, "3 waits");
	diagram_free(d);
}

static void which_datagram_was_received_may_not_be_known(void **state)
{
	struct diagram *d;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", UDP_SERVER(SERVER4) RECVFROM(60, 5, 1, 3, 1, 3, CLIENT4, "ask")
					RECVFROM(70, 5, 1, 3, 1, 3, CLIENT4B, "ask") CLOSE(90, 1, 3, 1, 0));
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") UDP(31, 2, 3, 21) SENDTO(50, 2, 3, 21, 3, SERVER4, "ask"));
	t = unit_load();
	d = diagram_new(t, 1);
	assert_string_equal(d->columns[SIDE_SERVER], "Server  P1 p1 1");
	box_is(d, S_BIND, BOX_DONE, "3 127.0.0.1:8080");
	box_is(d, S_READ, BOX_UNTRACED, "not known");
	diagram_free(d);
	d = diagram_new(t, 2);
	box_is(d, C_CONNECT, BOX_UNTRACED, "not known");
	box_is(d, S_READ, BOX_DONE, "3  3 B");
	box_is(d, S_CLOSE, BOX_DONE, "3");
	diagram_free(d);
}

static void a_socketpair_is_made_by_one_call(void **state)
{
	struct diagram *d;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec")
			   CALL(5, 1, 1, socketpair,
				"'args':{'domain':'AF_UNIX','type':'SOCK_STREAM','protocol':0},'ret':0,"
				"'newfds':[3,4],'newsocks':[21,22]") WRITE(8, 1, 1, 3, 21, 3) READ(10, 1, 1, 4, 22, 3));
	d = diagram_new(unit_load(), 0);
	assert_string_equal(d->boxes[C_SOCKET].name, "socketpair");
	box_is(d, C_SOCKET, BOX_DONE, "= 3 unix");
	box_is(d, S_SOCKET, BOX_DONE, "= 4 unix");
	box_is(d, S_BIND, BOX_MISSING, "socketpairs need none");
	box_is(d, S_ACCEPT, BOX_MISSING, "socketpairs need none");
	box_is(d, C_CONNECT, BOX_MISSING, "socketpairs need none");
	assert_false(happened(d, C_CONNECT, S_ACCEPT));
	assert_true(happened(d, C_WRITE, S_READ));
	diagram_free(d);
}

static void a_server_that_lost_calls_is_named(void **state)
{
	struct diagram *d;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") LISTENER(5, 1) "{'ev':'lost','t':90,'tid':1,'count':3,'why':'limit'}\n");
	unit_write("2.c.jsonl", PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21)
					CONNECT(50, 1, 2, 3, 21, CLIENT4, SERVER4) WRITE(60, 1, 2, 3, 21, 3));
	d = diagram_new(unit_load(), 0);
	assert_string_equal(d->columns[SIDE_SERVER], "Server  P1 p1 1");
	box_is(d, S_ACCEPT, BOX_UNTRACED, "its calls are missing");
	box_is(d, S_READ, BOX_UNTRACED, "its calls are missing");
	box_is(d, S_CLOSE, BOX_UNTRACED, "its calls are missing");
	diagram_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(datagrams_are_neither_requested_nor_accepted),
		UNIT(a_connect_of_datagrams_is_no_request),
		UNIT(a_server_that_received_nothing_has_its_boxes),
		UNIT(a_server_of_datagrams_waits_in_its_read),
		UNIT(which_datagram_was_received_may_not_be_known),
		UNIT(a_socketpair_is_made_by_one_call),
		UNIT(a_server_that_lost_calls_is_named),
	};

	return UNIT_MAIN(tests);
}
