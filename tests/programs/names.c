/* names: asks for every option of every level, for sockets of every protocol, and for what fcntl can: most of it is refused. */
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NUMBERS = 130, FAMILIES = 46, COMMANDS = 1040 };

static void ask_for_options(int fd)
{
	static const int levels[] = {
		SOL_SOCKET,  IPPROTO_IP,      IPPROTO_TCP,  IPPROTO_UDP, IPPROTO_IPV6, IPPROTO_ICMPV6,
		IPPROTO_RAW, IPPROTO_UDPLITE, IPPROTO_SCTP, 18,          40,           101};

	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
		for (int option = 0; option < NUMBERS; option++)
			getsockopt(fd, levels[i], option, NULL, NULL);
	for (int level = 260; level < 290; level++)
		for (int option = 0; option < NUMBERS / 4; option++)
			getsockopt(fd, level, option, NULL, NULL);
}

/* Of a type that no family has. */
static void ask_for_sockets(void)
{
	static const int protocols[] = {0x0003, 0x0800, 0x0806, 0x86dd};

	for (int family = 0; family < FAMILIES; family++)
		socket(family, 9, 0);
	for (int protocol = 0; protocol < 264; protocol++)
		socket(AF_INET, 9, protocol);
	for (int protocol = 0; protocol < 24; protocol++) {
		socket(AF_NETLINK, 9, protocol);
		socket(AF_BLUETOOTH, 9, protocol);
	}
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
		socket(AF_PACKET, 9, htons(protocols[i]));
}

static void ask_fcntl(int fd)
{
	for (int cmd = 1; cmd < COMMANDS; cmd == 40 ? cmd = 1024 : cmd++)
		if (cmd != F_DUPFD_CLOEXEC)
			fcntl(fd, cmd, 0);
}

int main(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ask_for_options(fd);
	ask_for_sockets();
	ask_fcntl(fd);
	close(fd);
	return 0;
}
