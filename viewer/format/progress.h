/* progress.h: how far long work is, on standard error while that is a terminal. */
#ifndef FORMAT_PROGRESS_H
#define FORMAT_PROGRESS_H

#include <stdint.h>

/* Show it, from half a second after the first call on, ten times a second. total 0: not known. Where all is done nothing is left
 * of it. */
void progress_show(uint64_t done, uint64_t total);

#endif
