/* call.h: what LTTng is given of a call: as much as socktrace writes of it. */
#ifndef PEER_CALL_H
#define PEER_CALL_H

#include <stdint.h>

/* When the call ended is the time of the event itself. */
struct peer_call {
	uint64_t t_ns, sock, newsock, pc;
	long args[3], ret;
	int call, tid, fd, err;
	unsigned local_len, peer_len, data_len;
	const void *local, *peer, *data;
};

#endif
