/* events.h: the event that lttng/preload.c emits, with the fields of a `call` line. LTTng reads it several times. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER peer

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tests/bench/lttng/events.h"

#if !defined(PEER_EVENTS_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define PEER_EVENTS_H

#include <lttng/tracepoint.h>

#include "tests/bench/lttng/call.h"

/* A list without commas. */
/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(peer, call,
	LTTNG_UST_TP_ARGS(const struct peer_call *, c),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, call, c->call)
		lttng_ust_field_integer(uint64_t, t, c->t_ns)
		lttng_ust_field_integer(int, tid, c->tid)
		lttng_ust_field_integer(int, fd, c->fd)
		lttng_ust_field_integer(uint64_t, sock, c->sock)
		lttng_ust_field_array(long, args, c->args, 3)
		lttng_ust_field_integer(long, ret, c->ret)
		lttng_ust_field_integer(int, err, c->err)
		lttng_ust_field_integer(uint64_t, newsock, c->newsock)
		lttng_ust_field_sequence_hex(unsigned char, local, c->local, unsigned, c->local_len)
		lttng_ust_field_sequence_hex(unsigned char, peer, c->peer, unsigned, c->peer_len)
		lttng_ust_field_sequence_hex(unsigned char, data, c->data, unsigned, c->data_len)
		lttng_ust_field_integer_hex(uint64_t, pc, c->pc)
	)
)
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>
