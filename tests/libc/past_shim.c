/* past_shim: a client and its server in one process, all by functions that dlsym found in libc's own handle, as foreign function interfaces do. */
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define FROM_LIBC(name) __typeof__(&name) libc_##name = (__typeof__(&name))find(#name)

static void must(int holds)
{
	if (!holds)
		abort();
}

static void *find(const char *name)
{
	static void *libc;
	void *found;

	if (!libc)
		libc = dlopen("libc.so.6", RTLD_NOW);
	found = libc ? dlsym(libc, name) : NULL;
	must(found != NULL);
	return found;
}

int main(void)
{
	FROM_LIBC(socket);
	FROM_LIBC(bind);
	FROM_LIBC(listen);
	FROM_LIBC(getsockname);
	FROM_LIBC(connect);
	FROM_LIBC(accept);
	FROM_LIBC(fcntl);
	FROM_LIBC(poll);
	FROM_LIBC(send);
	FROM_LIBC(close);
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *any = (struct sockaddr *)&addr;
	socklen_t len = sizeof addr;

	int listener = libc_socket(AF_INET, SOCK_STREAM, 0);
	must(libc_bind(listener, any, len) == 0 && libc_listen(listener, 1) == 0 && libc_getsockname(listener, any, &len) == 0);
	int client = libc_socket(AF_INET, SOCK_STREAM, 0);
	must(libc_connect(client, any, len) == 0);
	int server = libc_accept(listener, NULL, NULL);
	struct pollfd ready = {.fd = server, .events = POLLIN};
	must(libc_fcntl(server, F_GETFL) >= 0 && libc_send(client, "past", 4, 0) == 4 && libc_poll(&ready, 1, -1) == 1);
	must(libc_close(client) == 0 && libc_close(server) == 0);
	return 0;
}
