/*
 * vforks_at_once WAY: a child of vfork makes sockets, and uses them after what WAY says has happened beside it:
 *   children   another thread's child of vfork has made some, and has ended
 *   parent     its parent's other thread has opened and closed sockets of the same numbers
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 6 };

static atomic_int stage;

static void wait_for(int wanted)
{
	while (atomic_load(&stage) != wanted)
		usleep(1000);
}

static int ended_well(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void *has_a_child(void *unused)
{
	pid_t pid = vfork();

	if (pid == 0) {
		int sv[2];
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
			_exit(1);
		atomic_store(&stage, 1);
		wait_for(2);
		int copy = dup(sv[0]);
		int good = write(sv[0], "hello", 5) == 5 && write(copy, "copy", 4) == 4;
		close(sv[0]);
		close(copy);
		close(sv[1]);
		_exit(!good);
	}
	return ended_well(pid) ? unused : NULL;
}

static int has_another(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		close(socket(AF_INET, SOCK_STREAM, 0));
		_exit(0);
	}
	return ended_well(pid);
}

static int opens_and_closes(void)
{
	int fds[MANY];

	for (int i = 0; i < MANY; i++)
		fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	return fds[MANY - 1] >= 0;
}

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), good;
	pthread_t thread;
	void *ended;

	if (argc != 2 || fd < 0 || pthread_create(&thread, NULL, has_a_child, &stage) != 0)
		return 1;
	wait_for(1);
	good = strcmp(argv[1], "parent") == 0 ? opens_and_closes() : has_another();
	atomic_store(&stage, 2);
	pthread_join(thread, &ended);
	return !good || !ended;
}
