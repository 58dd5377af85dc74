/* st040: a Unix socket's path that is still there from a server that is gone: bind finds it in use. */
#include "viewer/base/vec.h"
#include "viewer/check/rule.h"

static bool is_same_path(const struct event *a, const struct event *b)
{
	const char *path = a->addr && a->addr->path ? a->addr->path : "";

	return b->addr && *path && rule_is(b->addr->path, path) && a->proc->boot == b->proc->boot &&
	       (*path == '/' || rule_is(a->proc->cwd, b->proc->cwd));
}

/* What happened at a path. */
struct place {
	const struct event *of;         /* a call that named it */
	VEC(const struct sock *) bound; /* in order of time */
	uint64_t refused_ns;            /* when a client was last told that nobody listens there; 0: never */
};

/* A process's last bind to a path that went well. */
struct success {
	const struct event *bind;
};

struct places {
	struct map by_path, successes;
	VEC(struct place *) all;
};

static uint64_t hash_path(uint64_t seed, const struct event *e)
{
	return hash_string(seed, e->addr->path);
}

static bool is_at(const void *place, const void *e)
{
	return is_same_path(((const struct place *)place)->of, e);
}

static bool is_by(const void *success, const void *key)
{
	const struct event *bind = ((const struct success *)success)->bind, *e = key;

	return bind->proc == e->proc && is_same_path(bind, e);
}

static struct place *place_of(struct inspection *in, struct places *p, const struct event *e)
{
	uint64_t hash = hash_path(0, e);
	struct place *place = map_find(&p->by_path, hash, is_at, e);

	if (place)
		return place;
	place = arena_alloc(in->t->arena, sizeof *place);
	place->of = e;
	map_add(&p->by_path, hash, place);
	vec_push(&p->all, place);
	return place;
}

static bool has_path(const struct event *e)
{
	return e->addr && e->addr->path && *e->addr->path;
}

static void note_success(struct inspection *in, struct places *p, const struct event *bind)
{
	uint64_t hash = hash_path(bind->proc->index, bind);
	struct success *s = map_find(&p->successes, hash, is_by, bind);

	if (!s) {
		s = arena_alloc(in->t->arena, sizeof *s);
		s->bind = bind;
		map_add(&p->successes, hash, s);
	}
	s->bind = bind;
}

static void fill(struct inspection *in, struct places *p)
{
	struct calls binds = rule_calls(in, CALL_bind), connects = rule_calls(in, CALL_connect);

	for (size_t i = 0; i < binds.count; i++) {
		const struct event *e = binds.items[i];

		if (!has_path(e) || !rule_succeeded(e))
			continue;
		note_success(in, p, e);
		if (e->socket && e->socket->bound == e)
			vec_push(&place_of(in, p, e)->bound, e->socket);
	}
	for (size_t i = 0; i < connects.count; i++)
		if (has_path(connects.items[i]) && rule_is(connects.items[i]->err, "ECONNREFUSED"))
			place_of(in, p, connects.items[i])->refused_ns = connects.items[i]->t_ns;
}

static void empty(struct places *p)
{
	for (size_t i = 0; i < p->all.count; i++)
		vec_free(&p->all.items[i]->bound);
	vec_free(&p->all);
	map_free(&p->by_path);
	map_free(&p->successes);
}

/* Who removes the file and binds again has seen to it. */
static bool gets_it_later(const struct places *p, const struct event *e)
{
	const struct success *s = map_find(&p->successes, hash_path(e->proc->index, e), is_by, e);

	return s && s->bind->t_ns > e->t_ns;
}

/* A socket in the trace was bound to the path: *lives, it still is, for all that is known. Only the latest are looked at. */
static bool was_bound(const struct place *place, const struct event *e, bool *lives)
{
	enum { FAR = 64 };
	size_t looked_at = 0;

	for (size_t i = place->bound.count; i-- > 0 && looked_at < FAR && !*lives;) {
		const struct sock *s = place->bound.items[i];

		if (s->bound->t_ns > e->t_ns)
			continue;
		looked_at++;
		*lives = rule_may_be_open(s, e->t_ns);
	}
	return looked_at > 0;
}

/* Where nothing of a server that was there is in the trace, it may run: advice. A program that tries again and again is told once. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_bind);
	const struct event *before = NULL;
	struct places places = {0};

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		const struct place *place;
		bool lives = false, is_stale;

		if (!rule_is(e->err, "EADDRINUSE") || !has_path(e) || !e->socket || !rule_saw_all(in, e->proc) ||
		    (before && before->proc == e->proc && is_same_path(before, e)))
			continue;
		if (!before)
			fill(in, &places);
		before = e;
		place = place_of(in, &places, e);
		is_stale = was_bound(place, e, &lives) || place->refused_ns > e->t_ns;
		if (lives || gets_it_later(&places, e))
			continue;
		rule_report(in, is_stale ? GRADE_PROBABLE : GRADE_ADVICE, e,
			    is_stale ? "bind gave EADDRINUSE: the path is there, its server is gone"
				     : "bind gave EADDRINUSE: the path is there already",
			    "The file stays when its server ends: unlink(addr.sun_path) before bind.");
	}
	empty(&places);
}

const struct rule st040_stale_path = {
	.id = "ST040-stale-path",
	.title = "binds a Unix socket to a path that exists",
	.grade = GRADE_PROBABLE,
	.check = check,
};
