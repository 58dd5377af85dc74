/* st040_good_lock: a program of which one at most is to run, whoever has the path; a second one sees that, and both are killed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "lock"};
	int secondfd = socket(AF_UNIX, SOCK_STREAM, 0), ready[2];
	char byte;

	if (pipe(ready) < 0)
		die("pipe");
	if (fork() == 0) {
		int firstfd = socket(AF_UNIX, SOCK_STREAM, 0);

		if (bind(firstfd, (struct sockaddr *)&addr, sizeof addr) < 0 || write(ready[1], "!", 1) < 0)
			die("bind");
		pause();
	}
	if (read(ready[0], &byte, 1) < 0)
		die("read");
	if (bind(secondfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		fputs("it runs already\n", stderr);
	kill(0, SIGKILL);
	return 0;
}
