/* cells.h: the bytes of socket addresses as the lesson draws them: a cell a byte, generic and specific fields around them. */
#ifndef SCENE_CELLS_H
#define SCENE_CELLS_H

#include "viewer/base/vec.h"
#include "viewer/model/model.h"
#include "viewer/scene/choice.h"

enum { CELLS_FIELDS = 8 };

/* Bytes that are one member of a struct. */
struct cells_field {
	const char *name;   /* "sin_port" */
	unsigned at, size;  /* bytes */
	const char *value;  /* "15213"; NULL where the bytes were not given */
	const char *why[2]; /* how the value comes out of the bytes; what it means; each NULL: nothing to say */
};

/* A struct laid over the bytes. */
struct cells_layout {
	const char *type; /* "struct sockaddr_in"; NULL: none is known */
	unsigned size;    /* of the struct: 16 */
	unsigned count;
	struct cells_field fields[CELLS_FIELDS];
};

/* What is to be said about the whole of it. */
struct cells_note {
	const char *words;
	bool bad; /* a mistake, or probably one */
};

/* Where the program met the address. */
struct cells_use {
	const char *words;         /* "passed to bind 3 by P1" */
	const char *source;        /* "echo.c:14"; NULL */
	size_t times;              /* the same again and again is one use */
	const char *how;           /* "passed to" */
	const struct event *first; /* of those times */
};

struct cells_picture {
	const struct address *address;
	const char *title;            /* "127.0.0.1:15213" */
	const char *family;           /* "AF_INET" */
	const uint8_t *bytes;         /* as recorded */
	unsigned count;               /* so many of them are worth a cell */
	bool text;                    /* they are a name: characters say more than numbers */
	struct cells_layout generic;  /* struct sockaddr */
	struct cells_layout specific; /* of the family */
	VEC(struct cells_note) notes; /* what is odd about it */
	VEC(struct cells_use) uses;   /* the first few */
	size_t more_uses;             /* and so many more */
};

struct cells {
	struct arena *arena;                  /* the trace's: all strings live there */
	VEC(struct cells_picture *) pictures; /* each address once, by first use */
	size_t more;                          /* addresses that were left out */
};

struct cells_options {
	unsigned conn;               /* only what this connection's calls met; 0: all */
	size_t most;                 /* so many pictures; 0: all */
	const struct choice *choice; /* only what these events met, whenever it was */
};

/* The scene of a trace. It points into the trace, which must outlive it. */
struct cells *cells_new(struct trace *t, const struct cells_options *options);
void cells_free(struct cells *c);

/* Lay the generic and the specific struct over p->address. For cells.c. */
void cells_lay_out(struct arena *a, struct cells_picture *p);

#endif
