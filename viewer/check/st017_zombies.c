/* st017: children that ended and that their parent never waits for. */
#include "viewer/check/rule.h"

static const enum call_id waits[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};

enum { MANY = 3 }; /* zombies at once, of a parent that never waits: proved */

/* Of a parent: when it took in its last client, and the one before; when it made its last child that the kernel does not take
 * away by itself; its zombies. */
struct clients {
	uint64_t last_ns, before_ns;
	uint64_t forked_ns;
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

		if (p->parent && p->fork && !p->sigchld && p->fork->t_ns > clients[p->parent->index].forked_ns)
			clients[p->parent->index].forked_ns = p->fork->t_ns;
	}
	return clients;
}

/* Its parent took in two more clients after the child had ended. Who waits once in each round has come by there; who
 * waits for all at the end, and was killed before, looks the same. */
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

static bool is_zombie(struct inspection *in, const struct clients *clients, const struct map *waited,
		      const struct process *child)
{
	if (!child->parent || !child->fork || child->ending != END_EXIT || child->sigchld || child->image_of)
		return false;
	return parent_went_on(clients, child) && !was_waited_for(waited, child) && rule_saw_all(in, child->parent);
}

/* The parent has never waited for anybody, nor made the kernel take its children away: a later child would have that from it. */
static enum grade grade_of(struct thread_calls waited, const struct clients *c, const struct process *child)
{
	bool never = !rule_calls_by(waited, child->parent).count;

	return never && c->zombies >= MANY && c->forked_ns > child->last_ns ? GRADE_PROVED : GRADE_PROBABLE;
}

static void check(struct inspection *in)
{
	struct clients *clients = find_clients(in);
	struct thread_calls all = rule_calls_by_thread(in, waits);
	struct map waited = {0};

	map_waits(in, &waited);
	for (size_t i = 0; i < in->t->procs.count; i++)
		if (is_zombie(in, clients, &waited, in->t->procs.items[i]))
			clients[in->t->procs.items[i]->parent->index].zombies++;
	for (size_t i = 0; i < in->t->procs.count; i++) {
		const struct process *child = in->t->procs.items[i];

		if (!is_zombie(in, clients, &waited, child))
			continue;
		rule_report(in, grade_of(all, &clients[child->parent->index], child), child->fork,
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
