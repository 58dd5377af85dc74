/*
 * mutant: an echo server and its clients, with one mistake chosen by --change: `socktrace diff` must find exactly that.
 *
 * The line of each mistake ends in a comment, `change: NAME`, by which the test finds it.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { BACKLOG = 8, SMALL_BACKLOG = 1 };

static const char *chosen = "";

static bool changes(const char *name)
{
	return strcmp(chosen, name) == 0;
}

static void usage(void)
{
	fputs("usage: mutant [--change NAME] server one|fork|thread CLIENTS\n"
	      "       mutant [--change NAME] client PORT LINE...\n",
	      stderr);
	exit(2);
}

/* The server */

static void answer(int connfd)
{
	struct rio rio;
	char line[4096];
	ssize_t n;

	rio_readinitb(&rio, connfd);
	while ((n = rio_readlineb(&rio, line, sizeof line)) > 0) {
		if (changes("other_bytes"))
			line[0] = '?';
		if (changes("byte_less"))
			line[--n - 1] = '\n';
		if (write(connfd, line, n) != n) /* change: other_bytes byte_less */
			break;
		if (changes("hangs_up"))
			break;
	}
}

static void serve(int connfd)
{
	answer(connfd); /* change: hangs_up */
	if (!changes("no_close"))
		close(connfd); /* change: no_close */
	if (changes("double_close"))
		close(connfd);                                       /* change: double_close */
	if (changes("use_after_close") && write(connfd, "x", 1) > 0) /* change: use_after_close */
		exit(1);
}

static void *serve_thread(void *connfd)
{
	serve((int)(long)connfd);
	return NULL;
}

static void serve_in_child(int listenfd, int connfd)
{
	if (!changes("child_keeps"))
		close(listenfd); /* change: child_keeps */
	serve(connfd);
	exit(0);
}

static void serve_by_fork(int listenfd, int connfd)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0)
		serve_in_child(listenfd, connfd);
	if (!changes("parent_keeps"))
		close(connfd); /* change: parent_keeps */
}

static int listening_socket(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	socklen_t len = sizeof addr;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (changes("short_address"))
		len = 4;
	if (changes("loopback"))
		addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!changes("no_reuse"))
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)); /* change: no_reuse */
	if (!changes("no_bind") &&
	    bind(fd, (struct sockaddr *)&addr, len) < 0) /* change: no_bind short_address loopback */
		die("bind");
	if (!changes("no_listen"))
		listen(fd, changes("backlog") ? SMALL_BACKLOG : BACKLOG); /* change: no_listen backlog */
	return fd;
}

static int run_server(const char *how, int clients)
{
	pthread_t threads[64];
	int listenfd = listening_socket(), started = 0;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < clients; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0)
			die("accept");
		if (strcmp(how, "fork") == 0)
			serve_by_fork(listenfd, connfd);
		else if (strcmp(how, "thread") == 0 && started < 64)
			pthread_create(&threads[started++], NULL, serve_thread, (void *)(long)connfd);
		else
			serve(connfd);
	}
	while (started > 0)
		pthread_join(threads[--started], NULL);
	while (wait(NULL) > 0)
		;
	if (!changes("listener_left"))
		close(listenfd); /* change: listener_left */
	return 0;
}

/* The client */

static void ask(struct rio *rio, const char *word)
{
	char line[4096], answer[4096];

	snprintf(line, sizeof line, "%s\n", word);
	if (changes("other_line"))
		line[0] = '!';
	if (write(rio->fd, line, strlen(line)) < 0) /* change: other_line line_less line_more */
		die("write");
	if (!changes("no_read") && rio_readlineb(rio, answer, sizeof answer) < 0) /* change: no_read */
		die("read");
}

static int connected_socket(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (changes("nagle_off"))
		setsockopt(fd, IPPROTO_TCP, 1, &(int){1}, sizeof(int)); /* change: nagle_off */
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	return fd;
}

static int run_client(int port, char **words)
{
	struct rio rio;
	int fd = connected_socket(port);
	char rest[16];

	rio_readinitb(&rio, fd);
	for (char **word = words; *word && !(changes("line_less") && !word[1]); word++)
		ask(&rio, *word);
	if (changes("line_more"))
		ask(&rio, "more");
	if (!changes("no_half_close")) {
		shutdown(fd, SHUT_WR);                  /* change: no_half_close */
		while (read(fd, rest, sizeof rest) > 0) /* the server closes when it has seen the end */
			;
	}
	if (!changes("client_no_close"))
		close(fd); /* change: client_no_close */
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"change", 1, NULL, 'c'}, {0}};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option != 'c')
			usage();
		chosen = optarg;
	}
	argv += optind;
	argc -= optind;
	if (argc == 3 && strcmp(argv[0], "server") == 0)
		return run_server(argv[1], atoi(argv[2]));
	if (argc >= 3 && strcmp(argv[0], "client") == 0)
		return run_client(atoi(argv[1]), argv + 2);
	usage();
}
