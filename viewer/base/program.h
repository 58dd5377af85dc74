/* program.h: other programs that we use where they are installed. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>

/* Whether PATH leads to it. */
bool program_is_there(const char *name);

/* Run it with these files as its input and output; argv[0] is its name, NULL the end. Returns its exit status; -1: it could not
 * be started or was killed. */
int program_run(const char *const *argv, int in, int out);

#endif
