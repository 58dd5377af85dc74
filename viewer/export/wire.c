/* wire: the bytes of IP packets (RFC 791, 8200, 9293, 768). */
#include "viewer/export/wire.h"

#include <string.h>

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	TCP_OPTIONS = 12,
	UDP_HEADER = 8,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	HOPS = 64,
	DONT_FRAGMENT = 0x4000,
	WINDOW = 65535,
	WINDOW_SCALE = 14, /* the greatest: nobody's window is ever full */
};

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static void put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to + 2, value);
}

/* RFC 1071, not yet folded. Pieces but the last have even lengths. */
static uint64_t sum(uint64_t so_far, const uint8_t *bytes, size_t len)
{
	/* Byte by byte: gcc 14.2 reads the last of an odd number also where there is none, of `odd ? sum + (bytes[len - 1] << 8) : sum`. */
	for (size_t i = 0; i < len; i++)
		so_far += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return so_far;
}

static uint16_t folded(uint64_t so_far)
{
	while (so_far >> 16)
		so_far = (so_far & 0xffff) + (so_far >> 16);
	return (uint16_t)~so_far;
}

static size_t put_ip(uint8_t *to, const struct wire *w, uint32_t carried)
{
	uint8_t protocol = w->udp ? PROTOCOL_UDP : PROTOCOL_TCP;

	if (memcmp(w->from->host, mapped, sizeof mapped) == 0 && memcmp(w->to->host, mapped, sizeof mapped) == 0) {
		to[0] = 0x40 | IPV4_HEADER / 4;
		put16(to + 2, IPV4_HEADER + carried);
		put16(to + 6, DONT_FRAGMENT);
		to[8] = HOPS;
		to[9] = protocol;
		memcpy(to + 12, w->from->host + 12, 4);
		memcpy(to + 16, w->to->host + 12, 4);
		put16(to + 10, folded(sum(0, to, IPV4_HEADER)));
		return IPV4_HEADER;
	}
	to[0] = 0x60;
	put16(to + 4, carried);
	to[6] = protocol;
	to[7] = HOPS;
	memcpy(to + 8, w->from->host, 16);
	memcpy(to + 24, w->to->host, 16);
	return IPV6_HEADER;
}

/* What both checksums count besides the packet. */
static uint64_t pseudo_sum(const uint8_t *ip, size_t ip_len, uint32_t carried)
{
	size_t addresses = ip_len == IPV4_HEADER ? 8 : 32;
	uint8_t protocol = ip_len == IPV4_HEADER ? ip[9] : ip[6];

	return sum((uint64_t)carried + protocol, ip + (ip_len == IPV4_HEADER ? 12 : 8), addresses);
}

static size_t put_tcp(uint8_t *to, const struct wire *w)
{
	size_t len = w->flags & WIRE_SYN ? TCP_HEADER + TCP_OPTIONS : TCP_HEADER;

	put16(to, w->from->port);
	put16(to + 2, w->to->port);
	put32(to + 4, w->seq);
	put32(to + 8, w->flags & WIRE_ACK ? w->ack : 0);
	to[12] = (uint8_t)(len / 4 << 4);
	to[13] = w->flags;
	put16(to + 14, WINDOW);
	if (w->flags & WIRE_SYN) {
		to[20] = 2, to[21] = 4, put16(to + 22, WIRE_DATA_MOST); /* maximum segment size */
		to[24] = 1, to[25] = 1, to[26] = 4, to[27] = 2;         /* SACK permitted: Wireshark 4.4 remarks where it is not */
		to[28] = 1, to[29] = 3, to[30] = 3, to[31] = WINDOW_SCALE;
	}
	return len;
}

static size_t put_udp(uint8_t *to, const struct wire *w)
{
	put16(to, w->from->port);
	put16(to + 2, w->to->port);
	put16(to + 4, UDP_HEADER + w->len);
	return UDP_HEADER;
}

uint32_t wire_put(struct buf *out, const struct wire *w)
{
	uint8_t head[WIRE_HEADERS_MOST] = {0}, *carrier;
	size_t carrier_len = w->udp ? UDP_HEADER : w->flags & WIRE_SYN ? TCP_HEADER + TCP_OPTIONS : TCP_HEADER;
	uint32_t carried = (uint32_t)carrier_len + w->len;
	size_t ip_len = put_ip(head, w, carried);
	uint16_t check;

	carrier = head + ip_len;
	if (w->udp)
		put_udp(carrier, w);
	else
		put_tcp(carrier, w);
	check = folded(sum(sum(pseudo_sum(head, ip_len, carried), carrier, carrier_len), w->bytes, w->known));
	if (w->udp && check == 0)
		check = 0xffff; /* 0 is "none" there */
	put16(carrier + (w->udp ? 6 : 16), check);
	buf_put(out, (const char *)head, ip_len + carrier_len);
	buf_put(out, (const char *)w->bytes, w->known);
	return (uint32_t)ip_len + carried;
}
