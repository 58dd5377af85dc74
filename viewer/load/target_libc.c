/* target_libc: which C library a program loads, and whether the shim records what that does by itself. */
#include "viewer/load/target_libc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What glibc prints when it is run. */
static const char *find_release(struct arena *a, const char *bytes, size_t size)
{
	static const char head[] = "release version ";
	const char *found = memmem(bytes, size, head, sizeof head - 1), *end = bytes + size;
	size_t len = 0;

	if (!found)
		return NULL;
	found += sizeof head - 1;
	while (found + len < end && strchr("0123456789.", found[len]) && found[len])
		len++;
	while (len && found[len - 1] == '.')
		len--;
	return len ? arena_printf(a, "%.*s", (int)len, found) : NULL;
}

const char *target_libc_release(struct arena *a, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *release = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size > 0) {
		void *bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes != MAP_FAILED) {
			release = find_release(a, bytes, st.st_size);
			munmap(bytes, st.st_size);
		}
	}
	close(fd);
	return release;
}

bool target_libc_is_known(const char *release)
{
	static const char *const known[] = {
#define RELEASE(name) name,
#include "trace/libc_releases.def"
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i], release) == 0)
			return true;
	return false;
}
