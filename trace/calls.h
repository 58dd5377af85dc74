/* calls.h: the rows of calls.def as an enum and a description that shim and viewer share. */
#ifndef TRACE_CALLS_H
#define TRACE_CALLS_H

#include <stdint.h>

enum call_id {
#define CALL(name, ...) CALL_##name,
#include "trace/calls.def"
	CALL_COUNT,
	CALL_UNKNOWN = CALL_COUNT, /* a call that this version has no row for */
};

enum arg_kind {
	KIND_NONE,
#define KIND(name, text) KIND_##name,
#include "trace/kinds.def"
	KIND_COUNT,
};

_Static_assert(KIND_COUNT <= 64, "call_desc.kinds has a bit a kind");

enum result_kind {
#define RESULT(name, text) RESULT_##name,
#include "trace/kinds.def"
};

enum call_flag {
#define FLAG(name, bit) CALL_##name = bit,
#include "trace/kinds.def"
};

enum { CALL_ARGS_MAX = 7 };

/* Names are in the rows and not pointed to: a pointer would be the dynamic linker's work in every process that is traced. */
struct call_arg {
	char name[15];
	uint8_t kind; /* enum arg_kind */
};

struct call_desc {
	char name[24];
	uint8_t result; /* enum result_kind */
	uint8_t flags;  /* enum call_flag, or'ed */
	uint8_t nargs;
	uint64_t kinds; /* a bit for each enum arg_kind among the arguments */
	struct call_arg args[CALL_ARGS_MAX];
};

/* Indexed by enum call_id. */
extern const struct call_desc call_table[CALL_COUNT];

#endif
