/* st020_good_told_to_end: a server that a signal tells to end while it writes, and that does.
 * grade: advice
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
static void read_once(int listenfd, int gonefd)
{
	char port[6], byte;
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(clientfd, &byte, 1) < 0 || kill(getppid(), SIGTERM) < 0 || read(gonefd, &byte, 1) < 0)
		die("server");
	read_all(clientfd);
	exit(0);
}

static volatile sig_atomic_t ends;

static void note(int signal)
{
	(void)signal;
	ends = 1;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), gone[2];
	struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};

	sigaction(SIGTERM, &action, NULL);
	if (pipe(gone) < 0)
		die("pipe");
	if (fork() == 0) {
		close(gone[1]);
		read_once(listenfd, gone[0]);
	}
	while (!ends) {
		int connfd = accept(listenfd, NULL, NULL);

		if (write(connfd, page, sizeof page) < 0)
			perror("write");
		close(connfd);
	}
	close(gone[1]);
	close(listenfd);
	wait(NULL);
	return 0;
}
