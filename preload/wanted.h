/* wanted.h: the functions that the shim wants of the objects behind it, by number. */
#ifndef PRELOAD_WANTED_H
#define PRELOAD_WANTED_H

#include "trace/calls.h"

/* The rows of the table of calls come first, each under its own number; then those that preload/names.def lists; then three more. */
enum {
	WANTED_ROWS_END = CALL_COUNT - 1,
#define NAME(n) WANTED_##n,
#include "preload/names.def"
	WANTED_NAMES_END,
	WANTED_SYSCALL = WANTED_NAMES_END,
	WANTED_CHK_FAIL,
	WANTED_CLOCK,
	WANTED
};

enum { WANTED_NAMES = WANTED_NAMES_END - CALL_COUNT };

const char *wanted_name(int i);

#endif
