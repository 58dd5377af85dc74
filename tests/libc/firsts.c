/*
 * firsts: calls a function of libc that makes sockets by itself, before the program has any.
 *
 *   firsts NAME    one of the table below
 */
#include <fmtmsg.h>
#include <mqueue.h>
#include <netdb.h>
#include <resolv.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static unsigned char answer[512];
static struct __res_state resolver;

/* One question to a port where nobody listens, instead of to whoever this machine asks. */
static void ask_nobody(struct __res_state *r)
{
	r->nscount = 1;
	r->retry = r->retrans = 1;
	r->nsaddr_list[0] = (struct sockaddr_in){AF_INET, htons(9), {htonl(INADDR_LOOPBACK)}, {0}};
}

static void query(void)
{
	res_query("example", C_IN, T_A, answer, sizeof answer);
}

static void querydomain(void)
{
	res_querydomain("www", "example", C_IN, T_A, answer, sizeof answer);
}

static void search(void)
{
	res_search("www.example", C_IN, T_A, answer, sizeof answer);
}

static const unsigned char question[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};

static void send_question(void)
{
	res_send(question, sizeof question, answer, sizeof answer);
}

static void nquery(void)
{
	res_nquery(&resolver, "example", C_IN, T_A, answer, sizeof answer);
}

static void nquerydomain(void)
{
	res_nquerydomain(&resolver, "www", "example", C_IN, T_A, answer, sizeof answer);
}

static void nsearch(void)
{
	res_nsearch(&resolver, "www.example", C_IN, T_A, answer, sizeof answer);
}

static void nsend(void)
{
	res_nsend(&resolver, question, sizeof question, answer, sizeof answer);
}

static void reserve(void)
{
	int port = IPPORT_RESERVED - 1;

	close(rresvport(&port));
}

static void remote_user(void)
{
	ruserok("localhost", 0, "nobody", "nobody");
}

static void remote_user_at(void)
{
	iruserok(htonl(INADDR_LOOPBACK), 0, "nobody", "nobody");
}

static void remote_command(void)
{
	char *host = (char[]){"no-such-host.invalid"};

	rexec(&host, 512, "nobody", "", "true", NULL);
}

static void net_group(void)
{
	setnetgrent("nobodys");
	endnetgrent();
}

static void in_net_group(void)
{
	innetgr("nobodys", "a", "b", "c");
}

static void host_id(void)
{
	gethostid();
}

static void notify(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD};

	mq_notify(-1, &event);
}

static void message(void)
{
	fmtmsg(MM_CONSOLE, "tests:firsts", MM_INFO, "a message", MM_NULLACT, MM_NULLTAG);
}

static const struct {
	const char *name;
	void (*call)(void);
} functions[] = {
	{"res_query", query},         {"res_querydomain", querydomain},
	{"res_search", search},       {"res_send", send_question},
	{"res_nquery", nquery},       {"res_nquerydomain", nquerydomain},
	{"res_nsearch", nsearch},     {"res_nsend", nsend},
	{"rresvport", reserve},       {"ruserok", remote_user},
	{"iruserok", remote_user_at}, {"rexec", remote_command},
	{"setnetgrent", net_group},   {"innetgr", in_net_group},
	{"gethostid", host_id},       {"mq_notify", notify},
	{"fmtmsg", message},
};

int main(int argc, char **argv)
{
	res_init();
	res_ninit(&resolver);
	ask_nobody(&_res);
	ask_nobody(&resolver);
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		if (argc < 2 || strcmp(functions[i].name, argv[1]) != 0)
			continue;
		functions[i].call();
		return 0;
	}
	return 1;
}
