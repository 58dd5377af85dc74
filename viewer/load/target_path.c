/* target_path: find a program by its name. */
#include "viewer/load/target_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool target_path(const char *name, char *path, size_t size)
{
	const char *dirs = getenv("PATH");
	int found = ENOENT;

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		if (access(path, F_OK) != 0)
			return false;
		errno = EACCES;
		return is_file(path) && access(path, X_OK) == 0;
	}
	for (const char *dir = dirs ? dirs : "/bin:/usr/bin";; dir++) {
		size_t len = strcspn(dir, ":");

		if (snprintf(path, size, "%.*s%s%s", (int)len, dir, len ? "/" : "", name) < (int)size &&
		    is_file(path)) {
			if (access(path, X_OK) == 0)
				return true;
			found = EACCES;
		}
		dir += len;
		if (!*dir)
			break;
	}
	errno = found;
	return false;
}
