/* wrap: the wrappers of all plain rows of calls.def. */
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "preload/real.h"
#include "preload/record.h"
#include "trace/map.h"

enum {
#define FLAG(name, bit) name = CALL_##name,
#include "trace/kinds.def"
};

#define PARAM(type, name, kind) type name
#define PASS(type, name, kind)  name
#define WORD(type, name, kind)  (long)(name)

/*
 * errno is asked for only where there is something in it: behind a system call the processor has mostly forgotten the way.
 *
 * Most reads and writes are of files: those go on to the real function with no frame of our own (the Makefile says so for this file),
 * so what records the others, and what comes before the shim has started, stands apart.
 */
#define CALL(name, type, result, flags, summary, ...)                                                                  \
	type wrap_##name(MAP_LIST(PARAM, __VA_ARGS__)) WRAPPER(name);                                                  \
	static inline __attribute__((always_inline)) type call_##name(MAP_LIST(PARAM, __VA_ARGS__), void *caller)      \
	{                                                                                                              \
		long args[] = {MAP_LIST(WORD, __VA_ARGS__)};                                                           \
		struct frame f;                                                                                        \
		if (!record_enter(&f, CALL_##name, args, caller))                                                      \
			return REAL(name)(MAP_LIST(PASS, __VA_ARGS__));                                                \
		type ret = REAL(name)(MAP_LIST(PASS, __VA_ARGS__));                                                    \
		record_leave(&f, (long)ret, record_failed_by(RESULT_##result, (long)ret) ? errno : 0);                 \
		return ret;                                                                                            \
	}                                                                                                              \
	static __attribute__((noinline)) type watched_##name(MAP_LIST(PARAM, __VA_ARGS__), void *caller)               \
	{                                                                                                              \
		return call_##name(MAP_LIST(PASS, __VA_ARGS__), caller);                                               \
	}                                                                                                              \
	static __attribute__((noinline)) type early_##name(MAP_LIST(PARAM, __VA_ARGS__))                               \
	{                                                                                                              \
		return REAL(name)(MAP_LIST(PASS, __VA_ARGS__));                                                        \
	}                                                                                                              \
	type wrap_##name(MAP_LIST(PARAM, __VA_ARGS__))                                                                 \
	{                                                                                                              \
		if (!((flags)&FILES))                                                                                  \
			return call_##name(MAP_LIST(PASS, __VA_ARGS__), __builtin_return_address(0));                  \
		if (__builtin_expect(record_watches(MAP_FIRST(WORD, __VA_ARGS__)), 0))                                 \
			return watched_##name(MAP_LIST(PASS, __VA_ARGS__), __builtin_return_address(0));               \
		if (__builtin_expect(!real_calls[CALL_##name], 0))                                                     \
			return early_##name(MAP_LIST(PASS, __VA_ARGS__));                                              \
		return REAL(name)(MAP_LIST(PASS, __VA_ARGS__));                                                        \
	}
#define SPECIAL(...)
#include "trace/calls.def"

void wrap_freeaddrinfo(struct addrinfo *res) WRAPPER(freeaddrinfo);

void wrap_freeaddrinfo(struct addrinfo *res)
{
	long args[] = {(long)res};
	struct frame f;
	bool recorded = record_enter(&f, CALL_freeaddrinfo, args, __builtin_return_address(0));

	REAL(freeaddrinfo)(res);
	if (recorded)
		record_leave(&f, 0, 0);
}

SAME_AS(__read, read);
SAME_AS(__write, write);
SAME_AS(__connect, connect);
SAME_AS(__send, send);
SAME_AS(__poll, poll);
SAME_AS(__select, select);
SAME_AS(preadv64v2, preadv2);
SAME_AS(pwritev64v2, pwritev2);
