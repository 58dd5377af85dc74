/* target_script.h: who runs a file that is a script. */
#ifndef LOAD_TARGET_SCRIPT_H
#define LOAD_TARGET_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

enum script_kind {
	SCRIPT_NONE,   /* neither a script nor an empty file nor text */
	SCRIPT_NAMED,  /* "#!": interpreter is who it names */
	SCRIPT_BY_ENV, /* "#!/usr/bin/env": interpreter is what env will look for in PATH */
	SCRIPT_SHELL,  /* text without "#!": shells and execvp hand it to /bin/sh */
};

/* Look at the beginning of an open file that is no ELF file. */
enum script_kind target_script(int fd, char *interpreter, size_t size);

#endif
