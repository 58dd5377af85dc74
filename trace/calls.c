/* calls: the table of call descriptions, unfolded from calls.def. Compiled into the shim and into the viewer. */
#include "trace/calls.h"
#include "trace/map.h"

enum {
#define FLAG(name, bit) name = CALL_##name,
#include "trace/kinds.def"
};

#define ARG(type, name, kind)      {#name, KIND_##kind},
#define COUNT_ARG(...)             +1
#define KIND_BIT(type, name, kind) | 1ull << KIND_##kind

/* A row without parameters has an empty rest, which __VA_OPT__ leaves out. */
#define CALL(name, type, result, flags, summary, ...)                                                                  \
	[CALL_##name] = {#name,                                                                                        \
			 RESULT_##result,                                                                              \
			 flags,                                                                                        \
			 0 __VA_OPT__(MAP(COUNT_ARG, __VA_ARGS__)),                                                    \
			 0 __VA_OPT__(MAP(KIND_BIT, __VA_ARGS__)),                                                     \
			 {__VA_OPT__(MAP(ARG, __VA_ARGS__))}},

const struct call_desc call_table[CALL_COUNT] = {
#include "trace/calls.def"
};
