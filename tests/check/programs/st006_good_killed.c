/* st006_good_killed: a program of which one at most is to run, whoever has the port; a second one sees that, and all are killed.
 * grade: advice
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int secondfd = socket(AF_INET, SOCK_STREAM, 0), ready[2], port;

	if (pipe(ready) < 0)
		die("pipe");
	if (fork() == 0) {
		int listenfd = open_listenfd("127.0.0.1", "0"), port = local_port(listenfd);
		char text[6];

		snprintf(text, sizeof text, "%d", port);
		if (open_clientfd("127.0.0.1", text) < 0 || accept(listenfd, NULL, NULL) < 0 ||
		    write(ready[1], &port, sizeof port) < 0)
			die("first");
		pause();
	}
	if (read(ready[0], &port, sizeof port) < 0)
		die("read");
	addr.sin_port = htons(port);
	if (bind(secondfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		fputs("it runs already\n", stderr);
	kill(0, SIGKILL);
	return 0;
}
