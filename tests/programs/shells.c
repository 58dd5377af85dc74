/*
 * shells COMMAND: without an environment, four threads run it in a shell 25 times each, by system and by popen, while the process forks.
 * Prints what its environment, or a child's, has in it: nothing.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, RUNS = 25 };

extern char **environ;

static const char *command;
static atomic_int running = THREADS;

static void *runs(void *unused)
{
	for (int i = 0; i < RUNS; i++) {
		FILE *shell = i % 2 ? popen(command, "w") : NULL;
		int status = i % 2 ? pclose(shell) : system(command);
		if (status != 0)
			printf("status %d\n", status);
	}
	atomic_fetch_sub(&running, 1);
	return unused;
}

static void say(const char *whose)
{
	for (char **entry = environ; entry && *entry; entry++)
		printf("%s: %s\n", whose, *entry);
}

/* While a shell is started the parent's has something: a child that copies it then has not. */
static void fork_once(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		say("a child");
		exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		puts("no child");
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];

	if (argc != 2 || clearenv() != 0)
		return 2;
	command = argv[1];
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, runs, NULL) != 0)
			return 1;
	while (atomic_load(&running))
		fork_once();
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	say("the process");
	return 0;
}
