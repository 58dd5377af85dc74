/*
 * small_stacks BYTES: has its first socket, a connection and a child on a stack of that size, and again in a handler of a signal for which as much
 * is left beside what the kernel takes. Below each is a page that nobody may touch. Prints what it read.
 */
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGE = 4096 };

static ucontext_t outside, inside;
static struct sockaddr_in address = {.sin_family = AF_INET};
static char received[4];

static void must(int claim)
{
	if (!claim)
		_exit(1);
}

static void connect_and_send(void)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = 0;
	must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
	must(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
	must(connect(client, (struct sockaddr *)&address, len) == 0);
	int server = accept(listener, NULL, NULL);
	struct pollfd ready = {.fd = server, .events = POLLIN};
	must(send(client, "abc", 3, 0) == 3 && poll(&ready, 1, -1) == 1 && recv(server, received, 3, 0) == 3);
	close(client);
	close(server);
	close(listener);
}

static void use(void)
{
	int sv[2], status;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	connect_and_send();
	pid_t pid = fork();
	if (pid == 0) {
		must(write(sv[0], "x", 1) == 1);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	close(sv[0]);
	close(sv[1]);
}

static void handler(int signal)
{
	(void)signal;
	use();
}

/* Its end is aligned to a page, and so is what must not be touched: what is asked for is left above, the rest has no use. */
static char *stack_of(size_t size)
{
	size_t whole = (size + PAGE - 1) / PAGE * PAGE;
	char *at = mmap(NULL, PAGE + whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(at != MAP_FAILED && mprotect(at, PAGE, PROT_NONE) == 0);
	return at + PAGE;
}

int main(int argc, char **argv)
{
	must(argc == 2);
	size_t size = strtoul(argv[1], NULL, 10), for_kernel = getauxval(AT_MINSIGSTKSZ);
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
	stack_t stack = {.ss_sp = stack_of(for_kernel + size), .ss_size = for_kernel + size};

	must(getcontext(&inside) == 0);
	inside.uc_stack = (stack_t){.ss_sp = stack_of(size), .ss_size = size};
	inside.uc_link = &outside;
	makecontext(&inside, use, 0);
	must(swapcontext(&outside, &inside) == 0);
	must(sigaltstack(&stack, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
	raise(SIGUSR1);
	printf("%s\n", received);
	return 0;
}
