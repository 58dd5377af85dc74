/* refused: a process whose memory may not be made writable and executable at once, as hardened services have it: prctl(PR_SET_MDWE), Linux 6.3. */
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE              65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

int main(void)
{
	char line[20];
	int sv[2];

	if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) < 0)
		return 77; /* a kernel that does not know it */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		return 1;
	FILE *to = fdopen(sv[0], "w"), *from = fdopen(sv[1], "r");
	if (!to || !from || fputs("by stdio\n", to) < 0 || fflush(to) != 0 || !fgets(line, sizeof line, from))
		return 1;
	printf("%s", line);
	return 0;
}
