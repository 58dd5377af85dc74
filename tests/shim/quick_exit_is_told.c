/* quick_exit_is_told: _exit, from a thread too, leaves an exit line with the sockets that were open. */
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

static void *leave(void *sv)
{
	(void)sv;
	expect("exit how=_exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	_exit(0);
}

int main(void)
{
	int sv[2];
	pthread_t thread;

	expect_pair(sv);
	must(pthread_create(&thread, NULL, leave, sv) == 0);
	pthread_join(thread, NULL);
	return 1;
}
