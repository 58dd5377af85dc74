/* shim.h: where libsocktrace.so is. */
#ifndef LOAD_SHIM_H
#define LOAD_SHIM_H

#include <limits.h>
#include <stdbool.h>

#include "viewer/base/err.h"

#define SHIM_NAME "libsocktrace.so"

struct shim_paths {
	char self[PATH_MAX], shim[PATH_MAX]; /* this program; the library, absolute */
};

/* The shim stands beside us, or where `make install` puts it. False: *err says where it is not. */
bool shim_find(struct shim_paths *p, struct err *err);

#endif
