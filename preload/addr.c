/* addr: socket addresses as JSON: a table from family to decoder with its least length, raw bytes for all others. */
#include "preload/addr.h"

#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/vm_sockets.h>

#include "preload/known.h"
#include "preload/mem.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

static inline char *put_octet(char *p, unsigned v)
{
	if (v >= 100)
		*p++ = '0' + v / 100;
	if (v >= 10)
		*p++ = '0' + v / 10 % 10;
	*p++ = '0' + v % 10;
	return p;
}

static char *put_ipv4(char *p, const unsigned char *b)
{
	p = text_put(put_octet(p, b[0]), ".");
	p = text_put(put_octet(p, b[1]), ".");
	p = text_put(put_octet(p, b[2]), ".");
	return put_octet(p, b[3]);
}

static void put_hex_group(struct json *j, unsigned v)
{
	int shift = v >> 12 ? 12 : v >> 8 ? 8 : v >> 4 ? 4 : 0;

	for (; shift >= 0; shift -= 4)
		*j->p++ = "0123456789abcdef"[v >> shift & 15];
}

/* RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::". */
static void put_ipv6(struct json *j, const unsigned char *b)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	int best = -1, best_len = 1;

	if (!memcmp(b, mapped, sizeof mapped)) {
		json_put(j, "::ffff:");
		j->p = put_ipv4(j->p, b + 12);
		return;
	}
	for (int i = 0, len; i < 8; i += len ? len : 1) {
		for (len = 0; i + len < 8 && !b[2 * (i + len)] && !b[2 * (i + len) + 1]; len++)
			;
		if (len > best_len) {
			best = i;
			best_len = len;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			json_put(j, "::");
			i += best_len - 1;
			continue;
		}
		if (i && i != best + best_len)
			json_put(j, ":");
		else if (i && best < 0)
			json_put(j, ":");
		put_hex_group(j, b[2 * i] << 8 | b[2 * i + 1]);
	}
}

static void decode_inet(struct json *j, const void *bytes, uint32_t len)
{
	struct sockaddr_in a;

	(void)len;
	__builtin_memcpy(&a, bytes, sizeof a);
	json_put(j, ",\"addr\":\"");
	j->p = put_ipv4(j->p, (const unsigned char *)&a.sin_addr);
	json_put(j, "\",\"port\":");
	json_u64(j, __builtin_bswap16(a.sin_port));
}

static void decode_inet6(struct json *j, const void *bytes, uint32_t len)
{
	struct sockaddr_in6 a = {0};

	memcpy(&a, bytes, len < sizeof a ? len : sizeof a);
	json_put(j, ",\"addr\":\"");
	put_ipv6(j, a.sin6_addr.s6_addr);
	json_put(j, "\",\"port\":");
	json_u64(j, __builtin_bswap16(a.sin6_port));
	json_put(j, ",\"flowinfo\":");
	json_u64(j, __builtin_bswap32(a.sin6_flowinfo));
	json_put(j, ",\"scope_id\":");
	json_u64(j, a.sin6_scope_id);
}

/* unix(7), "Pathname sockets", "Abstract sockets": a path may lack its NUL, an abstract name is all bytes up to len. */
static void decode_unix(struct json *j, const void *bytes, uint32_t len)
{
	const char *name = (const char *)bytes + sizeof(sa_family_t);
	size_t room = len - sizeof(sa_family_t), n = 0;

	if (!room)
		return;
	if (!name[0]) {
		json_put(j, ",\"abstract\":");
		json_bytes(j, name + 1, room - 1);
		return;
	}
	while (n < room && name[n])
		n++;
	json_put(j, ",\"path\":");
	json_string_n(j, name, n);
}

static void decode_netlink(struct json *j, const void *bytes, uint32_t len)
{
	struct sockaddr_nl a;

	(void)len;
	__builtin_memcpy(&a, bytes, sizeof a);
	json_put(j, ",\"pid\":");
	json_u64(j, a.nl_pid);
	json_put(j, ",\"groups\":");
	json_u64(j, a.nl_groups);
}

static void decode_packet(struct json *j, const void *bytes, uint32_t len)
{
	struct sockaddr_ll a = {0};

	memcpy(&a, bytes, len < sizeof a ? len : sizeof a);
	json_put(j, ",\"protocol\":");
	json_u64(j, __builtin_bswap16(a.sll_protocol));
	json_put(j, ",\"ifindex\":");
	json_i64(j, a.sll_ifindex);
	json_put(j, ",\"hwaddr\":");
	json_hex(j, a.sll_addr, a.sll_halen < sizeof a.sll_addr ? a.sll_halen : sizeof a.sll_addr);
}

static void decode_vsock(struct json *j, const void *bytes, uint32_t len)
{
	struct sockaddr_vm a;

	(void)len;
	__builtin_memcpy(&a, bytes, sizeof a);
	json_put(j, ",\"cid\":");
	json_u64(j, a.svm_cid);
	json_put(j, ",\"vport\":");
	json_u64(j, a.svm_port);
}

static void put_bdaddr(struct json *j, const unsigned char *bytes)
{
	json_put(j, ",\"bdaddr\":");
	json_hex(j, (unsigned char[]){bytes[5], bytes[4], bytes[3], bytes[2], bytes[1], bytes[0]}, 6);
}

static void put_u16(struct json *j, const char *key, const unsigned char *bytes)
{
	json_text(j, key);
	json_u64(j, bytes[0] | bytes[1] << 8);
}

/* Each of its protocols has a structure of its own, which tells by its length: of HCI, SCO, RFCOMM and L2CAP. */
static void decode_bluetooth(struct json *j, const void *bytes, uint32_t len)
{
	const unsigned char *b = bytes;

	switch (len) {
	case 6:
		put_u16(j, ",\"dev\":", b + 2);
		put_u16(j, ",\"channel\":", b + 4);
		break;
	case 8:
		put_bdaddr(j, b + 2);
		break;
	case 9:
	case 10:
		put_bdaddr(j, b + 2);
		json_put(j, ",\"channel\":");
		json_u64(j, b[8]);
		break;
	case 13:
	case 14:
		put_bdaddr(j, b + 4);
		put_u16(j, ",\"psm\":", b + 2);
		put_u16(j, ",\"cid\":", b + 10);
	}
}

static void put_text(struct json *j, const char *key, const char *text, size_t room)
{
	size_t n = 0;

	while (n < room && text[n])
		n++;
	json_text(j, key);
	json_string_n(j, text, n);
}

static void decode_alg(struct json *j, const void *bytes, uint32_t len)
{
	const char *b = bytes;

	put_text(j, ",\"type\":", b + offsetof(struct sockaddr_alg, salg_type),
		 sizeof((struct sockaddr_alg *)b)->salg_type);
	put_text(j, ",\"name\":", b + offsetof(struct sockaddr_alg, salg_name),
		 len - offsetof(struct sockaddr_alg, salg_name));
}

static void decode_can(struct json *j, const void *bytes, uint32_t len)
{
	int ifindex;

	(void)len;
	__builtin_memcpy(&ifindex, (const char *)bytes + offsetof(struct sockaddr_can, can_ifindex), sizeof ifindex);
	json_put(j, ",\"ifindex\":");
	json_i64(j, ifindex);
}

static void decode_xdp(struct json *j, const void *bytes, uint32_t len)
{
	struct sockaddr_xdp a;

	(void)len;
	__builtin_memcpy(&a, bytes, sizeof a);
	json_put(j, ",\"ifindex\":");
	json_u64(j, a.sxdp_ifindex);
	json_put(j, ",\"queue_id\":");
	json_u64(j, a.sxdp_queue_id);
}

static const struct family {
	uint16_t family;
	uint8_t least; /* bytes; the kernel refuses less */
	void (*decode)(struct json *j, const void *bytes, uint32_t len);
} families[] = {
	{AF_INET, sizeof(struct sockaddr_in), decode_inet},
	{AF_INET6, 24, decode_inet6}, /* SIN6_LEN_RFC2133: without the scope */
	{AF_UNIX, sizeof(sa_family_t), decode_unix},
	{AF_NETLINK, sizeof(struct sockaddr_nl), decode_netlink},
	{AF_PACKET, offsetof(struct sockaddr_ll, sll_addr), decode_packet},
	{AF_VSOCK, sizeof(struct sockaddr_vm), decode_vsock},
	{AF_BLUETOOTH, sizeof(sa_family_t), decode_bluetooth},
	{AF_ALG, offsetof(struct sockaddr_alg, salg_name) + 1, decode_alg},
	{AF_CAN, offsetof(struct sockaddr_can, can_ifindex) + sizeof(int), decode_can},
	{AF_XDP, sizeof(struct sockaddr_xdp), decode_xdp},
};

static const struct family *find_family(uint16_t family)
{
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
		if (families[i].family == family)
			return &families[i];
	return NULL;
}

/* A whole sockaddr_in: what decode_inet and the rest of put_anew come to, in one go, for most addresses are one. */
static void put_whole_inet(struct json *j, const void *bytes)
{
	struct sockaddr_in a;
	char *p = text_put(j->p, "{\"family\":\"AF_INET\",\"addr\":\"");

	__builtin_memcpy(&a, bytes, sizeof a);
	p = put_ipv4(p, (const unsigned char *)&a.sin_addr);
	p = text_put(p, "\",\"port\":");
	p = text_u64(p, __builtin_bswap16(a.sin_port));
	p = text_put(p, ",\"len\":16,\"raw\":\"");
	p = text_hex16(p, bytes);
	j->p = text_put(p, "\"}");
}

static void put_anew(struct json *j, const void *bytes, uint32_t have, uint32_t len)
{
	const struct family *f = NULL;
	uint16_t family = AF_UNSPEC;
	bool is_short = have < sizeof family;
	char *p;

	if (have >= sizeof family) {
		__builtin_memcpy(&family, bytes, sizeof family);
		if (family == AF_INET && have == sizeof(struct sockaddr_in) && len == have) {
			put_whole_inet(j, bytes);
			return;
		}
		f = find_family(family);
		is_short = f && have < f->least;
	}
	json_put(j, "{\"family\":");
	json_name(j, NAMES_FAMILY, family);
	if (f && !is_short)
		f->decode(j, bytes, have);
	p = text_put(j->p, ",\"len\":");
	p = text_i64(p, (int32_t)len);
	j->p = text_put(p, ",\"raw\":");
	json_hex(j, bytes, have < TRACE_RAW_MAX ? have : TRACE_RAW_MAX);
	if (is_short)
		json_put(j, ",\"short\":true");
	json_put(j, "}");
}

/* Not inline: most are known, and need no frame for this. */
static __attribute__((noinline)) void put_and_keep(struct json *j, struct known_addr *k)
{
	const char *begin = j->p;
	char bytes[KNOWN_MOST];

	known_bytes(k, bytes);
	put_anew(j, bytes, k->len, k->len);
	if (!json_full(j)) /* it may be cut */
		known_keep(k, begin, j->p - begin);
}

void addr_put(struct json *j, const void *bytes, uint32_t have, uint32_t len)
{
	struct known_addr *k;

	if (!j->known || have != len || (len != sizeof(struct sockaddr_in) && len != sizeof(struct sockaddr_in6))) {
		put_anew(j, bytes, have, len);
		return;
	}
	k = known_find(j->known, bytes, len);
	if (__builtin_expect(k->text_len, 1))
		j->p = text_copy(j->p, k->text, k->text_len);
	else
		put_and_keep(j, k);
}

static inline bool put_end(struct json *j, long nr, int fd, const char *key)
{
	char room[ADDR_ROOM];
	uint32_t len = sizeof room;

	if (shim_is_sandboxed() || sys3(nr, fd, (long)room, (long)&len) < 0)
		return false;
	j->p = text_put_n(j->p, key, __builtin_strlen(key));
	addr_put(j, room, len < sizeof room ? len : sizeof room, len);
	return true;
}

bool addr_put_local(struct json *j, int fd)
{
	return put_end(j, SYS_getsockname, fd, ",\"local\":");
}

bool addr_put_peer(struct json *j, int fd)
{
	return put_end(j, SYS_getpeername, fd, ",\"peer\":");
}

void addr_put_ends(struct json *j, int fd)
{
	addr_put_local(j, fd);
	addr_put_peer(j, fd);
}

void addr_put_protocol(struct json *j, int family, int protocol)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
		json_name(j, NAMES_PROTOCOL, protocol);
		return;
	case AF_NETLINK:
		json_name(j, NAMES_NETLINK, protocol);
		return;
	case AF_BLUETOOTH:
		json_name(j, NAMES_BLUETOOTH, protocol);
		return;
	case AF_PACKET:
		if (protocol && name_of(NAMES_ETHER, __builtin_bswap16(protocol))) {
			json_name(j, NAMES_ETHER, __builtin_bswap16(protocol));
			return;
		}
	}
	json_i64(j, protocol);
}
