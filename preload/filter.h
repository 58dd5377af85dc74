/* filter.h: what a seccomp filter answers (seccomp(2), Linux's Documentation/networking/filter.rst). */
#ifndef PRELOAD_FILTER_H
#define PRELOAD_FILTER_H

#include <stdbool.h>
#include <stdint.h>

struct seccomp_data;

/* Run a `struct sock_fprog` of the program's, which need not be there unless the kernel has `accepted` it. Returns SECCOMP_RET_*,
 * SECCOMP_RET_ALLOW where the kernel would refuse the filter. */
uint32_t filter_answer(const void *program, const struct seccomp_data *call, bool accepted);

#endif
