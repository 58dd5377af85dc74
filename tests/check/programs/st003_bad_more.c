/* st003_bad_more: a server that passes the size of a larger structure than its address has: Linux takes it.
 * grade: advice
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_storage storage = {.ss_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	((struct sockaddr_in *)&storage)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listenfd, (struct sockaddr *)&storage, sizeof storage) < 0) /* the mistake */
		die("bind");
	close(listenfd);
	return 0;
}
