/* endings.c: how each process came to be and how it ended. */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "viewer/base/json.h"
#include "viewer/model/steps.h"
#include "viewer/model/thread_map.h"

static void count_thread(struct build *b, struct map *threads, const struct event *e)
{
	if (e->more->pid || thread_find(threads, e))
		return;
	thread_add(b->scratch, threads, e);
	e->proc->threads++;
}

static void note_last(struct build *b, const struct event *e)
{
	const struct event **last = &b->last[e->proc->index];

	if (e->more->pid)
		return; /* a vfork child's exec is not its parent's end */
	if (!*last || e->kind == EVENT_EXIT || ((*last)->kind != EVENT_EXIT && event_end_ns(e) >= event_end_ns(*last)))
		*last = e;
}

bool event_is_fork(const struct event *e)
{
	switch (e->call) {
	case CALL_fork:
	case CALL__Fork:
	case CALL_vfork:
	case CALL_clone:
	case CALL_forkpty:
		return e->kind == EVENT_CALL && e->ret > 0 && e->ret <= INT_MAX;
	default:
		return false;
	}
}

static void note_child(struct build *b, const struct event *e, uint32_t pid, const struct event *fork)
{
	struct process *child = lives_find_next(&b->lives, e->proc->boot, pid, e->t_ns);

	if (!child || child->parent != e->proc || child->image_of)
		return;
	if (!child->fork)
		child->fork = fork;
	if (!b->left_ns[child->index])
		b->left_ns[child->index] = e->t_ns;
}

static void note_exit(const struct event *e)
{
	if (e->more->pid || e->proc->ending == END_EXEC)
		return;
	e->proc->ending = END_EXIT;
	e->proc->end_status = (int)e->ret;
}

/* Whom a wait tells of; 0: it tells of nobody. waitid does not return it. */
static uint32_t waited_for(const struct event *e)
{
	int64_t pid = e->ret;

	if (e->kind != EVENT_CALL || e->err)
		return 0;
	switch (e->call) {
	case CALL_wait:
	case CALL_wait3:
	case CALL_wait4:
	case CALL_waitpid:
		break;
	case CALL_waitid:
		if (!event_int(e, "child", &pid))
			return 0;
		break;
	default:
		return 0;
	}
	return pid > 0 && pid <= INT_MAX ? (uint32_t)pid : 0;
}

/* False: it says nothing of an end. */
static bool set_ending(struct arena *a, struct process *p, const json_object *status)
{
	json_object *signal = json_member(status, "signal", json_type_string);
	int64_t number;

	if (signal) {
		p->ending = END_SIGNAL;
		p->end_signal = arena_string(a, json_object_get_string(signal));
	} else if (json_integer(json_member(status, "signal", json_type_int), 1, INT_MAX, &number)) {
		p->ending = END_SIGNAL;
		p->end_signal = arena_printf(a, "signal %" PRId64, number);
	} else if (json_integer(json_member(status, "exited", json_type_int), INT_MIN, INT_MAX, &number)) {
		p->ending = END_EXIT;
		p->end_status = (int)number;
	} else {
		return false;
	}
	return true;
}

/* What the parent's wait says is the kernel's word, and the only one on a death by signal. */
static void note_wait(struct build *b, const struct event *e)
{
	uint32_t pid = waited_for(e);
	struct process *child = pid ? lives_find(&b->lives, e->proc->boot, pid, event_end_ns(e)) : NULL;
	const char *text = child ? event_text(e, "status") : NULL;
	struct err ignored;
	json_object *status = text ? json_parse(text, strlen(text), &ignored) : NULL;

	if (status && set_ending(b->t->arena, child, status))
		b->dead_ns[child->index] = event_end_ns(e);
	json_object_put(status);
}

static void note_exec(const struct event *last)
{
	if (last && last->kind == EVENT_PENDING && event_is_exec(last) && !last->abandoned && !last->more->pid &&
	    last->proc->ending == END_UNKNOWN)
		last->proc->ending = END_LEFT;
}

void build_endings(struct build *b)
{
	struct map threads = {0};

	b->last = arena_alloc(b->scratch, (b->t->procs.count + 1) * sizeof *b->last);
	b->left_ns = arena_alloc(b->scratch, (b->t->procs.count + 1) * sizeof *b->left_ns);
	b->dead_ns = arena_alloc(b->scratch, (b->t->procs.count + 1) * sizeof *b->dead_ns);
	memset(b->dead_ns, 0xff, (b->t->procs.count + 1) * sizeof *b->dead_ns);
	for (size_t i = 0; i < b->t->events.count; i++) {
		const struct event *e = b->t->events.items[i];

		count_thread(b, &threads, e);
		note_last(b, e);
		if (event_is_fork(e))
			note_child(b, e, (uint32_t)e->ret, e);
		else if (e->more->pid)
			note_child(b, e, e->more->pid, NULL); /* a vfork that was not recorded */
		else if (e->kind == EVENT_EXIT)
			note_exit(e);
	}
	for (size_t i = 0; i < b->t->landmarks.count; i++)
		note_wait(b, b->t->landmarks.items[i]);
	for (size_t i = 0; i < b->t->procs.count; i++)
		note_exec(b->last[b->t->procs.items[i]->index]);
	map_free(&threads);
}
