/* env.h: the environment: what it asks of us, and how the programs this one starts come to be traced too. */
#ifndef PRELOAD_ENV_H
#define PRELOAD_ENV_H

#include <stdbool.h>
#include <stddef.h>

/* The value of a variable in an environment, NULL if it is not there. */
const char *env_get(char *const *env, const char *name);

/* Put "name=value" in the place of the program's own entry for it. */
void env_replace(const char *name, char *entry);

/*
 * Fill shim.out_dir and make the program's own entries for LD_PRELOAD and SOCKTRACE_OUT absolute, so that they still
 * hold after a chdir. Returns false if there is no telling where traces should go.
 */
int env_prepare(void);

/* SOCKTRACE_ONLY: is this program among the names there, or is there no such list? */
bool env_wants_program(void);

struct env_made {
	const char *untraced; /* why what it is made for goes untraced, NULL if it does not */
	char **env;           /* what to exec with */
	void *pages;
	size_t len;
};

/*
 * The environment for an exec of this file (see target_look): with our entries put back where a cleaned one lacks them, unless
 * SOCKTRACE_FOLLOW is 0; without us where the file's loader would complain. Nothing is allocated where env is right as it is.
 */
struct env_made env_follow(char *const *env, int dirfd, const char *path, bool searches);

/* The same for libc's own shell (system, popen), which gets the program's environment: ours is put in its place for the time of
 * the call. Returns what has to be given to env_unlend, NULL if nothing was changed. */
char **env_lend(const char **untraced);
void env_unlend(char **lent);

/* After an exec that failed, or a spawn. */
void env_give_back(struct env_made *made);

#endif
