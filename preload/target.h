/* target.h: what an exec is about to start, seen from its file: will the shim be loaded there? */
#ifndef PRELOAD_TARGET_H
#define PRELOAD_TARGET_H

#include <stdbool.h>

enum target {
	TARGET_FOLLOWED, /* nothing speaks against it, or it cannot be seen */
	TARGET_SETUID,   /* the loader takes no library from who starts it: ld.so(8), "secure-execution mode" */
	TARGET_STATIC,   /* there is no loader */
	TARGET_ARCH,     /* its loader cannot load this library, and would say so on standard error */
	TARGET_CHROOT,   /* the library is not there from here: the same */
	TARGET_ROOM,     /* no room is left in its environment */
	TARGET_SECCOMP,  /* what the shim does at its start may be death there: it is left behind unseen */
};

/*
 * Look at the file as execveat(2) finds it from dirfd, with an empty path at dirfd itself; without a slash as execvp(3) finds it, if
 * `searches`. At a script, look at what runs it. `library`: the shim's own absolute path. A few system calls.
 */
enum target target_look(int dirfd, const char *path, bool searches, const char *library);

/* The reason in the trace; NULL for TARGET_FOLLOWED. */
const char *target_reason(enum target t);

#endif
