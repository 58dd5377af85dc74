/* build.c: from events to everything that they tell. */
#include "viewer/model/model.h"

#include "viewer/base/work.h"
#include "viewer/model/steps.h"

static struct arena **make_hands(struct build *b)
{
	size_t width = work_processors();
	struct arena **hands = arena_alloc(b->scratch, width * sizeof *hands);

	for (size_t i = 0; i < width; i++)
		hands[i] = arena_branch(b->t->arena);
	return hands;
}

void model_build(struct trace *t)
{
	static void (*const steps[])(struct build *) = {
		build_endings,  build_sockets,   build_descriptors, build_unrecorded, build_conns,
		build_writable, build_nameless,  build_datagrams,   build_kernel,     build_kinds,
		build_members,  build_flow,      build_resets,      build_states,     build_phases,
		build_roles,    build_one_sided, build_behalf,      build_skews,
	};
	struct build b = {.t = t, .scratch = arena_new()};

	b.hands = make_hands(&b);
	b.services = arena_alloc(b.scratch, (t->procs.count + 1) * sizeof *b.services);
	lives_link(&b.lives, t);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		steps[i](&b);
	lives_free(&b.lives);
	map_free(&b.socks);
	arena_free(b.scratch);
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->procs.count; i++)
		vec_free(&t->procs.items[i]->modules);
	vec_free(&t->skews);
	vec_free(&t->procs);
	vec_free(&t->socks);
	vec_free(&t->descriptors);
	vec_free(&t->conns);
	vec_free(&t->warnings);
	arena_free(t->arena);
}

const char *role_name(enum role role)
{
	static const char *const names[] = {
		[ROLE_NONE] = "",       [ROLE_CLIENT] = "Client", [ROLE_SERVER] = "Server",
		[ROLE_PROXY] = "Proxy", [ROLE_WORKER] = "Worker", [ROLE_BOTH] = "Client and server",
	};

	return names[role];
}
