/* env.h: the environment: what it asks of us, and our own entries in it. */
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

#define ENV_PRELOAD "LD_PRELOAD"
#define ENV_OUT     "SOCKTRACE_OUT"

enum {
#define VARIABLE(name, ...) ENV_NUMBER_OF_##name,
#include "trace/variables.def"
	ENV_SETTINGS
};

/* What env_prepare makes, for as long as the process is. */
struct env_own {
	const char *path;                 /* the shim's own, absolute; "" where it is not known */
	char *alone_entry;                /* "LD_PRELOAD=..." with nobody but us */
	char *settings[ENV_SETTINGS + 1]; /* "SOCKTRACE_OUT=/..." first, then what else is set; NULL at the end */
};

extern struct env_own env_own;

/* Has an environment an entry for the variable of this one? */
bool env_has(char *const *env, const char *entry);

/* The entry of LD_PRELOAD that counts, NULL if there is none. */
char **env_find_preload(char *const *env);

/* Memory of the environment that the process began with, or of ours: it can be read, which of other memory only the kernel can tell. */
bool env_is_known(const void *at);

#endif
