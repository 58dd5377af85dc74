/* load.h: from directories and files to a trace. */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "viewer/base/err.h"
#include "viewer/model/model.h"

struct load_options {
	bool all;  /* every session, not only the latest */
	bool libc; /* what the C library does for itself too: see libc_own.h */

	/* Told now and then how many bytes of the input have been read, with done == total at the end; total is 0 while it is not
	 * known (a pipe). NULL: nobody is told. */
	void (*progress)(uint64_t done, uint64_t total);
};

/*
 * Read directories, .jsonl files and "-" (standard input); without any, TRACE_DIR. The live file of a trace is read before it, lines that
 * stand in both are taken once. Returns a trace (model_build already run) for trace_free, or NULL: *err names the file.
 *
 * A line that cannot be read becomes one of trace->warnings. An input in which no line is a trace's is an error.
 */
struct trace *load_trace(const char *const *paths, int count, const struct load_options *options, struct err *err);

#endif
