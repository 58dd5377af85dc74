/* st006_good_lock: a program of which one at most is to run: whoever has the port is the one, here a program that is not traced.
 * untraced: echo_server 0
 * args: PORT
 * grade: advice
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int lockfd = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_addr.s_addr = htonl(INADDR_ANY);
	addr.sin_port = htons(argc > 1 ? atoi(argv[1]) : 0);
	if (bind(lockfd, (struct sockaddr *)&addr, sizeof addr) == 0)
		die("nobody has the port");
	if (errno != EADDRINUSE)
		die("bind");
	fputs("it runs already\n", stderr);
	return 0;
}
