/* preface.h: the lines above a timeline. */
#ifndef SCENE_PREFACE_H
#define SCENE_PREFACE_H

#include "viewer/base/vec.h"

/* Printable text in the trace's arena. */
struct preface {
	VEC(const char *) lines;    /* when, processes, connections, what was chosen */
	VEC(const char *) warnings; /* lost events, unreadable lines, a choice that leaves nothing */
};

#endif
