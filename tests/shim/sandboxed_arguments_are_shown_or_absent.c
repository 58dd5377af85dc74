/*
 * sandboxed_arguments_are_shown_or_absent: in a sandbox nobody may be asked what can be read. What lies on the stack is shown; what could not be
 * read is not taken for something else: an address of no family, a null pointer.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

static pthread_barrier_t end;

static void *stays(void *unused)
{
	pthread_barrier_wait(&end);
	return unused;
}

static void on_the_stack(int fd)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_flags = AI_NUMERICHOST}, *found;
	char node[] = "127.0.0.1", port[] = "80", path[] = "/nonexistent", name[] = "nonexistent";
	char *argv[] = {name, NULL};
	int on = 1;

	must(ioctl(fd, FIONBIO, &on) == 0);
	expect("ioctl fd=%d args.argp=1 ret=0", fd);
	must(getaddrinfo(node, port, &hints, &found) == 0);
	expect("getaddrinfo args.node=127.0.0.1 args.service=\"80\" args.hints.ai_family=AF_INET ret=0");
	freeaddrinfo(found);
	expect("freeaddrinfo ret=0");
	must(execv(path, argv) == -1 && errno == ENOENT);
	expect("execv args.pathname=/nonexistent args.argv=[nonexistent] ret=-1 err=ENOENT");
}

static void elsewhere(int fd, int datagrams, const struct sockaddr_in *to)
{
	static char path[] = "/nonexistent", *argv[] = {path, NULL};
	static struct mmsghdr several[1];
	static struct msghdr message;
	struct sockaddr_in *heap = malloc(sizeof *heap);
	int *option = malloc(sizeof *option);
	struct iovec part = {(char *)"a", 1};
	char byte;

	must(heap && option);
	*heap = *to;
	*option = 1;
	must(sendto(datagrams, "a", 1, 0, (struct sockaddr *)heap, sizeof *heap) == 1);
	expect("sendto fd=%d args.addrlen=16 args.dest_addr=- ret=1", datagrams);
	message = (struct msghdr){.msg_name = heap, .msg_namelen = sizeof *heap, .msg_iov = &part, .msg_iovlen = 1};
	must(sendmsg(datagrams, &message, 0) == 1);
	expect("sendmsg fd=%d args.addr=- ret=1", datagrams);
	part.iov_base = &byte;
	must(recvmsg(datagrams, &message, 0) == 1);
	expect("recvmsg fd=%d ret=1 peer=-", datagrams);
	several[0].msg_hdr = message;
	must(recvmmsg(datagrams, several, 1, 0, NULL) == 1);
	expect("recvmmsg fd=%d ret=1 args.timeout=?", datagrams);
	must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, option, sizeof *option) == 0);
	expect("setsockopt fd=%d args.optname=TCP_NODELAY args.optval=- ret=0", fd);
	must(ioctl(fd, FIONBIO, option) == 0);
	expect("ioctl fd=%d args.argp=1 ret=0", fd); /* at once: the kernel has just read it */
	must(execv(path, argv) == -1 && errno == ENOENT);
	expect("execv args.pathname=- args.argv=- ret=-1 err=ENOENT");
	must(connect(fd, (struct sockaddr *)heap, sizeof *heap) == -1 && errno == EINPROGRESS);
	expect("connect fd=%d args.addr=- args.addrlen=16 ret=-1 err=EINPROGRESS", fd);
}

int main(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	pthread_t thread;
	int port, fd;

	int listener = expect_listener("listener", &port);
	must((fd = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
	expect("socket ret=%d", fd);
	int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
	expect("socket ret=%d", datagrams);
	at.sin_port = htons(port);
	must(bind(datagrams, (struct sockaddr *)&at, len) == 0);
	expect("bind fd=%d ret=0", datagrams);
	must(pthread_barrier_init(&end, NULL, 2) == 0 && pthread_create(&thread, NULL, stays, NULL) == 0);
	must(forbid_calls(NULL, 0) == 0);
	expect("prctl ret=0");
	on_the_stack(fd);
	elsewhere(fd, datagrams, &at);
	pthread_barrier_wait(&end);
	must(pthread_join(thread, NULL) == 0);
	expect("exit how=exit status=0");
	return listener < 0;
}
