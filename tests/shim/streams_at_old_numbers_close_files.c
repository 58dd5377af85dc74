/* streams_at_old_numbers_close_files: where a stream's number was once a socket's, to close it is to close nothing else, neither then nor later. */
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

extern char **environ;

static int number; /* the lowest that is free, once a socket's */

static void close_stream(void)
{
	FILE *stream = fopen("/dev/null", "r");

	must(stream != NULL && fileno(stream) == number);
	must(fclose(stream) == 0);
}

static void close_opened_again(void)
{
	FILE *stream = fopen("/dev/null", "r");

	must(stream != NULL && fileno(stream) == number);
	stream = freopen("/dev/zero", "r", stream);
	must(stream != NULL && fclose(stream) == 0);
}

static void a_child_closes_there(void)
{
	char *argv[] = {"true", NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	must(posix_spawn_file_actions_init(&actions) == 0);
	must(posix_spawn_file_actions_addclose(&actions, number) == 0);
	must(posix_spawn(&pid, "/bin/true", &actions, NULL, argv, environ) == 0);
	expect("posix_spawn child=%d", pid);
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
}

static void have_socket(const char *name)
{
	number = socket(AF_INET, SOCK_DGRAM, 0);
	must(number >= 0);
	expect("socket ret=%d newsock=$%s", number, name);
}

static void close_socket(const char *name)
{
	must(close(number) == 0);
	expect("close fd=%d sock=$%s refs=0", number, name);
}

int main(void)
{
	have_socket("first");
	close_socket("first");
	close_stream();
	have_socket("second");
	a_child_closes_there();
	close_socket("second");
	close_opened_again();
	have_socket("third");
	a_child_closes_there();
	close_socket("third");
	expect("exit how=exit status=0 open=[]");
	return 0;
}
