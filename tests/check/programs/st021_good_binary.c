/* st021_good_binary: a client whose messages are numbers, in which bytes of 0, and of letters, are nothing special.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	uint32_t numbers[] = {65, 5};
	uint64_t time = 0x4241;
	int clientfd;

	if (argc != 3)
		return 1;
	clientfd = open_clientfd(argv[1], argv[2]);
	rio_writen(clientfd, numbers, sizeof *numbers);
	rio_writen(clientfd, numbers, sizeof numbers);
	rio_writen(clientfd, &time, sizeof time);
	rio_writen(clientfd, "\n", 1);
	close(clientfd);
	return 0;
}
