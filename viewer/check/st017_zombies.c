/* st017: children that ended and that their parent never waits for. */
#include "viewer/check/imports.h"
#include "viewer/check/rule.h"

static const enum call_id waits[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};

static const char *const wait_names[] = {"wait", "waitpid", "wait3", "wait4", "waitid", NULL};

enum { MANY = 3 }; /* zombies at once, of a parent that has not waited yet, and of which more is not known: probable */

/* Of a parent: when it took in its last client, and the one before; when it made its last child that would stay a zombie, and the last that
 * would not, since the kernel takes it away; its zombies. */
struct clients {
	uint64_t last_ns, before_ns;
	uint64_t kept_ns, ignored_ns;
	unsigned zombies;
};

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
 * there is no such call in the program. Without a later child it may have left them all to the kernel meanwhile.
 */
static bool find_grade(struct inspection *in, struct thread_calls waited, const struct clients *c,
		       const struct process *child, enum grade *grade)
{
	bool many = c->zombies >= MANY;
	enum grade certain = c->kept_ns > child->last_ns ? GRADE_PROVED : GRADE_PROBABLE;

	*grade = certain;
	if (child->parent->ending == END_EXIT)
		return true;
	*grade = GRADE_PROBABLE;
	if (rule_calls_by(waited, child->parent).count)
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
		    !find_grade(in, of.waits, &clients[child->parent->index], child, &grade))
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
