/* waiting: who waits, as /proc tells. */
#include "net/waiting.h"

#include <stdio.h>

#include "net/net.h"

char process_state(pid_t pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
		die(path);
	fclose(f);
	return state;
}

int connects_waiting(unsigned short port)
{
	enum { SYN_SENT = 2 }; /* proc(5) */
	FILE *table = fopen("/proc/net/tcp", "r");
	unsigned remote, state;
	char line[300];
	int count = 0;

	while (table && fgets(line, sizeof line, table))
		if (sscanf(line, " %*d: %*x:%*x %*x:%x %x", &remote, &state) == 2)
			count += remote == port && state == SYN_SENT;
	if (table)
		fclose(table);
	return count;
}
