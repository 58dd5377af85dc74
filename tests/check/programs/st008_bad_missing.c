/* st008_bad_missing: a server that forgets bind: it listens where nobody looks for it.
 * hangs: yes
 * grade: probable
 */
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	if (listen(listenfd, 16) < 0) /* the mistake */
		die("listen");
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
