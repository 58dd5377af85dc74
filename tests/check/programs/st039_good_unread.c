/* st039_good_unread: a server whose nfds left its client out for once, and who waits for that in a sandbox, by a set on the heap, which nobody may
 * read there.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void enter_sandbox(void)
{
	struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {1, all};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		die("prctl");
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	struct timeval limit = {0, 20000};
	char line[100];
	fd_set set, ready, *kept = malloc(sizeof *kept);
	ssize_t n;

	if (listenfd < 0 || !kept)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	FD_ZERO(&set);
	FD_SET(listenfd, &set);
	FD_SET(connfd, &set);
	ready = set;
	if (select(listenfd + 1, &ready, NULL, NULL, &limit) < 0)
		die("select");
	enter_sandbox();
	*kept = set;
	if (select(connfd + 1, kept, NULL, NULL, NULL) < 0)
		die("select");
	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	close(listenfd);
	free(kept);
	return 0;
}
