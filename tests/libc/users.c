/*
 * users: asks for users and groups, which libc does over a socket, and has no socket of its own, or one later.
 *
 *   users alone     asks, stays who it is, forks a child that asks, and ends
 *   users later     asks, and then makes sockets
 *   users NAME      asks by that function of the table below, and then makes sockets; not with a further argument
 *   users child     asks, and a child makes sockets
 *   users rights    asks, and a child gives up rights before it execs; ends as that does
 *   users threads   four threads ask, then all write to sockets, and the process is killed
 */
#include <glob.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

enum { THREADS = 4 };

static pthread_barrier_t barrier;

static void ask(void)
{
	char room[4096];
	struct passwd user, *found;

	if (!getpwuid(0) || !getgrnam("root") || getpwnam_r("nobody", &user, room, sizeof room, &found) != 0)
		exit(1);
}

static void by_words(void)
{
	wordexp_t words;

	if (wordexp("~root", &words, 0) == 0)
		wordfree(&words);
}

static void by_own_number(void)
{
	char room[L_cuserid];

	cuserid(room);
}

static void by_pattern(void)
{
	glob_t found;

	if (glob("~root", GLOB_TILDE, NULL, &found) == 0)
		globfree(&found);
}

static const struct {
	const char *name;
	void (*ask)(void);
} functions[] = {
	{"wordexp", by_words},
	{"cuserid", by_own_number},
	{"glob", by_pattern},
};

static void talk(void)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || write(sv[0], "said", 4) != 4)
		exit(1);
	close(sv[0]);
	close(sv[1]);
}

static void *ask_and_talk(void *arg)
{
	ask();
	pthread_barrier_wait(&barrier);
	talk();
	pthread_barrier_wait(&barrier);
	return arg;
}

static void in_threads(void)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, ask_and_talk, NULL);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	raise(SIGKILL);
}

static int child_that_gives_up_rights(void)
{
	int status = -1;

	if (fork() == 0) {
		if (setregid(getgid(), getgid()) == 0)
			execl("/bin/true", "true", NULL);
		_exit(1);
	}
	wait(&status);
	return status;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "threads") == 0)
		in_threads();
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
		if (strcmp(how, functions[i].name) == 0) {
			functions[i].ask();
			if (argc == 2)
				talk();
			return 0;
		}
	ask();
	if (strcmp(how, "rights") == 0)
		return child_that_gives_up_rights() != 0;
	if (strcmp(how, "later") == 0)
		talk();
	if (strcmp(how, "alone") != 0 && strcmp(how, "child") != 0)
		return 0;
	if (strcmp(how, "alone") == 0) {
		setfsuid(geteuid());
		setfsgid(getegid());
	}
	if (fork() == 0) {
		if (strcmp(how, "child") == 0)
			talk();
		else
			ask();
		return 0;
	}
	wait(NULL);
	return 0;
}
