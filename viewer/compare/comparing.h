/* comparing.h: the parts of a comparison, one file each. */
#ifndef COMPARE_COMPARING_H
#define COMPARE_COMPARING_H

#include "viewer/compare/differences.h"
#include "viewer/compare/pairs.h"

enum { ROW_SHOWN = 6 };           /* steps of what only one run has */
enum { KINDS = CONN_KERNEL + 2 }; /* of connections; 0 for a socket that is none */

/* What only one run has is told once for each listener and kind of connection, with the first of them as an example. */
struct lone {
	bool in_a;
	size_t listener;
	int kind;
	size_t difference; /* index; SIZE_MAX: its class is ignored */
	size_t count;
};

struct comparing {
	struct comparison *c;
	struct pairs pairs;
	struct edits edits;
	bool *broken;    /* by listener of A: nobody reaches it in one of the runs, which its own steps explain */
	bool *other_way; /* by listener of A: its clients are served in another way */
	bool role_missing;
	VEC(struct lone) lones;
	size_t *like[2]; /* by run: how many connections of a kind a listener has */
};

static inline int kind_of(const struct canon_conn *c)
{
	return c->conn ? (int)c->conn->kind : -1;
}

/* The listener of a pair, as its index in A; SIZE_MAX: none, or only in B. Its name; NULL. */
size_t comparing_listener(const struct comparing *g, const struct conn_pair *p);
const char *comparing_listener_name(const struct comparing *g, const struct conn_pair *p);

/* How many connections of the same kind its listener has, in A, or in B for what only B has. */
size_t comparing_like(const struct comparing *g, const struct conn_pair *p);

void compare_listeners(struct comparing *g); /* broken, other_way */
void compare_conns(struct comparing *g);
void compare_lone(struct comparing *g, const struct conn_pair *p); /* what only one run has */

#endif
