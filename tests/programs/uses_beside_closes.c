/* uses_beside_closes ROUNDS: a thread sends on whatever number a socket has; main closes that, and reads a file that has the number next. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_int used = -1;
static atomic_bool ends;

static void must(int claim)
{
	if (!claim)
		_exit(1);
}

static void *uses(void *unused)
{
	while (!ends)
		send(used, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	return unused;
}

static void wait_a_little(void)
{
	for (volatile int i = 0; i < 300; i++)
		;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1000;
	pthread_t user;
	char bytes[16];

	must(pthread_create(&user, NULL, uses, NULL) == 0);
	for (int i = 0; i < rounds; i++) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		must(fd >= 0);
		used = fd;
		wait_a_little();
		must(close(fd) == 0);
		used = -1;
		wait_a_little();
		fd = open("/etc/passwd", O_RDONLY);
		must(fd >= 0 && read(fd, bytes, sizeof bytes) == sizeof bytes && close(fd) == 0);
	}
	ends = true;
	must(pthread_join(user, NULL) == 0);
	return 0;
}
