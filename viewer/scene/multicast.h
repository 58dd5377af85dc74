/* multicast.h: the addresses in options of multicast. */
#ifndef SCENE_MULTICAST_H
#define SCENE_MULTICAST_H

#include "viewer/base/arena.h"
#include "viewer/model/event.h"

struct multicast {
	const char *words; /* "239.7.7.7"; NULL: the option has none */
	bool is_group;     /* that is joined or left; else the interface to send by */
};

/* The address that a setsockopt or getsockopt of multicast is about. */
struct multicast multicast_of(struct arena *a, const struct event *e);

#endif
