/*
 * mutant: an echo server and its clients, with one mistake chosen by --change: `socktrace diff` must find exactly that. What
 * --vary chooses does the same in another way: it must find nothing.
 *
 * The line of each mistake ends in a comment, `change: NAME`, by which the test finds it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
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

static const char *chosen = "", *varied = "";

static bool changes(const char *name)
{
	return strcmp(chosen, name) == 0;
}

/* A word of the list that --vary was given. */
static bool varies(const char *name)
{
	size_t len = strlen(name);

	for (const char *at = varied; (at = strstr(at, name)); at += len)
		if ((at == varied || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
			return true;
	return false;
}

static void usage(void)
{
	fputs("usage: mutant [--change NAME] [--vary NAME,NAME] server one|fork|thread CLIENTS [PORT]\n"
	      "       mutant [--change NAME] [--vary NAME,NAME] client PORT LINE...\n",
	      stderr);
	exit(2);
}

/* Reading and writing, in as many ways as there are */

static void wait_for_input(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	poll(&p, 1, -1);
}

static ssize_t take(int fd, char *bytes, size_t room)
{
	ssize_t n;

	if (varies("nonblock"))
		fcntl(fd, F_SETFL, O_NONBLOCK);
	if (varies("poll"))
		wait_for_input(fd);
	while ((n = varies("recv") ? recv(fd, bytes, room, 0) : read(fd, bytes, room)) < 0 && errno == EAGAIN)
		wait_for_input(fd);
	return n;
}

struct reader {
	int fd;
	size_t unread;
	const char *next;
	char bytes[4096];
};

/* The next line, at most size bytes. Its length; 0 at the end; -1. */
static ssize_t take_line(struct reader *r, char *line, size_t size)
{
	size_t len = 0;

	while (len < size && (len == 0 || line[len - 1] != '\n')) {
		if (!r->unread) {
			ssize_t n = take(r->fd, r->bytes, varies("bytewise") ? 1 : sizeof r->bytes);

			if (n <= 0)
				return n;
			r->unread = (size_t)n;
			r->next = r->bytes;
		}
		line[len++] = *r->next++;
		r->unread--;
	}
	return (ssize_t)len;
}

static void pause_us(unsigned us)
{
	usleep(varies("delay") ? us + (unsigned)getpid() % 997 * 3 : us);
}

/* Where lines are split, the first half: how many bytes that is. The caller writes the rest, at a line of its own. */
static size_t give_first(int fd, const char *line, size_t len)
{
	size_t first = varies("split") ? len / 2 : 0;

	if (first && (varies("send") ? send(fd, line, first, 0) : write(fd, line, first)) != (ssize_t)first)
		return 0;
	if (first)
		pause_us(500);
	return first;
}

/* The server */

static void answer(int connfd)
{
	struct reader reader = {.fd = connfd};
	char line[4096];
	ssize_t n;

	while ((n = take_line(&reader, line, sizeof line)) > 0) {
		size_t first;

		if (changes("other_bytes"))
			line[0] = '?';
		if (changes("byte_less"))
			line[--n - 1] = '\n';
		first = give_first(connfd, line, (size_t)n);
		if (changes("no_answer"))
			continue;
		if (write(connfd, line + first, (size_t)n - first) < 0) /* change: other_bytes byte_less no_answer */
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

static int listening_socket(int port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY), .sin_port = htons((unsigned short)port)};
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

static int next_client(int listenfd)
{
	int connfd;

	if (varies("poll"))
		wait_for_input(listenfd);
	connfd = varies("accept4") ? accept4(listenfd, NULL, NULL, SOCK_CLOEXEC) : accept(listenfd, NULL, NULL);
	if (connfd < 0)
		die("accept");
	return connfd;
}

static int run_server(const char *how, int clients, int port)
{
	pthread_t threads[64];
	int listenfd = listening_socket(port), started = 0;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < clients; i++) {
		int connfd = next_client(listenfd);

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

static size_t line_of(char *line, size_t size, const char *word)
{
	size_t len = (size_t)snprintf(line, size, "%s\n", word);

	if (changes("other_line"))
		line[0] = '!';
	return len;
}

static void tell(struct reader *reader, const char *word)
{
	char line[4096];
	size_t len = line_of(line, sizeof line, word), first = give_first(reader->fd, line, len);

	if (write(reader->fd, line + first, len - first) < 0) /* change: other_line line_less line_more */
		die("write");
}

static void hear(struct reader *reader)
{
	char answer[4096];

	if (take_line(reader, answer, sizeof answer) < 0)
		die("read");
}

/* One answer after each line, or all lines first. */
static void talk(struct reader *reader, char **words)
{
	char **word;

	for (word = words; *word && !(changes("line_less") && !word[1]); word++) {
		tell(reader, *word);
		if (!varies("pipeline"))
			hear(reader);
	}
	if (varies("pipeline"))
		for (; word > words; word--)
			hear(reader);
	if (changes("line_more"))
		tell(reader, "more");
	if (changes("line_more"))
		hear(reader);
}

/* As who walks through the addresses of a name whose first one nobody listens at. */
static void try_in_vain(int port)
{
	struct sockaddr_in6 addr = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons((unsigned short)port)};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd < 0)
		return;
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		die("somebody listens at ::1");
	close(fd);
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
	struct reader reader = {0};
	char rest[16];
	int fd;

	if (varies("delay"))
		pause_us(0);
	if (varies("ipv6_first"))
		try_in_vain(port);
	fd = connected_socket(port);
	reader.fd = fd;
	talk(&reader, words);
	if (!changes("no_half_close")) {
		shutdown(fd, SHUT_WR);                  /* change: no_half_close */
		while (take(fd, rest, sizeof rest) > 0) /* the server closes when it has seen the end */
			;
	}
	if (!changes("client_no_close"))
		close(fd); /* change: client_no_close */
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"change", 1, NULL, 'c'}, {"vary", 1, NULL, 'v'}, {0}};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option == 'c')
			chosen = optarg;
		else if (option == 'v')
			varied = optarg;
		else
			usage();
	}
	argv += optind;
	argc -= optind;
	if ((argc == 3 || argc == 4) && strcmp(argv[0], "server") == 0)
		return run_server(argv[1], atoi(argv[2]), argc == 4 ? atoi(argv[3]) : 0);
	if (argc >= 3 && strcmp(argv[0], "client") == 0)
		return run_client(atoi(argv[1]), argv + 2);
	usage();
}
