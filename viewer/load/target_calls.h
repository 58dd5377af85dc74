/* target_calls.h: which of the calls that a trace can hold a program and its libraries import. */
#ifndef LOAD_TARGET_CALLS_H
#define LOAD_TARGET_CALLS_H

#include "viewer/load/target_libraries.h"

/* How many of an object's imports are recorded: those for sockets, and those for any descriptor or the process. */
struct call_count {
	unsigned sockets, others;
};

struct call_count target_calls_count(const struct target_elf *elf);

/* Their names, "socket, bind, listen", by the table's order; the others if not `sockets`. "" for none. */
const char *target_calls_names(struct arena *a, const struct target_elf *elf, bool sockets);

/* Which of these names functions of its own have, as in the C library, "connect, dup". "" for none. */
const char *target_calls_own(struct arena *a, const struct target_elf *elf);

#endif
