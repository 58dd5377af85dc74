/*
 * many_callers WAY COUNT LIBRARY: loads so many copies of the library, LIBRARY.0 and so on, and has each send a byte by its function use(). WAY is
 * free; or sandbox: after a filter of system calls that allows all.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sandbox.h"

enum { MOST = 1000 };

int main(int argc, char **argv)
{
	long (*uses[MOST])(int fd);
	char path[4096];
	int sv[2];

	if (argc != 4 || atoi(argv[2]) > MOST || socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) < 0)
		return 1;
	for (int i = 0; i < atoi(argv[2]); i++) {
		snprintf(path, sizeof path, "%s.%d", argv[3], i);
		void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		if (!library)
			return 2;
		*(void **)&uses[i] = dlsym(library, "use");
	}
	if (strcmp(argv[1], "sandbox") == 0 && forbid_calls(NULL, 0) < 0)
		return 3;
	for (int i = 0; i < atoi(argv[2]); i++)
		if (uses[i](sv[0]) != 1 || recv(sv[1], path, 1, 0) != 1)
			return 4;
	return 0;
}
