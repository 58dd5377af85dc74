/* rights.h: what cannot be had any more once rights are given up: a slot, the files, what /proc says. */
#ifndef PRELOAD_RIGHTS_H
#define PRELOAD_RIGHTS_H

#include "preload/record.h"

/* A call is about to be made that changes who this process is, or what it may do (CALL_RIGHTS): a trace begins, where there is none yet, and has
 * all that it will need. */
void rights_secure(const struct frame *f) __attribute__((cold));

#endif
