/* st023_good_killed: a server that writes more than its client has room for; both are killed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static char page[64 << 20];

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

static void read_some(int listenfd, int readfd)
{
	char port[6], byte;
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(clientfd, &byte, 1) < 0 || write(readfd, &byte, 1) < 0)
		die("read");
	pause();
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd, has_read[2];
	pid_t server = getpid();
	char byte;

	if (pipe(has_read) < 0)
		die("pipe");
	if (fork() == 0)
		read_some(listenfd, has_read[1]);
	connfd = accept(listenfd, NULL, NULL);
	if (write(connfd, "!", 1) < 0 || read(has_read[0], &byte, 1) < 0)
		die("hello");
	if (fork() == 0) {
		close(listenfd);
		close(connfd);
		kill_all_when_asleep(server);
	}
	rio_writen(connfd, page, sizeof page);
	return 0;
}
