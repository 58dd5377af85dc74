/* users_at_once: eight threads that ask for users again and again; each makes sockets once, in the middle of that, two fork; then the process kills
 * itself. */
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 20 };

static void ask(void)
{
	char room[4096];
	struct passwd user, *found;

	if (getpwuid_r(0, &user, room, sizeof room, &found) != 0)
		exit(1);
}

static void fork_one_that(void does(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		does();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		exit(1);
}

static void ask_and_talk(void)
{
	int sv[2];

	ask();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || shutdown(sv[0], SHUT_WR) < 0)
		_exit(1);
}

static void talk(void (*meanwhile)(void))
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || write(sv[0], "said", 4) != 4)
		exit(1);
	if (meanwhile)
		fork_one_that(meanwhile);
	close(sv[0]);
	close(sv[1]);
}

static void *work(void *number)
{
	int own = *(int *)number;

	for (int i = 0; i < ROUNDS; i++) {
		ask();
		if (i == own)
			talk(own == 3 ? ask : NULL);
		else if (own == 5 && i % 7 == 5)
			fork_one_that(ask_and_talk);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int numbers[THREADS];

	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i + 1;
		pthread_create(&threads[i], NULL, work, &numbers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	raise(SIGKILL);
	return 1;
}
