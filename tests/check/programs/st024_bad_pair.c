/* st024_bad_pair: a parent that reads until its child's end of a pair is closed, and has that end open itself.
 * hangs: yes
 * grade: proved
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	char line[100];
	int sv[2];
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		die("socketpair");
	if (fork() == 0) { /* the mistake */
		close(sv[0]);
		rio_writen(sv[1], "hello\n", 6);
		close(sv[1]);
		exit(0);
	}
	while ((n = read(sv[0], line, sizeof line)) > 0)
		fwrite(line, 1, n, stdout);
	close(sv[0]);
	wait(NULL);
	return 0;
}
