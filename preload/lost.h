/* lost.h: events that could not be kept: counted in a `lost` line, or said on standard error where there is no room for one. */
#ifndef PRELOAD_LOST_H
#define PRELOAD_LOST_H

#include "preload/slot.h"

/* A line could not be put into this slot. Where nothing can be written any more, its last words tell from now on how many. */
void lost_add(struct slot *s);

/* Tell what was lost for want of descriptors, say: in the slot, or, where it holds no events, in a block of the file. */
void lost_tell(struct slot *s);
void lost_tell_alone(struct slot *s);

/* The process has ended: what was not told in any line are the last words of this slot, or where it is NULL, said. */
void lost_finish(struct slot *left);

/* In a fork's child: what the parent lost is the parent's. */
void lost_forked(void);

#endif
