/* complain.h: what is said on standard error, for want of a trace to say it in. */
#ifndef PRELOAD_COMPLAIN_H
#define PRELOAD_COMPLAIN_H

#include <stdint.h>

/* The program begins: what standard error is now is its standard error. */
void complain_begin(void);

/* One line, the first time. `path` may be NULL. */
void complain(const char *what, const char *path, const char *why);

/* The value of a variable is no number, or out of this range. */
void complain_setting(const char *name, uint64_t least, uint64_t most, uint64_t otherwise);

/* The value of a variable is not one of these words. */
void complain_word(const char *name, const char *words, const char *otherwise);

#endif
