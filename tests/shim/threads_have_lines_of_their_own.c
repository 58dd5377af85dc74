/* threads_have_lines_of_their_own: a line names its thread; a wait in one holds up no other. */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2];
static pid_t main_thread;

static void *answer(void *unused)
{
	(void)unused;
	wait_until_in(getpid(), main_thread, SYS_recvfrom);
	for (int i = 0; i < 200; i++) {
		must(send(sv[1], "abc", 3, 0) == 3);
		expect("send fd=%d sock=$b ret=3 data=abc", sv[1]);
	}
	return NULL;
}

int main(void)
{
	pthread_t thread;
	char bytes[3];

	main_thread = gettid();
	expect_pair(sv);
	must(pthread_create(&thread, NULL, answer, NULL) == 0);
	for (int i = 0; i < 200; i++) {
		must(recv(sv[0], bytes, 3, MSG_WAITALL) == 3);
		expect("recv fd=%d sock=$a args.flags=[MSG_WAITALL] ret=3 data=abc", sv[0]);
	}
	pthread_join(thread, NULL);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
