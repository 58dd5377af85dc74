/* texts: the paths, hosts and arguments that a call is given. */
#include "preload/texts.h"

#include <netdb.h>

#include "preload/args.h"
#include "preload/mem.h"
#include "trace/format.h"

enum { STRING_ROOM = 256 };

static void put_string_at(struct json *j, const struct frame *f, const char *at)
{
	char room[STRING_ROOM];

	if (!at)
		json_put(j, "null");
	else if (mem_take_text(args_near(f, at), room, sizeof room, at))
		json_string(j, room);
}

void texts_put_string(struct json *j, const struct frame *f, int i)
{
	put_string_at(j, f, (const char *)f->args[i]);
}

/* All of them that are shown, or none: who reads the first alone takes them for all. */
void texts_put_argv(struct json *j, const struct frame *f, int i)
{
	char *const *argv = (char *const *)f->args[i];
	char *begin = j->p, *at;

	json_put(j, "[");
	for (int k = 0; argv && k < TRACE_ARGV_MAX && !json_full(j); k++) {
		bool is_there = args_take(f, &at, &argv[k], sizeof at) == sizeof at;
		if (is_there && !at)
			break;
		if (k)
			json_put(j, ",");
		char *string = j->p;
		if (is_there)
			put_string_at(j, f, at);
		if (j->p == string) {
			j->p = begin;
			return;
		}
	}
	json_put(j, "]");
}

void texts_put_hints(struct json *j, const struct frame *f, int i)
{
	const void *at = (const void *)f->args[i];
	struct addrinfo hints;

	if (!at)
		json_put(j, "null");
	if (!at || args_take(f, &hints, at, sizeof hints) != sizeof hints)
		return;
	json_put(j, "{\"ai_flags\":");
	json_flags(j, NAMES_AIFLAG, hints.ai_flags);
	json_put(j, ",\"ai_family\":");
	json_name(j, NAMES_FAMILY, hints.ai_family);
	json_put(j, ",\"ai_socktype\":");
	json_name(j, NAMES_SOCKTYPE, hints.ai_socktype);
	json_put(j, "}");
}
