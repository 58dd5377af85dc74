/* starts: make a socket, then start a program in the way that is named: `starts execv PATH`. Its environment is empty. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static char *const none[] = {NULL};

static int spawn(const char *path, char *const argv[],
		 int (*how)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
			    char *const[], char *const[]))
{
	int status;
	pid_t pid;

	if (how(&pid, path, NULL, NULL, argv, none) != 0 || waitpid(pid, &status, 0) != pid)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

int main(int argc, char **argv)
{
	int sv[2];

	if (argc != 3) {
		fputs("usage: starts HOW PROGRAM\n", stderr);
		return 2;
	}
	const char *how = argv[1], *path = argv[2];
	char *const arguments[] = {argv[2], NULL};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		die("socketpair");
	if (strcmp(how, "execve") == 0)
		execve(path, arguments, none);
	else if (strcmp(how, "execvpe") == 0)
		execvpe(path, arguments, none);
	else if (strcmp(how, "fexecve") == 0)
		fexecve(open(path, O_RDONLY | O_CLOEXEC), arguments, none);
	else if (strcmp(how, "execveat") == 0)
		execveat(open("/", O_PATH | O_CLOEXEC), path + 1, arguments, none, 0);
	else if (strcmp(how, "posix_spawn") == 0)
		return spawn(path, arguments, posix_spawn);
	else if (strcmp(how, "posix_spawnp") == 0)
		return spawn(path, arguments, posix_spawnp);
	die(how);
}
