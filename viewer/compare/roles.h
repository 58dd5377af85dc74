/* roles.h: whether each run has clients, servers and proxies. */
#ifndef COMPARE_ROLES_H
#define COMPARE_ROLES_H

#include "viewer/compare/compare.h"

/* Tell which of them only one run has. true: one is missing, or one too many, and so connections are. */
bool roles_compare(struct comparison *c);

#endif
