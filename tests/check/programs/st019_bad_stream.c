/* st019_bad_stream: a client that closes its stream, and the descriptor under it once more.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 */
#include <stdio.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	int clientfd = argc == 3 ? open_clientfd(argv[1], argv[2]) : -1;
	FILE *stream = clientfd < 0 ? NULL : fdopen(clientfd, "r+");

	if (!stream)
		return 1;
	fprintf(stream, "hello\n");
	fclose(stream);
	close(clientfd); /* the mistake */
	return 0;
}
