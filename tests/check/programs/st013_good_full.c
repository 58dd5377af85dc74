/* st013_good_full: a client of a Unix datagram server that has no time to read; they are killed while the client waits for room.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/net.h"

/* Kill them all when that one sleeps. */
static void kill_all_when_asleep(pid_t pid)
{
	char path[64], state = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	while (state != 'S') {
		FILE *f = fopen(path, "r");

		if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
			die(path);
		fclose(f);
	}
	kill(0, SIGKILL);
}

int main(void)
{
	int serverfd = socket(AF_UNIX, SOCK_DGRAM, 0), clientfd = socket(AF_UNIX, SOCK_DGRAM, 0),
	    otherfd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	socklen_t len = sizeof addr;
	pid_t client = getpid();

	if (bind(serverfd, (struct sockaddr *)&addr, sizeof addr.sun_family) < 0 ||
	    getsockname(serverfd, (struct sockaddr *)&addr, &len) < 0)
		die("bind");
	if (fork() == 0) {
		close(clientfd);
		kill_all_when_asleep(client);
	}
	while (sendto(otherfd, "hello\n", 6, MSG_DONTWAIT, (struct sockaddr *)&addr, len) > 0)
		;
	if (sendto(clientfd, "hello\n", 6, 0, (struct sockaddr *)&addr, len) < 0)
		perror("sendto");
	return 0;
}
