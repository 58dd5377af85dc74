/* names: look a constant's name up. Compiled into the shim and into the viewer. */
#include "trace/names.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

const struct name name_table[] = {
#define NAME(group, constant)          {NAMES_##group, #constant, constant},
#define NUMBER(group, constant, value) {NAMES_##group, #constant, value},
#define LEVEL(name, number)            {NAMES_OPTLEVEL, #name, number},
#include "trace/names.def"
};

/* C would drop the end of one that has no room. */
#define NAME(group, constant)          _Static_assert(sizeof #constant <= sizeof((struct name *)0)->name, #constant);
#define NUMBER(group, constant, value) _Static_assert(sizeof #constant <= sizeof((struct name *)0)->name, #constant);
#define LEVEL(name, number)
#include "trace/names.def"

#define COUNT (sizeof name_table / sizeof name_table[0])
const size_t name_count = COUNT;

/* Where each group begins, plus one; found when first asked for. Two threads that find it at once store the same. */
static _Atomic unsigned short group_begin[NAMES_GROUPS];

static size_t find_group(enum name_group group)
{
	size_t i = 0;

	while (i < COUNT && name_table[i].group != group)
		i++;
	group_begin[group] = i + 1;
	return i;
}

const char *name_of(enum name_group group, int value)
{
	size_t i = group_begin[group] ? group_begin[group] - 1u : find_group(group);

	for (; i < COUNT && name_table[i].group == group; i++)
		if (name_table[i].value == value)
			return name_table[i].name;
	return NULL;
}
