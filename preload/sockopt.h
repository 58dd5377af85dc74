/* sockopt.h: socket options and their values as JSON. */
#ifndef PRELOAD_SOCKOPT_H
#define PRELOAD_SOCKOPT_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/json.h"

void sockopt_put_name(struct json *j, int level, int optname);

/* A value of len bytes: a number, an object of its parts, a string; else its bytes in hexadecimal. */
void sockopt_put_value(struct json *j, int level, int optname, const void *value, uint32_t len);

/* Has the kernel read all of a value that it has accepted? Of options of sockets in general it reads an int before it looks which one it is
 * (sk_setsockopt), but for a device's name. */
bool sockopt_is_read_whole(int level, int optname, uint32_t len);

enum { SOCKOPT_ROOM = 64 }; /* bytes of a value that are kept */

#endif
