/* paths.h: the trace's two files by name: OURS_TRACE, OURS_LIVE. What opens them wants signals held: see signals.h. */
#ifndef PRELOAD_PATHS_H
#define PRELOAD_PATHS_H

#include <stdbool.h>

#include "preload/ours.h"

enum { PATHS_MODE = 0600 }; /* of what is made */

/* Call them PID.NAME, with a suffix where it is not 0. */
void paths_make(const char *name, int suffix);
bool paths_are_made(void);

/* In a fork's child: close what is kept of them, and forget them. */
void paths_forked(bool others);

/* Whole, for people. */
const char *paths_of(enum ours_kept which);

/* What to open it by: a descriptor of the directory if one is kept, or AT_FDCWD, and the name from there. */
int paths_from(enum ours_kept which, const char **name);

/* The file, or the directory of both, for ours_close; -errno where it cannot be opened. */
long paths_open(enum ours_kept which, int flags);
long paths_open_directory(void);

/* Keep it open: ours_keep. */
void paths_keep(enum ours_kept which, int flags);
void paths_unlink(enum ours_kept which);

#endif
