/* overview: a timeline of many connections: a line each, time to the right. */
#include "viewer/scene/overview.h"

#include "viewer/scene/heads.h"

static void tell_deeper(struct overview *o, struct trace *t, const struct choice *choice)
{
	const char *all = t->with_older ? " --all" : ""; /* or connections have other numbers */
	const struct track *track = NULL;

	/* What is in trouble is worth a look before all others, then what took longest. */
	for (size_t i = 0; i < o->tracks.count; i++) {
		const struct track *each = &o->tracks.items[i];
		bool worse = track && each->tone == TONE_BAD && track->tone != TONE_BAD;

		if (each->like || (track && track->tone == TONE_BAD && each->tone != TONE_BAD))
			continue;
		if (!track || worse || (track->tone == each->tone && each->duration_ns > track->duration_ns))
			track = each;
	}
	if (track)
		vec_push(&o->deeper,
			 arena_printf(t->arena, "socktrace timeline%s --conn=c%u  draws one connection step by step", all,
				      track->conn));
	if (!choice->errors)
		vec_push(&o->deeper,
			 arena_printf(t->arena, "socktrace timeline%s --errors  draws what failed and what led to it", all));
	vec_push(&o->deeper, arena_printf(t->arena,
					  "socktrace timeline%s --from=TIME --to=TIME  draws a part; --rows=steps every "
					  "step, however many",
					  all));
}

struct overview *overview_new(struct trace *t, const struct overview_options *options)
{
	struct overview *o = arena_alloc(t->arena, sizeof *o);

	o->axis = axis_find(t, options->choice, options->whole_time);
	heads_overview(&o->preface, t, options->choice);
	if (!o->axis.nparts)
		return o;
	overview_activity(o, t, options->choice);
	overview_tracks(o, t, options->choice);
	tell_deeper(o, t, options->choice);
	return o;
}

void overview_free(struct overview *o)
{
	vec_free(&o->preface.lines);
	vec_free(&o->preface.warnings);
	vec_free(&o->phases);
	vec_free(&o->procs);
	vec_free(&o->tracks);
	vec_free(&o->deeper);
}
