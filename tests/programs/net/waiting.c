/* waiting: who waits in connect, as /proc/net/tcp tells. */
#include "net/waiting.h"

#include <stdio.h>

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
