/* changes.h: what a call that returned has changed. */
#ifndef PRELOAD_CHANGES_H
#define PRELOAD_CHANGES_H

#include "preload/record.h"

/* Bring the table of descriptors up to date, and fill in the frame's new ones. */
void changes_note(struct frame *f, long ret);

#endif
