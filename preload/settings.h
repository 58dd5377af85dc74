/* settings.h: what variables SOCKTRACE_* hold. */
#ifndef PRELOAD_SETTINGS_H
#define PRELOAD_SETTINGS_H

/* Into `shim`. What is no number, or out of its range, is said once and corrected in the environment. */
void settings_read(void);

#endif
