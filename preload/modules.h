/* modules.h: which objects call sites are in. */
#ifndef PRELOAD_MODULES_H
#define PRELOAD_MODULES_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/slot.h"

/* Put a module line into the slot if pc is in an object that has none yet. The slot's line buffer is used. False if that has to
 * be tried again. */
bool modules_note(struct slot *s, uint64_t pc);

/* All objects with code, while /proc can still be read. */
void modules_note_all(struct slot *s);

/* In a fork's child: its trace has none yet. */
void modules_forked(void);

#endif
