/*
 * forks_amid_appends: forks while threads fill the trace. Prints in how many of the children something is open that is not in the parent.
 */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, FORKS = 400, LEN = 200, BELOW = 50 };

static atomic_bool is_over;
static int pairs[THREADS][2];

static void *fill(void *pair)
{
	const int *sv = pair;
	char bytes[LEN] = {0};

	while (!is_over)
		if (send(sv[0], bytes, LEN, 0) != LEN || recv(sv[1], bytes, LEN, 0) != LEN)
			abort();
	return NULL;
}

static int count_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)))
		count += entry->d_name[0] != '.' && atoi(entry->d_name) < BELOW && atoi(entry->d_name) != dirfd(dir);
	if (dir)
		closedir(dir);
	return count;
}

int main(void)
{
	pthread_t threads[THREADS];
	int status, others = 0;

	for (int i = 0; i < THREADS; i++)
		if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pairs[i]) < 0)
			return 1;
	int before = count_open();
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, fill, pairs[i]) != 0)
			return 1;
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(count_open() != before);
		others += pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
	}
	is_over = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%d of %d\n", others, FORKS);
	return 0;
}
