/* st020_bad: a server that writes once: a signal cuts the write short.
 * grade: proved
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static char page[64 << 20];

static void read_all(int clientfd)
{
	char bytes[65536];

	while (read(clientfd, bytes, sizeof bytes) > 0)
		;
	close(clientfd);
}

/* The first byte shows that the server is in its write, which is too long to end while nobody reads on. */
static void read_twice(int listenfd, int gonefd)
{
	char port[6], byte;
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(clientfd, &byte, 1) < 0 || kill(getppid(), SIGHUP) < 0 || read(gonefd, &byte, 1) < 0)
		die("server");
	read_all(clientfd);
	read_all(open_clientfd("127.0.0.1", port));
	exit(0);
}

static void note(int signal)
{
	(void)signal;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), gone[2];
	struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};

	sigaction(SIGHUP, &action, NULL);
	if (pipe(gone) < 0)
		die("pipe");
	if (fork() == 0) {
		close(gone[1]);
		read_twice(listenfd, gone[0]);
	}
	for (int served = 0; served < 2; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (write(connfd, page, sizeof page) < 0) /* the mistake */
			perror("write");
		close(connfd);
		if (served == 0)
			close(gone[1]);
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
