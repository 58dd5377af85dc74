/* st011_good_woken: a server whose accept is woken by a shutdown of its listener: EINVAL then, too. */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void *stop(void *listenfd)
{
	shutdown(*(int *)listenfd, SHUT_RDWR);
	return NULL;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	pthread_t thread;

	if (pthread_create(&thread, NULL, stop, &listenfd))
		return 1;
	if (accept(listenfd, NULL, NULL) >= 0)
		return 1;
	pthread_join(thread, NULL);
	close(listenfd);
	return 0;
}
