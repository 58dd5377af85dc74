/* err.h: what went wrong and where, on its way up to main. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

struct err {
	char text[512];
};

/* Set the message. Returns 0 (false), so that a function can `return err_set(err, ...)`. */
int err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Put "where: " before the message that is there. */
int err_where(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
