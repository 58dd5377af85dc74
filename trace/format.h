/* format.h: what shim and viewer must agree on beyond the calls: version, names of events and files, limits. */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include <stdint.h>

#define TRACE_VERSION     1
#define SOCKTRACE_VERSION "0.1.0"
#define SOCKTRACE_DATE    "November 24, 2026" /* of that version, as manual pages write it */

#define TRACE_DIR         "socktrace.out" /* in the working directory, unless SOCKTRACE_OUT names another */
#define TRACE_SUFFIX      ".jsonl"
#define TRACE_LIVE_SUFFIX ".live.jsonl"

/* Every line that begins with this is room not used yet. */
#define TRACE_PAD "{\"ev\":\"pad\""

enum {
	TRACE_BLOCK = 4096,      /* no line that fits a block crosses a multiple of this */
	TRACE_NAME_MAX = 64,     /* of the executable's base name in a file's name */
	TRACE_RAW_MAX = 128,     /* bytes of an address in `raw` */
	TRACE_DATA_DEFAULT = 32, /* bytes of `data` unless SOCKTRACE_DATA says otherwise */
	TRACE_DATA_MAX = 2048,   /* the most that it can say: six characters each at worst, in one line */
	TRACE_ARGV_MAX = 16,     /* strings of an argv */
};

/* From here on `sock` is no cookie of the kernel's but a number of the shim's own, of a socket that was made in a sandbox. Below 2^53, as
 * readers of JSON want it. */
#define TRACE_OWN_SOCK (UINT64_C(1) << 52)

#endif
