/* names_are_looked_up: getaddrinfo with what was asked and what came back, before there is any socket. */
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

#include "expect/expect.h"

int main(void)
{
	struct addrinfo hints = {
		.ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *list;

	must(getaddrinfo("127.0.0.1", "80", &hints, &list) == 0);
	expect("getaddrinfo args.node=127.0.0.1 args.service=\"80\" args.hints.ai_family=AF_INET args.hints.ai_socktype=SOCK_STREAM "
	       "args.hints.ai_flags=[AI_NUMERICHOST,AI_NUMERICSERV] ret=0 err=- addrs.0.addr=127.0.0.1 addrs.0.port=80 addrs.1=-");
	freeaddrinfo(list);
	expect("freeaddrinfo ret=0");
	must(getaddrinfo("not a name", NULL, &hints, &list) == EAI_NONAME);
	expect("getaddrinfo args.node=\"not a name\" args.service=null ret=%d err=EAI_NONAME addrs=-", EAI_NONAME);
	expect("exit how=exit status=0 open=[]");
	return 0;
}
