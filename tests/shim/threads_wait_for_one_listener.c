/* threads_wait_for_one_listener: workers add a socket to epoll sets of their own at the same time; each is told of it by its own data. */
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

enum { WORKERS = 6, ROUNDS = 200 };

static int sv[2];
static pthread_barrier_t all_there;

static void *work(void *data)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = data}, got;
		int epfd = epoll_create1(0);
		must(epfd >= 0);
		expect("epoll_create1 ret=%d", epfd);
		pthread_barrier_wait(&all_there);
		must(epoll_ctl(epfd, EPOLL_CTL_ADD, sv[0], &event) == 0);
		expect("epoll_ctl fd=%d args.epfd=%d ret=0", sv[0], epfd);
		must(epoll_wait(epfd, &got, 1, -1) == 1 && got.data.ptr == data);
		expect("epoll_wait args.epfd=%d ret=1 ready.0.fd=%d ready.0.sock=$a ready.1=-", epfd, sv[0]);
		must(close(epfd) == 0);
	}
	return NULL;
}

int main(void)
{
	static char data[WORKERS];
	pthread_t workers[WORKERS];

	expect_pair(sv);
	must(send(sv[1], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[1]);
	pthread_barrier_init(&all_there, NULL, WORKERS);
	for (int i = 0; i < WORKERS; i++)
		must(pthread_create(&workers[i], NULL, work, &data[i]) == 0);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(workers[i], NULL);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
