/* cells_layout: the structs that an address's bytes are members of (<netinet/in.h>, <sys/un.h>, netlink(7), vsock(7), packet(7)). */
#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/scene/cells.h"
#include "viewer/scene/words.h"

enum what { NOTHING, FAMILY, PORT, IPV4, IPV6, NETWORK, HOST, ZERO, NAME, BYTES };

struct member {
	const char *name;
	uint8_t at, size;
	enum what what;
};

static const struct layout {
	const char *family, *type;
	unsigned size;
	struct member members[CELLS_FIELDS];
} layouts[] = {
	{"AF_INET",
	 "struct sockaddr_in",
	 16,
	 {{"sin_family", 0, 2, FAMILY}, {"sin_port", 2, 2, PORT}, {"sin_addr", 4, 4, IPV4}, {"sin_zero", 8, 8, ZERO}}},
	{"AF_INET6",
	 "struct sockaddr_in6",
	 28,
	 {{"sin6_family", 0, 2, FAMILY},
	  {"sin6_port", 2, 2, PORT},
	  {"sin6_flowinfo", 4, 4, NETWORK},
	  {"sin6_addr", 8, 16, IPV6},
	  {"sin6_scope_id", 24, 4, HOST}}},
	{"AF_UNIX", "struct sockaddr_un", 110, {{"sun_family", 0, 2, FAMILY}, {"sun_path", 2, 108, NAME}}},
	{"AF_NETLINK",
	 "struct sockaddr_nl",
	 12,
	 {{"nl_family", 0, 2, FAMILY}, {"nl_pad", 2, 2, ZERO}, {"nl_pid", 4, 4, HOST}, {"nl_groups", 8, 4, HOST}}},
	{"AF_VSOCK",
	 "struct sockaddr_vm",
	 16,
	 {{"svm_family", 0, 2, FAMILY},
	  {"svm_reserved1", 2, 2, ZERO},
	  {"svm_port", 4, 4, HOST},
	  {"svm_cid", 8, 4, HOST},
	  {"svm_zero", 12, 4, ZERO}}},
	{"AF_PACKET",
	 "struct sockaddr_ll",
	 20,
	 {{"sll_family", 0, 2, FAMILY},
	  {"sll_protocol", 2, 2, PORT},
	  {"sll_ifindex", 4, 4, HOST},
	  {"sll_hatype", 8, 2, HOST},
	  {"sll_pkttype", 10, 1, HOST},
	  {"sll_halen", 11, 1, HOST},
	  {"sll_addr", 12, 8, BYTES}}},
};

static const struct layout any = {
	NULL, "struct sockaddr", 16, {{"sa_family", 0, 2, FAMILY}, {"sa_data", 2, 14, BYTES}}};

/* sa_family stands in the byte order of the machine, and no family is above 255. */
static bool is_little_endian(const uint8_t *raw)
{
	return raw[0] != 0 || raw[1] == 0;
}

static uint64_t number(const uint8_t *bytes, unsigned size, bool low_first)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value = value << 8 | bytes[low_first ? size - 1 - i : i];
	return value;
}

static void explain_family(struct arena *a, struct cells_field *f, const struct address *address, const uint8_t *bytes,
			   bool little)
{
	bool named = address->family && strncmp(address->family, "AF_", 3) == 0;

	f->value = arena_printf(a, "%s%s%" PRIu64, named ? escape_string(a, address->family) : "", named ? " = " : "",
				number(bytes, 2, little));
	f->why[0] = little ? "in the byte order of this machine: the low byte first"
			   : "in the byte order of this machine: the high byte first";
}

static void explain_port(struct arena *a, struct cells_field *f, const uint8_t *bytes, bool little)
{
	uint64_t port = number(bytes, 2, false), unswapped = number(bytes, 2, little);

	f->value = arena_printf(a, "%" PRIu64, port);
	f->why[0] =
		arena_printf(a, "network order, the high byte first: 0x%02x * 256 + 0x%02x = %u * 256 + %u = %" PRIu64,
			     bytes[0], bytes[1], bytes[0], bytes[1], port);
	if (port == 0)
		f->why[1] = "no port: bind lets the kernel choose one";
	else if (unswapped != port)
		f->why[1] = arena_printf(a,
					 "as a number of this machine the same bytes are 0x%04" PRIx64 " = %" PRIu64
					 ": ntohs() swaps them",
					 unswapped, unswapped);
}

static const char *ipv4_meaning(const uint8_t *bytes)
{
	if (number(bytes, 4, false) == 0)
		return "INADDR_ANY: all addresses of this machine";
	if (bytes[0] == 127)
		return "the loopback: this machine itself";
	return NULL;
}

static void explain_ipv4(struct arena *a, struct cells_field *f, const uint8_t *bytes, bool little)
{
	uint64_t host = number(bytes, 4, false), unswapped = number(bytes, 4, little);
	const char *meaning = ipv4_meaning(bytes);

	f->value = arena_printf(a, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
	f->why[0] = unswapped == host ? "network order: one byte is one number"
				      : arena_printf(a,
						     "network order: one byte is one number; 0x%08" PRIx64
						     " as a number of this machine, 0x%08" PRIx64 " after ntohl()",
						     unswapped, host);
	f->why[1] = meaning;
}

static void explain_ipv6(struct arena *a, struct cells_field *f, const struct address *address, const uint8_t *bytes)
{
	static const uint8_t none[16], mapped[12] = {[10] = 0xff, [11] = 0xff};

	f->value = address->host ? escape_string(a, address->host) : "?";
	f->why[0] = "network order: two bytes are one group";
	if (memcmp(bytes, none, 16) == 0)
		f->why[1] = "in6addr_any: all addresses of this machine";
	else if (memcmp(bytes, none, 15) == 0 && bytes[15] == 1)
		f->why[1] = "the loopback: this machine itself";
	else if (memcmp(bytes, mapped, 12) == 0)
		f->why[1] = arena_printf(a, "an IPv4 address in IPv6: %u.%u.%u.%u", bytes[12], bytes[13], bytes[14],
					 bytes[15]);
	else if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)
		f->why[1] = "link-local: the scope says on which interface";
}

static void explain_zero(struct cells_field *f, const uint8_t *bytes)
{
	bool zero = true;

	for (unsigned i = 0; i < f->size; i++)
		zero = zero && bytes[i] == 0;
	f->value = zero ? "0" : "not zero";
	f->why[0] = zero ? "room that is not used" : "room that is not used: what was in memory before";
}

static void explain_name(struct arena *a, struct cells_field *f, const struct address *address)
{
	f->value = words_address(a, address);
	if (address->abstract && address->abstract[0])
		f->why[0] = "abstract: begins with a zero byte, all bytes up to addrlen are the name, no file is made";
	else if (address->path && address->path[0])
		f->why[0] = "a path up to its zero byte: bind makes a file of that name";
	else
		f->why[0] = "no name: the socket was not bound";
}

static void explain(struct arena *a, struct cells_field *f, const struct address *address, enum what what)
{
	const uint8_t *bytes = address->raw + f->at;
	bool little = is_little_endian(address->raw);

	switch (what) {
	case FAMILY:
		explain_family(a, f, address, bytes, little);
		break;
	case PORT:
		explain_port(a, f, bytes, little);
		break;
	case IPV4:
		explain_ipv4(a, f, bytes, little);
		break;
	case IPV6:
		explain_ipv6(a, f, address, bytes);
		break;
	case NETWORK:
		f->value = arena_printf(a, "%" PRIu64, number(bytes, f->size, false));
		f->why[0] = "network order";
		break;
	case HOST:
		f->value = arena_printf(a, "%" PRIu64, number(bytes, f->size, little));
		f->why[0] = f->size > 1 ? "in the byte order of this machine" : NULL;
		break;
	case ZERO:
		explain_zero(f, bytes);
		break;
	case NAME:
		explain_name(a, f, address);
		break;
	case BYTES:
		f->value = "whatever the family puts there";
		break;
	case NOTHING:
		break;
	}
}

static void lay_out(struct arena *a, struct cells_layout *l, const struct address *address, const struct layout *from)
{
	l->type = from->type;
	l->size = from->size;
	for (const struct member *m = from->members; l->count < CELLS_FIELDS && m->name; m++) {
		struct cells_field *f = &l->fields[l->count++];

		*f = (struct cells_field){.name = m->name, .at = m->at, .size = m->size};
		if (m->what == NAME ? address->raw_len >= m->at : address->raw_len >= m->at + m->size)
			explain(a, f, address, m->what);
	}
}

/* Of a name what is there of it, with the zero byte behind a path. */
static unsigned name_end(const struct address *address)
{
	const uint8_t *zero;

	if (address->raw_len <= 2 || address->raw[2] == 0)
		return address->raw_len;
	zero = memchr(address->raw + 2, 0, address->raw_len - 2);
	return zero ? (unsigned)(zero - address->raw) + 1 : address->raw_len;
}

void cells_lay_out(struct arena *a, struct cells_picture *p)
{
	const struct address *address = p->address;

	p->bytes = address->raw;
	p->count = address->raw_len;
	lay_out(a, &p->generic, address, &any);
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
		if (address->family && strcmp(layouts[i].family, address->family) == 0)
			lay_out(a, &p->specific, address, &layouts[i]);
	p->text = p->specific.type && strcmp(p->specific.type, "struct sockaddr_un") == 0;
	if (p->text)
		p->count = name_end(address);
	else if (p->specific.size && p->count > p->specific.size)
		p->count = p->specific.size;
}
