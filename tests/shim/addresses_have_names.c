/* addresses_have_names: getnameinfo and gethostbyname, with numbers only, so that no name server is asked. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

#include "expect/expect.h"

int main(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char host[64], port[16];

	must(getnameinfo((struct sockaddr *)&a, sizeof a, host, sizeof host, port, sizeof port,
			 NI_NUMERICHOST | NI_NUMERICSERV) == 0);
	expect("getnameinfo args.addr.addr=127.0.0.1 args.addr.port=80 args.flags=[NI_NUMERICHOST,NI_NUMERICSERV] ret=0 "
	       "names=[\"127.0.0.1\",\"80\"]");
	must(getnameinfo((struct sockaddr *)&a, 4, host, sizeof host, NULL, 0, NI_NUMERICHOST) == EAI_FAMILY);
	expect("getnameinfo args.addr.short=true ret=%d err=EAI_FAMILY names=-", EAI_FAMILY);
	must(gethostbyname("127.0.0.9") != NULL);
	expect("gethostbyname args.name=127.0.0.9 ret=1 addrs.0.addr=127.0.0.9 addrs.1=-");
	expect("exit how=exit status=0 open=[]");
	return 0;
}
