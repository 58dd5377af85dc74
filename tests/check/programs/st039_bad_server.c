/* st039_bad_server: a server that goes on with nfds as it was before it accepted: what its client sends is never read.
 * client: echo_client 127.0.0.1 PORT hello
 * hangs: yes
 * grade: proved
 */
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), nfds = listenfd + 1;
	fd_set all, ready;

	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	for (;;) {
		ready = all;
		if (select(nfds, &ready, NULL, NULL, NULL) < 0) /* the mistake */
			die("select");
		for (int fd = 0; fd < FD_SETSIZE; fd++) {
			char line[100];
			ssize_t n;

			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listenfd) {
				int connfd = accept(listenfd, NULL, NULL);

				FD_SET(connfd, &all);
			} else if ((n = read(fd, line, sizeof line)) > 0) {
				rio_writen(fd, line, n);
			} else {
				FD_CLR(fd, &all);
				close(fd);
			}
		}
	}
}
