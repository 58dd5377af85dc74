/* vdso.h: the functions that the kernel gives each process (vdso(7)). */
#ifndef PRELOAD_VDSO_H
#define PRELOAD_VDSO_H

/* NULL where there is none of that name. */
void *vdso_function(const char *name);

#endif
