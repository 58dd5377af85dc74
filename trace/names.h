/* names.h: the C name of a constant, by group and value. */
#ifndef TRACE_NAMES_H
#define TRACE_NAMES_H

#include <stddef.h>
#include <stdint.h>

enum name_group {
	NAMES_FAMILY,
	NAMES_SOCKTYPE,
	NAMES_SOCKFLAG,
	NAMES_PROTOCOL,
	NAMES_SHUTHOW,
	NAMES_MSGFLAG,
	NAMES_FCNTLCMD,
	NAMES_IOCTLREQUEST,
	NAMES_FDFLAG,
	NAMES_OPENFLAG,
	NAMES_CLOSERANGEFLAG,
	NAMES_CLONEFLAG,
	NAMES_POLLEVENT,
	NAMES_EPOLLEVENT,
	NAMES_EPOLLOP,
	NAMES_WAITOPTION,
	NAMES_PRCTLOPTION,
	NAMES_AIFLAG,
	NAMES_NIFLAG,
	NAMES_IDTYPE,
	NAMES_EAI,
	NAMES_HERR,
	NAMES_OPTLEVEL,
#define LEVEL(name, number) NAMES_##name,
#include "trace/names/levels.def"
	NAMES_NETLINK,
	NAMES_ETHER,
	NAMES_BLUETOOTH,
	NAMES_SIGNAL,
	NAMES_ERRNO,
	NAMES_GROUPS,
};

/* Without a pointer, which would be the dynamic linker's work in every process that is traced. */
struct name {
	uint8_t group; /* enum name_group */
	char name[31];
	int value;
};

/* All of names.def, groups in one piece each. */
extern const struct name name_table[];
extern const size_t name_count;

/* The constant's name, or NULL where the group has none for the value. Usable in a signal handler. */
const char *name_of(enum name_group group, int value);

#endif
