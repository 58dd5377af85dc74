/* target_calls: which of the calls that a trace can hold a program and its libraries import. */
#include "viewer/load/target_calls.h"

#include <string.h>

#include "trace/calls.h"
#include "viewer/base/buf.h"

/* read, close and fork are there without a socket; socket, accept and getaddrinfo are not. */
static bool is_for_sockets(const struct call_desc *d)
{
	if (d->flags & (CALL_FILES | CALL_PROC))
		return false;
	return (d->flags & CALL_NAMED) || (d->nargs && d->args[0].kind == KIND_FD);
}

/* The C library has some under other names, too: __recv_chk, __connect. */
static bool is_name_of(const struct call_desc *d, const char *symbol)
{
	size_t len = strlen(d->name);

	if (strncmp(symbol, "__", 2) == 0)
		symbol += 2;
	return strncmp(symbol, d->name, len) == 0 && (!symbol[len] || strcmp(symbol + len, "_chk") == 0);
}

static bool imports(const struct target_elf *elf, const struct call_desc *d)
{
	for (size_t i = 0; i < elf->imports.count; i++)
		if (is_name_of(d, elf->imports.items[i]))
			return true;
	return false;
}

struct call_count target_calls_count(const struct target_elf *elf)
{
	struct call_count count = {0};

	for (size_t i = 0; i < CALL_COUNT; i++) {
		if (!imports(elf, &call_table[i]))
			continue;
		if (is_for_sockets(&call_table[i]))
			count.sockets++;
		else
			count.others++;
	}
	return count;
}

const char *target_calls_names(struct arena *a, const struct target_elf *elf, bool sockets)
{
	struct buf b = {0};
	const char *names;

	for (size_t i = 0; i < CALL_COUNT; i++)
		if (is_for_sockets(&call_table[i]) == sockets && imports(elf, &call_table[i]))
			buf_printf(&b, "%s%s", b.len ? ", " : "", call_table[i].name);
	names = arena_copy(a, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return names;
}

const char *target_calls_own(struct arena *a, const struct target_elf *elf)
{
	struct buf b = {0};
	const char *names;

	for (size_t i = 0; i < CALL_COUNT; i++)
		if (target_elf_exports(elf, call_table[i].name))
			buf_printf(&b, "%s%s", b.len ? ", " : "", call_table[i].name);
	names = arena_copy(a, b.bytes ? b.bytes : "", b.len);
	buf_free(&b);
	return names;
}
