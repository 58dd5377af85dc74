/* columns.h: which side of the picture each process belongs on. For lanes.c. */
#ifndef SCENE_COLUMNS_H
#define SCENE_COLUMNS_H

#include "viewer/model/model.h"

struct columns {
	unsigned *of_process; /* by process index: 0 for clients, count - 1 for servers, between them proxies */
	unsigned count;
	bool *only_pairs; /* by process index: it only talks through socketpairs: nobody's client, nobody's server */
};

/* Clients left, servers right, proxies between in the order in which they connect to each other. In the trace's arena. */
struct columns columns_find(struct trace *t);

#endif
