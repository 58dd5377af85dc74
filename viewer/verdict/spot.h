/* spot.h: where a finding is: in the source, in the trace, in time. */
#ifndef VERDICT_SPOT_H
#define VERDICT_SPOT_H

#include "viewer/verdict/verdict.h"

/* Strings are printable and in the trace's arena; NULL where nobody knows. */
struct spot {
	const char *site;   /* "server.c:31", "main()" */
	const char *source; /* the line's text */
	const char *call;   /* "read 3 = -1" */
	const char *who;    /* "P1 c2, 0.102 s": process, connection, time since the first step */
};

struct spot spot_of(const struct verdict *v, const struct finding *f);

#endif
