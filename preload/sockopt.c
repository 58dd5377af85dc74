/* sockopt: socket options and their values as JSON, by a table of the options that are no plain int. */
#include "preload/sockopt.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "preload/mem.h"

static void put_int(struct json *j, const void *value, uint32_t len)
{
	int v = 0;

	/* getsockopt may return one byte for some IP options (ip(7)); x86 is little-endian. */
	memcpy(&v, value, len < sizeof v ? len : sizeof v);
	json_i64(j, v);
}

static void put_raw(struct json *j, const void *value, uint32_t len)
{
	json_put(j, "{\"raw\":");
	json_hex(j, value, len);
	json_put(j, "}");
}

static void put_named(struct json *j, enum name_group group, const void *value)
{
	int v;

	__builtin_memcpy(&v, value, sizeof v);
	json_name(j, group, v);
}

static void put_error(struct json *j, const void *value, uint32_t len)
{
	(void)len;
	put_named(j, NAMES_ERRNO, value);
}

static void put_type(struct json *j, const void *value, uint32_t len)
{
	(void)len;
	put_named(j, NAMES_SOCKTYPE, value);
}

static void put_family(struct json *j, const void *value, uint32_t len)
{
	(void)len;
	put_named(j, NAMES_FAMILY, value);
}

static void put_linger(struct json *j, const void *value, uint32_t len)
{
	struct linger v;

	(void)len;
	__builtin_memcpy(&v, value, sizeof v);
	json_put(j, "{\"l_onoff\":");
	json_i64(j, v.l_onoff);
	json_put(j, ",\"l_linger\":");
	json_i64(j, v.l_linger);
	json_put(j, "}");
}

static void put_timeval(struct json *j, const void *value, uint32_t len)
{
	struct timeval v;

	(void)len;
	__builtin_memcpy(&v, value, sizeof v);
	json_put(j, "{\"tv_sec\":");
	json_i64(j, v.tv_sec);
	json_put(j, ",\"tv_usec\":");
	json_i64(j, v.tv_usec);
	json_put(j, "}");
}

static void put_ucred(struct json *j, const void *value, uint32_t len)
{
	struct ucred v;

	(void)len;
	__builtin_memcpy(&v, value, sizeof v);
	json_put(j, "{\"pid\":");
	json_i64(j, v.pid);
	json_put(j, ",\"uid\":");
	json_u64(j, v.uid);
	json_put(j, ",\"gid\":");
	json_u64(j, v.gid);
	json_put(j, "}");
}

static void put_text(struct json *j, const void *value, uint32_t len)
{
	uint32_t n = 0;

	while (n < len && ((const char *)value)[n])
		n++;
	json_string_n(j, value, n);
}

static const struct option {
	short level, name;
	uint8_t least;
	void (*put)(struct json *j, const void *value, uint32_t len);
} options[] = {
	{SOL_SOCKET, SO_ERROR, sizeof(int), put_error},
	{SOL_SOCKET, SO_TYPE, sizeof(int), put_type},
	{SOL_SOCKET, SO_DOMAIN, sizeof(int), put_family},
	{SOL_SOCKET, SO_LINGER, sizeof(struct linger), put_linger},
	{SOL_SOCKET, SO_RCVTIMEO, sizeof(struct timeval), put_timeval},
	{SOL_SOCKET, SO_SNDTIMEO, sizeof(struct timeval), put_timeval},
	{SOL_SOCKET, SO_PEERCRED, sizeof(struct ucred), put_ucred},
	{SOL_SOCKET, SO_BINDTODEVICE, 0, put_text},
	{IPPROTO_TCP, TCP_CONGESTION, 0, put_text},
	{IPPROTO_TCP, TCP_ULP, 0, put_text},
};

void sockopt_put_value(struct json *j, int level, int optname, const void *value, uint32_t len)
{
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		const struct option *o = &options[i];
		if (o->level == level && o->name == optname && len >= o->least) {
			o->put(j, value, len);
			return;
		}
	}
	if (len == sizeof(int) || len == 1)
		put_int(j, value, len);
	else
		put_raw(j, value, len);
}

void sockopt_put_name(struct json *j, int level, int optname)
{
	static const struct {
		short level;
		uint8_t group; /* enum name_group */
	} groups[] = {
#define LEVEL(name, number) {number, NAMES_##name},
#include "trace/names/levels.def"
	};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (groups[i].level == level) {
			json_name(j, groups[i].group, optname);
			return;
		}
	}
	json_i64(j, optname);
}

/* These it passes over on a socket of Multipath TCP, whatever the pointer (mptcp_setsockopt_sol_socket). */
static bool is_for_show(int optname)
{
	switch (optname) {
	case SO_NO_CHECK:
	case SO_DONTROUTE:
	case SO_BROADCAST:
	case 14 /* SO_BSDCOMPAT */:
	case SO_PASSCRED:
	case 76 /* SO_PASSPIDFD */:
	case SO_PASSSEC:
	case SO_RXQ_OVFL:
	case SO_WIFI_STATUS:
	case SO_NOFCS:
	case SO_SELECT_ERR_QUEUE:
		return true;
	default:
		return false;
	}
}

bool sockopt_is_read_whole(int level, int optname, uint32_t len)
{
	if (level != SOL_SOCKET || optname == SO_BINDTODEVICE || is_for_show(optname))
		return false;
	return len == sizeof(int) || (optname == SO_LINGER && len == sizeof(struct linger));
}
