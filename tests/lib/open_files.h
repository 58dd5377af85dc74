/* open_files.h: which files this process has open. */
#ifndef TESTS_LIB_OPEN_FILES_H
#define TESTS_LIB_OPEN_FILES_H

#include <stdio.h>
#include <unistd.h>

enum { OPEN_FILES_FIRST = 3, OPEN_FILES_END = 64 };

/* Print the path of each from descriptor 3 on, a line each. */
static void print_open_files(void)
{
	char path[64], link[256];

	for (int fd = OPEN_FILES_FIRST; fd < OPEN_FILES_END; fd++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, link, sizeof link - 1);
		if (n > 0 && link[0] == '/')
			printf("%.*s\n", (int)n, link);
	}
	fflush(stdout);
}

#endif
