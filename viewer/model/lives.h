/* lives.h: which process image came from which, and which still runs. */
#ifndef MODEL_LIVES_H
#define MODEL_LIVES_H

#include "viewer/base/map.h"
#include "viewer/model/model.h"

/* The images of each pid, in order of their start. The caller calls lives_free. */
struct lives {
	struct map images;
	struct arena *arena;
};

/* Fill image_of, parent and, for those that can be asked, ending (END_RUNNING, END_EXEC, else END_UNKNOWN). The
 * processes must be in order of their start. */
void lives_link(struct lives *l, struct trace *t);

/* The latest image of that pid that had started by then, on the same machine since the same boot; NULL. */
struct process *lives_find(const struct lives *l, const char *boot, uint32_t pid, uint64_t by_ns);

/* The first image of that pid that started then or later. */
struct process *lives_find_next(const struct lives *l, const char *boot, uint32_t pid, uint64_t from_ns);

void lives_free(struct lives *l);

/* CLOCK_MONOTONIC. */
uint64_t lives_now_ns(void);

#endif
