/* pack: many trace files into one that can be handed in. */
#include <stdio.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/replace.h"
#include "viewer/cmd/command.h"
#include "viewer/load/load.h"
#include "viewer/load/pack.h"

#define HAND_IN "hand-in.jsonl"

static const char *file = HAND_IN;

static const struct option options[] = {
	{OPTION_STRING, NULL, 'o', "FILE", &file, "the file to write, - for standard output (default: " HAND_IN ")", 0,
	 0},
	{0},
};

static void say(const char *text)
{
	struct buf b = {0};

	escape_bytes(&b, text, strlen(text));
	fprintf(stderr, "socktrace: %s\n", b.bytes ? b.bytes : "");
	buf_free(&b);
}

static void say_left_out(const struct packed *packed)
{
	for (size_t i = 0; i < packed->left_out.count; i++)
		say(packed->left_out.items[i]);
}

/* Read it as whoever gets it will, so that nobody hands in what cannot be read. */
static bool try_reading(struct arena *a, const char *name, const char *told, const struct packed *packed,
			struct err *err)
{
	const struct load_options all = {.all = true};
	struct trace *t = load_trace(&name, 1, &all, err);

	if (!t)
		return false;
	if (t->warnings.count)
		say(arena_printf(a, "%s: some of its lines cannot be read: `socktrace stats %s` says which", told,
				 told));
	say(arena_printf(a, "%s: %zu process%s in %zu line%s", told, t->procs.count, t->procs.count == 1 ? "" : "es",
			 packed->lines, packed->lines == 1 ? "" : "s"));
	trace_free(t);
	return true;
}

static bool pack_file(struct arena *a, const char *const *paths, int count, struct packed *packed, struct err *err)
{
	struct replaced r;
	bool ok;

	if (!replace_begin(&r, file, 0600, err))
		return false;
	ok = pack_write(a, paths, count, file, r.to, packed, err);
	ok = replace_close(&r, ok, err);
	ok = ok && (r.as_it_is || try_reading(a, r.part.bytes, file, packed, err));
	return replace_end(&r, ok, err);
}

static int run(int argc, char **argv, struct err *err)
{
	const char *const *paths = (const char *const *)argv;
	struct arena *a = arena_new();
	struct packed packed = {0};
	bool ok;

	if (strcmp(file, "-") == 0)
		ok = pack_write(a, paths, argc, NULL, stdout, &packed, err);
	else
		ok = pack_file(a, paths, argc, &packed, err);
	if (ok)
		say_left_out(&packed);
	packed_free(&packed);
	arena_free(a);
	return ok ? STATUS_FINE : -1;
}

static const struct example examples[] = {
	{"socktrace pack", "socktrace.out as hand-in.jsonl"},
	{"socktrace pack -o - server.out client.out | socktrace timeline -", "two directories through a pipe"},
	{0},
};

const struct command cmd_pack = {
	.name = "pack",
	.operands = "[TRACE...]",
	.summary = "put many trace files into one that can be handed in",
	.about = "All processes of the traces, every session, in one .jsonl file that each command reads as it reads "
		 "the\n"
		 "directory. Programs may go on running: what they have recorded so far is packed.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
