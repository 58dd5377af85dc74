/* st017: children that ended and that their parent never waits for. */
#include "viewer/check/imports.h"
#include "viewer/check/rule.h"

static const enum call_id waits[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};

static const enum call_id forks[] = {CALL_fork, CALL__Fork, CALL_vfork, CALL_clone, CALL_UNKNOWN};

static const char *const wait_names[] = {"wait", "waitpid", "wait3", "wait4", "waitid", NULL};

enum { MANY = 3 }; /* zombies at once, of a parent that has not waited yet, and of which more is not known: probable */

/* Of a parent: when it took in its last client, and the one before; when it made its last child that would stay a zombie, and the last that
 * would not, since the kernel takes it away; its zombies; whether it
 * waits only when it has as many children as it may have. */
struct clients {
	uint64_t last_ns, before_ns;
	uint64_t kept_ns, ignored_ns;
	unsigned zombies;
	bool waits_when_full;
};

/* A parent's children that it has not waited for, dead or alive: now, the most at any time, the fewest when it began to wait. */
struct brood {
	unsigned now, most, fewest_at_wait;
	bool waits, waits_in_handler;
	const struct event *blocked; /* the latest call that may have slept */
};

static bool is_one_of(const enum call_id *ids, enum call_id call)
{
	while (*ids != call && *ids != CALL_UNKNOWN)
		ids++;
	return *ids == call;
}

/* A wait inside another call of the same thread is a signal handler's. */
static void note_wait(struct brood *b, const struct event *e)
{
	bool inside = b->blocked && b->blocked->tid == e->tid && e->t_ns < event_end_ns(b->blocked);

	if (!b->waits && (!b->fewest_at_wait || b->now < b->fewest_at_wait))
		b->fewest_at_wait = b->now;
	b->waits = true;
	b->waits_in_handler |= inside;
	if (rule_succeeded(e) && (e->ret > 0 || e->call == CALL_waitid) && b->now)
		b->now--;
}

static void note_child(struct brood *b, const struct event *e)
{
	if (!rule_succeeded(e) || e->ret <= 0)
		return;
	b->waits = false;
	b->now++;
	if (b->now > b->most)
		b->most = b->now;
}

/* Who waits when it has as many children as it may have, and then for one or for all, leaves zombies in between, but never more of them. */
static void find_full_waiters(struct inspection *in, struct clients *clients)
{
	static const enum call_id ids[] = {CALL_fork,        CALL__Fork,        CALL_vfork,   CALL_clone,
					   CALL_wait,        CALL_waitpid,      CALL_wait3,   CALL_wait4,
					   CALL_waitid,      CALL_accept,       CALL_accept4, CALL_poll,
					   CALL_ppoll,       CALL_select,       CALL_pselect, CALL_epoll_wait,
					   CALL_epoll_pwait, CALL_epoll_pwait2, CALL_UNKNOWN};
	struct brood *broods = arena_alloc(in->t->arena, (in->t->procs.count + 1) * sizeof *broods);
	struct calls calls = rule_calls_of(in, ids);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		struct brood *b = &broods[e->proc->index];

		if (is_one_of(waits, e->call))
			note_wait(b, e);
		else if (is_one_of(forks, e->call))
			note_child(b, e);
		else
			b->blocked = e;
	}
	for (size_t i = 1; i <= in->t->procs.count; i++)
		clients[i].waits_when_full = broods[i].fewest_at_wait >= broods[i].most && !broods[i].waits_in_handler;
}

/* By the process's index. */
static struct clients *find_clients(struct inspection *in)
{
	struct clients *clients = arena_alloc(in->t->arena, (in->t->procs.count + 1) * sizeof *clients);
	struct calls accepts = rule_calls_of(in, rule_accepts);

	for (size_t i = 0; i < accepts.count; i++) {
		struct clients *c = &clients[accepts.items[i]->proc->index];

		if (!rule_succeeded(accepts.items[i]))
			continue;
		c->before_ns = c->last_ns;
		c->last_ns = accepts.items[i]->t_ns;
	}
	for (size_t i = 0; i < in->t->procs.count; i++) {
		const struct process *p = in->t->procs.items[i];
		uint64_t *made_ns;

		if (!p->parent || !p->fork)
			continue;
		made_ns = p->sigchld ? &clients[p->parent->index].ignored_ns : &clients[p->parent->index].kept_ns;
		if (p->fork->t_ns > *made_ns)
			*made_ns = p->fork->t_ns;
	}
	find_full_waiters(in, clients);
	return clients;
}

/* Its parent took in two more clients after the child had ended. Who waits once in each round has come by there. */
static bool parent_went_on(const struct clients *clients, const struct process *child)
{
	return clients[child->parent->index].before_ns > child->last_ns;
}

/* Who was waited for: waitid does not return that. */
static int64_t waited_pid(const struct event *e)
{
	return e->call == CALL_waitid ? 0 : e->ret;
}

static bool is_wait_for(const void *value, const void *key)
{
	const struct event *e = value;
	const struct process *child = key;

	return e->proc == child->parent && (e->call == CALL_waitid || e->ret == child->pid);
}

static bool is_same_wait(const void *value, const void *key)
{
	const struct event *a = value, *b = key;

	return a->proc == b->proc && waited_pid(a) == waited_pid(b);
}

/* The successful waits, by who waited for whom. */
static void map_waits(struct inspection *in, struct map *waited)
{
	struct calls calls = rule_calls_of(in, waits);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		uint64_t hash = hash_number(e->proc->index, (uint64_t)waited_pid(e));

		if (rule_succeeded(e) && (e->call == CALL_waitid || e->ret > 0) &&
		    !map_find(waited, hash, is_same_wait, e))
			map_add(waited, hash, (void *)e);
	}
}

static bool was_waited_for(const struct map *waited, const struct process *child)
{
	unsigned parent = child->parent->index;

	return map_find(waited, hash_number(parent, child->pid), is_wait_for, child) ||
	       map_find(waited, hash_number(parent, 0), is_wait_for, child);
}

/* A wait that names another child does not get to this one. */
static bool is_for_other(const struct event *e, const struct process *child)
{
	int64_t pid;

	return event_arg_int(e, "pid", &pid) && pid > 0 && pid != child->pid;
}

/* How many of those calls its parent began after the child's end, waits for others left out: they are sorted by thread, and by time
 * in each. */
static size_t count_since(struct thread_calls calls, const struct process *child)
{
	struct calls own = rule_calls_by(calls, child->parent);
	size_t count = 0;

	for (size_t i = 0; i < own.count; i++)
		count += own.items[i]->t_ns > child->last_ns && !is_for_other(own.items[i], child);
	return count;
}

struct calls_of_parents {
	struct thread_calls waits, accepts;
};

/* The thread goes on to its next client without asking for more. */
static bool ends_round(const struct calls_of_parents *of, const struct event *wait)
{
	const struct event *again = rule_thread_next(of->waits, wait), *accept = rule_thread_next(of->accepts, wait);

	return !again || (accept && accept->t_ns < again->t_ns);
}

/* Its parent waited after its end, and not for it: for another and no more, or for a later child by name. */
static bool is_passed_over(const struct calls_of_parents *of, const struct process *child)
{
	struct calls own = rule_calls_by(of->waits, child->parent);

	for (size_t i = 0; i < own.count; i++) {
		const struct event *e = own.items[i];
		int64_t pid;
		bool is_named = event_arg_int(e, "pid", &pid) && pid > 0;

		if (e->t_ns > child->last_ns && (is_named ? pid > child->pid : e->ret > 0 && ends_round(of, e)))
			return true;
	}
	return false;
}

/* Who waits once for each client gets to the others' children later. */
static bool parent_keeps_up(const struct calls_of_parents *of, const struct process *child)
{
	size_t waited = count_since(of->waits, child);

	return waited && waited + 1 >= count_since(of->accepts, child);
}

/* signal(SIGCHLD, SIG_IGN) leaves no line: only the next child shows that its parent has said so, or has not yet. */
static bool was_ignored(const struct clients *c, const struct process *child)
{
	return c->ignored_ns > child->fork->t_ns && c->kept_ns <= child->last_ns;
}

static bool is_zombie(struct inspection *in, const struct clients *clients, const struct map *waited,
		      const struct process *child)
{
	if (!child->parent || !child->fork || child->ending != END_EXIT || child->sigchld || child->image_of)
		return false;
	return parent_went_on(clients, child) && !was_ignored(&clients[child->parent->index], child) &&
	       !was_waited_for(waited, child) && rule_saw_all(in, child->parent);
}

/*
 * Who ended by itself had waited for nobody more. Who was killed before, or still runs, might have waited for all at its end: unless
 * there is no such call in the program. Without a later child it may have left them all to the kernel meanwhile. Who waits from time
 * to time, or when it has many children, would have come to this one later.
 */
static bool find_grade(struct inspection *in, const struct calls_of_parents *of, const struct clients *c,
		       const struct process *child, enum grade *grade)
{
	bool ended = child->parent->ending == END_EXIT, many = c->zombies >= MANY;
	enum grade certain = c->kept_ns > child->last_ns ? GRADE_PROVED : GRADE_PROBABLE;
	bool waits_at_all = rule_calls_by(of->waits, child->parent).count;

	*grade = certain;
	if (waits_at_all && c->waits_when_full)
		return false;
	if (waits_at_all && !is_passed_over(of, child)) {
		*grade = GRADE_ADVICE;
		return many;
	}
	if (ended)
		return true;
	*grade = GRADE_PROBABLE;
	if (waits_at_all)
		return true;
	switch (imports_of(in->t, child->fork, wait_names)) {
	case IMPORTS_NONE:
		*grade = certain;
		return true;
	case IMPORTS_SOME:
		*grade = GRADE_ADVICE;
		return many;
	case IMPORTS_UNKNOWN:
		break;
	}
	return many;
}

static void check(struct inspection *in)
{
	struct clients *clients = find_clients(in);
	struct calls_of_parents of = {rule_calls_by_thread(in, waits), rule_calls_by_thread(in, rule_accepts)};
	struct map waited = {0};

	map_waits(in, &waited);
	for (size_t i = 0; i < in->t->procs.count; i++)
		if (is_zombie(in, clients, &waited, in->t->procs.items[i]))
			clients[in->t->procs.items[i]->parent->index].zombies++;
	for (size_t i = 0; i < in->t->procs.count; i++) {
		const struct process *child = in->t->procs.items[i];
		enum grade grade;

		if (!is_zombie(in, clients, &waited, child) || parent_keeps_up(&of, child) ||
		    !find_grade(in, &of, &clients[child->parent->index], child, &grade))
			continue;
		rule_report(in, grade, child->fork,
			    rule_say(in, "child %u ended and nobody waited for it: it stays a zombie", child->pid),
			    "In a handler of SIGCHLD: while (waitpid(-1, NULL, WNOHANG) > 0) ;");
	}
	map_free(&waited);
}

const struct rule st017_zombies = {
	.id = "ST017-zombies",
	.title = "does not wait for its children",
	.grade = GRADE_PROVED,
	.check = check,
};
