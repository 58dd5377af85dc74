/*
 * jumps: a call is left amid what it does, again and again: by a handler's siglongjmp, with the argument `exec` one that fails to start a
 * program, with `cancel` by asynchronous cancellation of its thread. Then one write says that all is well. Prints how many calls had returned, how many descriptors are open
 * that were not, and how many mappings there are of the trace.
 */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { JUMPS = 200, FIRST_USEC = 200 };

static sigjmp_buf back;
static volatile unsigned long asked;
static int sv[2];

static void jump(int number)
{
	(void)number;
	siglongjmp(back, 1);
}

static void ask(void)
{
	for (;; asked++) {
		struct sockaddr_storage addr;
		socklen_t len = sizeof addr;
		getsockname(sv[0], (struct sockaddr *)&addr, &len);
	}
}

static void ask_until_jumped(unsigned usec)
{
	if (sigsetjmp(back, 1))
		return;
	ualarm(usec, 0);
	ask();
}

static void exec_until_jumped(unsigned usec)
{
	char *const argv[] = {"nothing", NULL};

	if (sigsetjmp(back, 1))
		return;
	ualarm(usec, 0);
	for (;;)
		execv("/proc/self/status", argv);
}

static void *ask_anywhere(void *ready)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_barrier_wait(ready);
	ask();
	return NULL;
}

static void ask_until_cancelled(unsigned usec)
{
	pthread_barrier_t ready;
	pthread_t t;

	pthread_barrier_init(&ready, NULL, 2);
	pthread_create(&t, NULL, ask_anywhere, &ready);
	pthread_barrier_wait(&ready);
	usleep(usec);
	pthread_cancel(t);
	pthread_join(t, NULL);
}

static int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[8192];
	int count = 0;

	while (fgets(line, sizeof line, maps))
		count += strstr(line, ".live.jsonl") != NULL;
	fclose(maps);
	return count;
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "jump";
	void (*leave)(unsigned) = !strcmp(way, "cancel") ? ask_until_cancelled : !strcmp(way, "exec") ? exec_until_jumped : ask_until_jumped;
	struct sigaction action = {.sa_handler = jump};
	int open;

	if (sigaction(SIGALRM, &action, NULL) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0) {
		perror("jumps");
		return EXIT_FAILURE;
	}
	open = count_descriptors();
	for (unsigned i = 0; i < JUMPS; i++)
		leave(FIRST_USEC + i);
	if (write(sv[0], "after", 5) != 5)
		return EXIT_FAILURE;
	printf("%lu calls, %d descriptors, %d mappings\n", asked, count_descriptors() - open, count_mappings());
	return 0;
}
