/* shim: where libsocktrace.so is. */
#include "viewer/load/shim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool shim_find(struct shim_paths *p, struct err *err)
{
	static const char *const places[] = {SHIM_NAME, "../lib/" SHIM_NAME};
	ssize_t len = readlink("/proc/self/exe", p->self, sizeof p->self - 1);
	char *slash;

	if (len < 0)
		return err_set(err, "/proc/self/exe: %s", strerror(errno));
	p->self[len] = '\0';
	slash = strrchr(p->self, '/');
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char file[PATH_MAX];

		if (snprintf(file, sizeof file, "%.*s/%s", (int)(slash - p->self), p->self, places[i]) <
			    (int)sizeof file &&
		    realpath(file, p->shim))
			return true;
	}
	return err_set(err, "no " SHIM_NAME " beside %s nor in ../lib", p->self);
}
