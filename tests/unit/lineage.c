/* lineage: which descriptor came from which, and what took a socket's last one. */
#include "tests/unit/lib/unit.h"

static const struct descriptor *find(const struct trace *t, uint32_t pid, int fd, uint64_t sock)
{
	for (size_t i = 0; i < t->descriptors.count; i++) {
		const struct descriptor *d = t->descriptors.items[i];

		if (d->proc->pid == pid && d->fd == fd && d->sock->cookie == sock)
			return d;
	}
	fail_msg("no descriptor %d of socket %d in process %d", fd, (int)sock, (int)pid);
	return NULL;
}

/* The lesson's server with one child a client: the parent lets go of connfd before the child's file begins. */
#define FORKING_SERVER                                                                                                 \
	PROCESS(1, 1, 0, "exec")                                                                                       \
	LISTENER(10, 1)                                                                                                \
	ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4) CALL(110, 20, 1, fork, "'args':{},'ret':5") CLOSE(131, 1, 4, 11, 0)
#define SERVING_CHILD                                                                                                  \
	PROCESS(140, 5, 1, "fork")                                                                                     \
	INHERIT(141, 5, 3, 1, "fork", "'state':'listening','local':" ANY4)                                             \
	INHERIT(142, 5, 4, 11, "fork", "'state':'connected','local':" SERVER4 ",'peer':" CLIENT4)                      \
	CLOSE(150, 5, 3, 1, 0) READ(160, 5, 5, 4, 11, 6) CLOSE(300, 5, 4, 11, 0) EXIT(310, 5, 0)
#define ITS_CLIENT                                                                                                     \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)                                                                    \
	WRITE(70, 5, 2, 3, 21, 6) READ(200, 150, 2, 3, 21, 0) CLOSE(360, 2, 3, 21, 0)

static void a_fork_hands_descriptors_down(void **state)
{
	const struct descriptor *child, *parent;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", FORKING_SERVER);
	unit_write("5.s.jsonl", SERVING_CHILD);
	unit_write("2.c.jsonl", ITS_CLIENT);
	t = unit_load();
	parent = find(t, 1, 4, 11);
	child = find(t, 5, 4, 11);
	assert_ptr_equal(parent->from, find(t, 1, 3, 1));
	assert_ptr_equal(child->from, parent);
	assert_ptr_equal(find(t, 5, 3, 1)->from, find(t, 1, 3, 1));
	assert_int_equal(parent->closed->t_ns, 131);
	assert_int_equal(child->closed->t_ns, 300);
	assert_int_equal(child->sock->closed->t_ns, 300);
	assert_int_equal(child->sock->open, 0);
	assert_int_equal(find(t, 1, 3, 1)->sock->open, 1 - 1); /* the server is gone too */
}

static void the_child_that_serves_is_the_connections_end(void **state)
{
	const struct conn *c;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", FORKING_SERVER);
	unit_write("5.s.jsonl", SERVING_CHILD);
	unit_write("2.c.jsonl", ITS_CLIENT);
	t = unit_load();
	assert_int_equal(t->conns.count, 1);
	c = t->conns.items[0];
	assert_int_equal(c->ends[SIDE_SERVER].proc->pid, 5);
	assert_int_equal(c->ends[SIDE_SERVER].eof_sent->t_ns, 300);
	assert_int_equal(c->ends[SIDE_CLIENT].eof_seen->t_ns, 200);
	assert_ptr_equal(c->ends[SIDE_CLIENT].eof_seen->cause, c->ends[SIDE_SERVER].eof_sent);
	assert_int_equal(t->procs.items[0]->role, ROLE_SERVER);
	assert_int_equal(t->procs.items[1]->role, ROLE_CLIENT);
	assert_int_equal(t->procs.items[2]->role, ROLE_WORKER);
}

/* A CGI program: the child that accepted nothing and reads nothing answers. */
static void what_a_child_execs_is_a_worker_too(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
					READ(102, 1, 1, 4, 11, 6) CALL(110, 20, 1, fork, "'args':{},'ret':5")
						CLOSE(131, 1, 4, 11, 0));
	unit_write("5.a.jsonl",
		   PROCESS(140, 5, 1, "fork") INHERIT(142, 5, 4, 11, "fork", "'state':'connected'")
			   CALL(150, 1, 5, dup2, "'fd':4,'sock':11,'args':{'newfd':1},'ret':1,'newsock':11")
				   PENDING(160, 5, execve, "'args':{}"));
	unit_write("5.b.jsonl", PROCESS(170, 5, 1, "exec") INHERIT(171, 5, 1, 11, "exec", "'state':'connected'")
					WRITE(180, 1, 5, 1, 11, 3) EXIT(190, 5, 0));
	t = unit_load();
	assert_int_equal(t->procs.items[2]->role, ROLE_WORKER);
	assert_ptr_equal(t->procs.items[2]->image_of, t->procs.items[1]);
	assert_ptr_equal(find(t, 5, 1, 11)->from, find(t, 5, 4, 11));
	assert_int_equal(find(t, 5, 1, 11)->sock->gone->kind, EVENT_EXIT);
	assert_int_equal(find(t, 5, 1, 11)->sock->gone->t_ns, 190);
}

/* The classic mistake: the parent keeps connfd open, so the child's close ends nothing. */
static void a_copy_left_open_holds_the_end_back(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
					CALL(110, 20, 1, fork, "'args':{},'ret':5") EXIT(900, 1, 0));
	unit_write("5.s.jsonl", SERVING_CHILD);
	t = unit_load();
	assert_null(find(t, 1, 4, 11)->closed);
	assert_null(find(t, 1, 4, 11)->sock->closed);
	assert_int_equal(find(t, 1, 4, 11)->sock->gone->kind, EVENT_EXIT);
	assert_int_equal(t->conns.items[0]->ends[SIDE_SERVER].eof_sent->t_ns, 900);
}

static void dups_are_copies(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1) SOCKET(7, 1, 9, 2)
			   CALL(10, 1, 1, dup, "'fd':3,'sock':1,'args':{},'ret':4,'newsock':1")
				   CALL(20, 1, 1, dup2, "'fd':4,'sock':1,'args':{'newfd':9},'ret':9,'newsock':1") CALL(
					   30, 1, 1, fcntl,
					   "'fd':9,'sock':1,'args':{'cmd':'F_DUPFD','arg':10},'ret':10,'newsock':1")
					   CLOSE(40, 1, 3, 1, 3) CLOSE(50, 1, 4, 1, 2) CLOSE(60, 1, 9, 1, 1));
	t = unit_load();
	assert_ptr_equal(find(t, 1, 4, 1)->from, find(t, 1, 3, 1));
	assert_ptr_equal(find(t, 1, 9, 1)->from, find(t, 1, 4, 1));
	assert_ptr_equal(find(t, 1, 10, 1)->from, find(t, 1, 9, 1));
	assert_int_equal(find(t, 1, 9, 2)->closed->call, CALL_dup2); /* it lay where dup2 put the copy */
	assert_ptr_equal(find(t, 1, 9, 2)->sock->closed, unit_call(t, CALL_dup2, 0));
	assert_null(find(t, 1, 10, 1)->closed);
	assert_null(find(t, 1, 3, 1)->sock->closed);
	assert_int_equal(t->socks.count, 2);
}

static void dup2_onto_itself_changes_nothing(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1)
					CALL(20, 1, 1, dup2, "'fd':3,'sock':1,'args':{'newfd':3},'ret':3,'newsock':1")
						CLOSE(30, 1, 3, 1, 0));
	t = unit_load();
	assert_int_equal(t->descriptors.count, 1);
	assert_int_equal(find(t, 1, 3, 1)->closed->call, CALL_close);
}

/* The listener goes on, the other socket has FD_CLOEXEC. */
static void an_exec_keeps_some_and_closes_others(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1) SOCKET(7, 1, 4, 2)
					PENDING(20, 1, execve, "'args':{'pathname':'/b'}"));
	unit_write("1.b.jsonl", PROCESS(30, 1, 0, "exec") INHERIT(31, 1, 3, 1, "exec", "'state':'unconnected'")
					CLOSE(50, 1, 3, 1, 0));
	t = unit_load();
	assert_int_equal(t->descriptors.count, 3);
	assert_ptr_equal(t->descriptors.items[2]->from, t->descriptors.items[0]);
	assert_int_equal(t->descriptors.items[2]->proc->start_ns, 30);
	assert_int_equal(find(t, 1, 4, 2)->closed->call, CALL_execve);
	assert_int_equal(find(t, 1, 4, 2)->sock->gone->call, CALL_execve);
	assert_int_equal(find(t, 1, 3, 1)->sock->closed->t_ns, 50);
}

/* A vfork child's calls stand in the parent's file: what it closes is not closed for the parent. */
static void a_vfork_childs_close_is_its_own(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1)
					CALL(20, 1, 7, close, "'pid':7,'fd':3,'sock':1,'args':{},'ret':0"));
	t = unit_load();
	assert_null(find(t, 1, 3, 1)->closed);
	assert_int_equal(t->procs.items[0]->threads, 1);
}

/* The exec of a vfork child never returns in its parent's file; the parent ends all the same. */
static void a_vfork_childs_exec_is_not_its_parents(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1) CALL(10, 30, 1, vfork, "'args':{},'ret':7")
					PENDING(50, 7, execve, "'pid':7,'args':{'pathname':'/b'}"));
	unit_write("7.b.jsonl", PROCESS(40, 7, 1, "exec") INHERIT(41, 7, 3, 1, "exec", "'state':'unconnected'")
					CLOSE(60, 7, 3, 1, 0));
	t = unit_load();
	assert_ptr_equal(find(t, 7, 3, 1)->from, find(t, 1, 3, 1));
	assert_null(t->procs.items[1]->image_of);
	assert_ptr_equal(t->procs.items[1]->fork, unit_call(t, CALL_vfork, 0));
	assert_int_equal(find(t, 1, 3, 1)->sock->open, 0);
	assert_ptr_equal(find(t, 1, 3, 1)->sock->gone->proc, t->procs.items[0]);
	assert_null(find(t, 1, 3, 1)
			    ->sock->closed); /* the child closed its own, and when its parent was killed nobody knows */
}

/* Its calls tell when it left where the vfork itself was not recorded: before the parent let go. */
static void a_vfork_that_was_not_seen_hands_down_too(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.a.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1) PENDING(
					20, 7, execve, "'pid':7,'args':{'pathname':'/b'}") CLOSE(30, 1, 3, 1, 0));
	unit_write("7.b.jsonl", PROCESS(40, 7, 1, "exec") INHERIT(41, 7, 3, 1, "exec", "'state':'unconnected'"));
	t = unit_load();
	assert_ptr_equal(find(t, 7, 3, 1)->from, find(t, 1, 3, 1));
	assert_int_equal(find(t, 1, 3, 1)->closed->t_ns, 30);
	assert_null(find(t, 1, 3, 1)->sock->closed);
}

static void a_blocked_accept_does_not_disturb_numbers(void **state)
{
	struct trace *t;

	(void)state;
	/* Thread 6's accept began before thread 1 closed an older socket 4, and returned 4. */
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) SOCKET(15, 1, 4, 2) CLOSE(50, 1, 4, 2, 0)
					ACCEPT(20, 80, 6, 4, 11, SERVER4, CLIENT4) CLOSE(200, 1, 4, 11, 0));
	t = unit_load();
	assert_int_equal(find(t, 1, 4, 2)->closed->t_ns, 50);
	assert_int_equal(find(t, 1, 4, 11)->closed->t_ns, 200);
}

static void a_close_that_failed_closes_nothing(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(5, 1, 3, 1)
					CALL(9, 1, 1, close, "'fd':3,'sock':1,'args':{},'ret':-1,'err':'EBADF'"));
	t = unit_load();
	assert_null(find(t, 1, 3, 1)->closed);
}

#define PAIR(t, tid, a, b)                                                                                             \
	CALL(t, 1, tid, socketpair,                                                                                    \
	     "'args':{'domain':'AF_UNIX','type':'SOCK_STREAM','protocol':0},'ret':0,'newfds':[5,6],'newsocks':[" #a    \
	     "," #b "]")

/* The sender closes its own at once: what is on its way holds the socket open. */
static void a_message_hands_a_descriptor_over(void **state)
{
	const struct descriptor *sent, *received;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") PAIR(2, 1, 31, 32) SOCKET(10, 1, 4, 11)
			   CALL(20, 1, 1, sendmsg, "'fd':5,'sock':31,'args':{},'ret':1,'passed':[{'fd':4,'sock':11}]")
				   CLOSE(30, 1, 4, 11, 0));
	unit_write("5.s.jsonl",
		   PROCESS(3, 5, 1, "fork")
			   CALL(40, 2, 5, recvmsg, "'fd':6,'sock':32,'args':{},'ret':1,'received':[{'fd':9,'sock':11}]")
				   CLOSE(60, 5, 9, 11, 0));
	t = unit_load();
	sent = find(t, 1, 4, 11);
	received = find(t, 5, 9, 11);
	assert_ptr_equal(received->from, sent);
	assert_ptr_equal(sock_still_held(unit_call(t, CALL_close, 0)), received);
	assert_null(sock_still_held(unit_call(t, CALL_close, 1)));
	assert_ptr_equal(received->sock->closed, unit_call(t, CALL_close, 1));
}

static void a_range_is_closed_at_once(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl",
		   PROCESS(1, 1, 0, "exec") PAIR(2, 1, 31, 32) CALL(
			   20, 1, 1, close_range,
			   "'args':{'first':3,'last':9},'ret':0,'closed':[{'fd':5,'sock':31},{'fd':6,'sock':32}]"));
	t = unit_load();
	assert_ptr_equal(find(t, 1, 5, 31)->closed, unit_call(t, CALL_close_range, 0));
	assert_ptr_equal(find(t, 1, 6, 32)->sock->closed, unit_call(t, CALL_close_range, 0));
}

#define THREE_SOCKETS PROCESS(1, 1, 0, "exec") SOCKET(2, 1, 3, 1) PAIR(4, 1, 31, 32)

/* The line has no room for each of them. */
static void a_large_range_is_closed_whole(void **state)
{
	static const char *const lines[] = {
		THREE_SOCKETS CALL(20, 1, 1, close_range,
				   "'args':{'first':3,'last':5},'ret':0,'closed':[{'fd':3,'sock':1}],'closed_more':1"),
		THREE_SOCKETS CALL(20, 1, 1, closefrom,
				   "'args':{'lowfd':3},'ret':0,'closed':[{'fd':3,'sock':1}],'closed_more':2"),
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct trace *t;

		unit_write("1.s.jsonl", lines[i]);
		t = unit_load();
		assert_non_null(find(t, 1, 3, 1)->closed);
		assert_non_null(find(t, 1, 5, 31)->closed);
		assert_int_equal(find(t, 1, 6, 32)->closed != NULL, i);
	}
}

static void a_copy_is_taken_from_another_process(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") SOCKET(10, 1, 4, 11) CLOSE(50, 1, 4, 11, 0));
	unit_write("2.s.jsonl",
		   PROCESS(2, 2, 0, "exec") CALL(9, 9, 2, pidfd_getfd,
						 "'args':{'pidfd':3,'targetfd':4,'flags':0},'ret':7,'newsock':11"));
	t = unit_load();
	assert_ptr_equal(find(t, 2, 7, 11)->from, find(t, 1, 4, 11));
}

/* The parent kept connfd: its child's close says nothing to the client. */
static void a_kept_copy_holds_back_the_end(void **state)
{
	const struct descriptor *holder;
	struct trace *t;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
					CALL(110, 20, 1, fork, "'args':{},'ret':5")
						PENDING(400, 1, accept, "'fd':3,'sock':1,'args':{}"));
	unit_write("5.s.jsonl", SERVING_CHILD);
	unit_write("2.c.jsonl",
		   PROCESS(30, 2, 0, "exec") SOCKET(40, 2, 3, 21) CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)
			   WRITE(70, 5, 2, 3, 21, 6) PENDING(200, 2, read, "'fd':3,'sock':21,'args':{}"));
	t = unit_load();
	holder = sock_still_held(unit_call(t, CALL_close, 1));
	assert_non_null(holder);
	assert_int_equal(holder->proc->pid, 1);
	assert_int_equal(holder->fd, 4);
	assert_null(sock_still_held(unit_call(t, CALL_write, 0)));
	assert_ptr_equal(t->conns.items[0]->ends[SIDE_CLIENT].waiting, unit_call(t, CALL_read, 1));
}

/* The lesson's servers end by Ctrl-C: the last line of one that forgets to close is an accept that began before its child was done. */
#define KILLED_SERVER                                                                                                  \
	PROCESS(1, 1, 9, "exec")                                                                                       \
	LISTENER(10, 1)                                                                                                \
	ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)                                                                     \
	CALL(110, 20, 1, fork, "'args':{},'ret':5") PENDING(132, 1, accept, "'fd':3,'sock':1,'args':{}")
#define SHELL_THAT_WAITS(t) CALL(t, 1, 9, waitpid, "'args':{'pid':1},'ret':1,'status':{'signal':'SIGINT'}")
#define CLIENT_OF_KILLED(t, dt)                                                                                        \
	PROCESS(30, 2, 0, "exec")                                                                                      \
	SOCKET(40, 2, 3, 21)                                                                                           \
	CONNECT(50, 10, 2, 3, 21, CLIENT4, SERVER4)                                                                    \
	WRITE(70, 5, 2, 3, 21, 6) READ(t, dt, 2, 3, 21, 0) EXIT(9000000, 2, 0)

static const struct conn *conn_of_killed(const char *client, const char *shell)
{
	unit_write("1.s.jsonl", KILLED_SERVER);
	unit_write("5.s.jsonl", SERVING_CHILD);
	unit_write("2.c.jsonl", client);
	unit_write("9.b.jsonl", shell);
	return unit_load()->conns.items[0];
}

static void who_was_killed_held_it_longer_than_any_child(void **state)
{
	const struct conn *c = conn_of_killed(CLIENT_OF_KILLED(200, 5000000), PROCESS(0, 9, 0, "exec"));
	const struct sock *s = c->ends[SIDE_SERVER].sock;

	(void)state;
	assert_null(s->closed);
	assert_int_equal(s->gone->t_ns, 132);
	assert_int_equal(s->held_ns, 300);
	assert_int_equal(sock_still_held(s->descriptors->closed ? s->descriptors->closed : s->descriptors->next->closed)
				 ->proc->pid,
			 1);
	assert_int_equal(c->ends[SIDE_SERVER].eof_sent->t_ns, 132);
	assert_int_equal(conn_ended_ns(c, SIDE_SERVER), 5000200);
	assert_false(conn_cause_is_dated(c->ends[SIDE_CLIENT].eof_seen));
}

static void a_parents_wait_tells_by_when_it_was_killed(void **state)
{
	const struct conn *c =
		conn_of_killed(CLIENT_OF_KILLED(200, 5000000), PROCESS(0, 9, 0, "exec") SHELL_THAT_WAITS(250));
	const struct sock *s = c->ends[SIDE_SERVER].sock;

	(void)state;
	assert_int_equal(s->closed->t_ns, 300);
	assert_int_equal(c->ends[SIDE_SERVER].eof_sent->t_ns, 300);
	assert_true(conn_cause_is_dated(c->ends[SIDE_CLIENT].eof_seen));
}

/* Had the parent lived, the client would have waited on. */
static void a_reader_that_wakes_tells_who_was_dead(void **state)
{
	const struct conn *c = conn_of_killed(CLIENT_OF_KILLED(200, 5000), PROCESS(0, 9, 0, "exec"));
	const struct sock *s = c->ends[SIDE_SERVER].sock;

	(void)state;
	assert_int_equal(s->closed->t_ns, 300);
	assert_null(sock_still_held(s->closed));
	assert_int_equal(conn_ended_ns(c, SIDE_SERVER), 300);
	assert_true(conn_cause_is_dated(c->ends[SIDE_CLIENT].eof_seen));
}

/* Its parent, in whose file it stands, was killed later, nobody knows when. */
static void an_exec_of_a_vfork_child_ends_nothing_of_its_parents(void **state)
{
	const struct descriptor *d;

	(void)state;
	unit_write("1.s.jsonl", PROCESS(1, 1, 0, "exec") LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
					PENDING(120, 1, execv, "'pid':7,'args':{'pathname':'/bin/q'}"));
	d = find(unit_load(), 1, 4, 11);
	assert_non_null(d->gone);
	assert_false(descriptor_end_is_known(d));
	assert_false(sock_end_is_known(d->sock));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_fork_hands_descriptors_down),
		UNIT(a_message_hands_a_descriptor_over),
		UNIT(a_range_is_closed_at_once),
		UNIT(a_large_range_is_closed_whole),
		UNIT(a_copy_is_taken_from_another_process),
		UNIT(a_kept_copy_holds_back_the_end),
		UNIT(who_was_killed_held_it_longer_than_any_child),
		UNIT(a_parents_wait_tells_by_when_it_was_killed),
		UNIT(a_reader_that_wakes_tells_who_was_dead),
		UNIT(the_child_that_serves_is_the_connections_end),
		UNIT(what_a_child_execs_is_a_worker_too),
		UNIT(a_copy_left_open_holds_the_end_back),
		UNIT(dups_are_copies),
		UNIT(dup2_onto_itself_changes_nothing),
		UNIT(an_exec_keeps_some_and_closes_others),
		UNIT(a_vfork_childs_close_is_its_own),
		UNIT(a_vfork_childs_exec_is_not_its_parents),
		UNIT(a_vfork_that_was_not_seen_hands_down_too),
		UNIT(a_blocked_accept_does_not_disturb_numbers),
		UNIT(a_close_that_failed_closes_nothing),
		UNIT(an_exec_of_a_vfork_child_ends_nothing_of_its_parents),
	};

	return UNIT_MAIN(tests);
}
