/* follow.h: the environment of the programs that this one starts, so that they are traced too, or are left alone. */
#ifndef PRELOAD_FOLLOW_H
#define PRELOAD_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>

struct followed {
	const char *untraced; /* why what it is made for goes untraced, NULL if it does not */
	char **env;           /* what to exec with */
	void *pages;
	size_t len;
};

/*
 * The environment for an exec of this file (see target_look): with our entries put back where a cleaned one lacks them, unless
 * SOCKTRACE_FOLLOW is 0, or they would make it too long beside these arguments; without us where the file's loader would complain. Nothing is
 * allocated where env is right as it is.
 */
struct followed follow_exec(char *const *argv, char *const *env, int dirfd, const char *path, bool searches);

/* The same where it is not this process that execs. */
struct followed follow_spawn(char *const *argv, char *const *env, int dirfd, const char *path, bool searches);

/* The same for libc's own shell (system, popen) and its command, which gets the program's environment: ours is put in its place for the time of
 * the call. Returns what has to be given to follow_unlend, NULL if nothing was changed. */
char **follow_lend(const char *command, const char **untraced);
void follow_unlend(char **lent);

/* In a child, which has no other threads: what these had been lent is given back. */
void follow_forked(void);

/* After an exec that failed, or a spawn. */
void follow_give_back(struct followed *made);

#endif
