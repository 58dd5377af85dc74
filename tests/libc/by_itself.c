/* by_itself: what libc does with sockets when nobody calls a function of sockets: stdio, the resolver, syslog, a shell's descriptors. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

static void must(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

static FILE *stream_of(int fd)
{
	FILE *f = fdopen(fd, "r+");

	must(f != NULL, "fdopen");
	return f;
}

static void lines(FILE *to, FILE *from)
{
	char line[100];

	fprintf(to, "line %d\n", 1);
	must(fflush(to) == 0 && fgets(line, sizeof line, from) != NULL, "a line");
	fputs("another\n", to);
	rewind(to); /* flushes */
	must(fgets(line, sizeof line, from) != NULL && strcmp(line, "another\n") == 0, "another line");
	setvbuf(to, NULL, _IONBF, 0);
	must(fwrite("unbuffered\n", 1, 11, to) == 11 && fgets(line, sizeof line, from) != NULL,
	     "a line without buffer");
}

static void look_up(void)
{
	struct addrinfo *found = NULL;
	struct ifaddrs *all = NULL;

	must(getifaddrs(&all) == 0, "getifaddrs");
	freeifaddrs(all);
	must(getaddrinfo("localhost", "80", NULL, &found) == 0, "getaddrinfo");
	freeaddrinfo(found);
	getpwnam("nobody");
	getservbyname("http", "tcp");
	openlog("by_itself", LOG_NDELAY, LOG_USER);
	syslog(LOG_INFO, "said");
	closelog();
}

/* A shell whose output is a socket. */
static void commands(int fd)
{
	char *const argv[] = {"true", NULL};
	pid_t pid;

	int out = dup(1);
	must(dup2(fd, 1) == 1, "dup2");
	must(system("echo from a shell") == 0, "system");
	FILE *f = popen("cat", "w");
	must(f != NULL && fputs("through a pipe\n", f) >= 0 && pclose(f) == 0, "popen");
	must(posix_spawnp(&pid, "true", NULL, NULL, argv, environ) == 0 && waitpid(pid, NULL, 0) == pid, "posix_spawn");
	must(dup2(out, 1) == 1, "dup2");
	close(out);
}

static void become_program(const char *self, int fd)
{
	dup2(fd, STDOUT_FILENO);
	execl(self, self, "cgi", NULL);
	_exit(1);
}

/* As a web server runs a program: with a socket for its standard output. */
static void serve(const char *self, int fd)
{
	pid_t pid = fork();

	if (pid == 0)
		become_program(self, fd);
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
	pid = vfork();
	if (pid == 0)
		become_program(self, fd);
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static int answer(void)
{
	printf("Content-Type: text/plain\n");
	printf("an answer\n"); /* in one write, at the end */
	return 0;
}

int main(int argc, char **argv)
{
	char rest[100];
	int sv[2];

	if (argc > 1)
		return answer();

	signal(SIGPIPE, SIG_IGN);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0, "socketpair");
	FILE *a = stream_of(sv[0]), *b = stream_of(sv[1]);
	lines(a, b);
	look_up();
	commands(sv[0]);
	must(fgets(rest, sizeof rest, b) != NULL && strcmp(rest, "from a shell\n") == 0, "the shell's line");
	serve(argv[0], sv[0]);
	for (int programs = 0; programs < 2;) {
		must(fgets(rest, sizeof rest, b) != NULL, "an answer");
		programs += strcmp(rest, "an answer\n") == 0;
	}
	fputs("written when closed\n", b);
	fclose(b);
	setvbuf(a, NULL, _IOFBF, 100);
	fputs("written at the end", a); /* to nobody: EPIPE */
	return 3;
}
