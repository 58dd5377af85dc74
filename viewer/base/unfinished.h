/* unfinished.h: a file that goes away where a signal ends us before it is whole. */
#ifndef BASE_UNFINISHED_H
#define BASE_UNFINISHED_H

#include <sys/types.h>

/* Make a new file and open it for writing: from then on SIGHUP, SIGINT, SIGQUIT and SIGTERM remove it before they end us, unless they are ignored
 * or somebody else's. One at a time; its name stays the caller's. Returns the descriptor, or -1 with errno. */
int unfinished_open(const char *file, mode_t mode);

/* It is all there is: until unfinished_end these signals are ignored. */
void unfinished_keep(void);

/* It is whole, or gone: the signals are as they were. */
void unfinished_end(void);

#endif
