/* spawned_programs_are_followed: posix_spawn names the child, which records the sockets that it was given. */
#include <spawn.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

extern char **environ;

static int second_image(int fd)
{
	expect("inherit fd=%d sock=$b via=exec", fd);
	must(write(fd, "x", 1) == 1);
	expect("write fd=%d sock=$b ret=1 data=x", fd);
	expect("exit how=exit status=0 open.0.sock=$b open.1=-");
	return 0;
}

int main(int argc, char **argv)
{
	int sv[2], status;
	char number[2] = "7", *const arguments[] = {argv[0], number, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	if (argc > 1)
		return second_image(argv[1][0] - '0');
	expect_pair(sv);
	must(posix_spawn_file_actions_init(&actions) == 0);
	must(posix_spawn_file_actions_adddup2(&actions, sv[1], 7) == 0);
	must(posix_spawn_file_actions_addclose(&actions, sv[0]) == 0);
	must(posix_spawn_file_actions_addclose(&actions, sv[1]) == 0);
	must(posix_spawn(&pid, argv[0], &actions, NULL, arguments, environ) == 0);
	expect("posix_spawn args.path=\"%s\" args.argv=[\"%s\",\"7\"] ret=0 child=%d", argv[0], argv[0], pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
