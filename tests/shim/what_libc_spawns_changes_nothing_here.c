/*
 * what_libc_spawns_changes_nothing_here: children of whom no wrapper knows, wordexp's and those of a posix_spawn that was found in libc itself,
 * run in this memory: the sockets that they close are open here.
 */
#include <dlfcn.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "expect/expect.h"

extern char **environ;

static int sv[2];

static void talk(int fd)
{
	char room[4];

	must(write(fd, "said", 4) == 4);
	expect("write fd=%d sock=$a data=said", fd);
	must(read(sv[1], room, sizeof room) == 4);
	expect("read fd=%d sock=$b data=said", sv[1]);
}

/* Where it does not show a command's errors the child has a file in their place. */
static void expand(void)
{
	int errors = dup(STDERR_FILENO);
	wordexp_t words;

	must(dup2(sv[0], STDERR_FILENO) == STDERR_FILENO);
	expect("dup2 fd=%d sock=$a ret=%d", sv[0], STDERR_FILENO);
	must(wordexp("$(echo word)", &words, 0) == 0 && strcmp(words.we_wordv[0], "word") == 0);
	wordfree(&words);
	talk(STDERR_FILENO);
	expect("dup2 fd=%d sock=- ret=%d", errors, STDERR_FILENO);
	must(dup2(errors, STDERR_FILENO) == STDERR_FILENO);
}

static void spawn(void)
{
	__typeof__(&posix_spawn) spawn_past_us =
		(__typeof__(&posix_spawn))dlsym(dlopen("libc.so.6", RTLD_NOW), "posix_spawn");
	char *argv[] = {"true", NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	must(spawn_past_us != NULL && posix_spawn_file_actions_init(&actions) == 0);
	must(posix_spawn_file_actions_addclose(&actions, sv[0]) == 0);
	must(posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, sv[1]) == 0);
	must(spawn_past_us(&pid, "/bin/true", &actions, NULL, argv, environ) == 0);
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
	talk(sv[0]);
}

int main(void)
{
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == 0);
	expect("socketpair newfds=[%d,%d] newsocks.0=$a newsocks.1=$b", sv[0], sv[1]);
	expand();
	spawn();
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
