/* diagram_box: which box of the lesson's diagram an event belongs in. */
#include "viewer/scene/boxes.h"

/* What a socket is made with is the client's unless it listens. */
static int by_socket(const struct sock *s, int client, int server)
{
	if (!s)
		return -1;
	return s->listener || s->serves ? server : s->conn ? client : -1;
}

static int by_side(const struct event *e, int client, int server)
{
	if (!e->conn || e->side == SIDE_NONE)
		return -1;
	return e->side == SIDE_CLIENT ? client : server;
}

int diagram_box(const struct event *e, const struct sock *made)
{
	if (e->kind != EVENT_CALL && e->kind != EVENT_PENDING)
		return -1;
	if (event_is_accept(e))
		return S_ACCEPT;
	if (event_is_eof(e))
		return by_side(e, -1, S_EOF);
	if (event_is_read(e))
		return by_side(e, C_READ, S_READ);
	if (event_is_write(e))
		return by_side(e, C_WRITE, S_WRITE);
	if (event_is_close(e) || e->call == CALL_shutdown)
		return by_side(e, C_CLOSE, S_CLOSE);
	switch (e->call) {
	case CALL_getaddrinfo:
		return by_socket(e->socket, C_GETADDRINFO, S_GETADDRINFO);
	case CALL_socket:
		return by_socket(made, C_SOCKET, S_SOCKET);
	case CALL_bind:
		return by_socket(e->socket, -1, S_BIND);
	case CALL_listen:
		return S_LISTEN;
	case CALL_connect:
		return C_CONNECT;
	default:
		return -1;
	}
}
