/* fields.h: members of a JSON object into a struct, by a table. */
#ifndef LOAD_FIELDS_H
#define LOAD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "viewer/base/err.h"
#include "viewer/base/json.h"
#include "viewer/load/store.h"

/* Store a value at `to`; false: it is not what the field expects. */
typedef bool field_reader(struct store *s, const json_object *value, void *to);

struct field {
	const char *key;
	const char *expects; /* "a descriptor": for the message */
	field_reader *read;
	size_t offset;
	bool required;
};

/* Fill out from the object. A member that is absent or null leaves its place as it is, unless it is required. */
bool fields_read(struct store *s, const json_object *object, const struct field *fields, size_t count, void *out,
		 struct err *err);

/* Readers, with what they store. */
field_reader field_time;     /* uint64_t: small enough that two can be added as int64_t */
field_reader field_id;       /* uint64_t */
field_reader field_u32;      /* uint32_t */
field_reader field_port;     /* uint16_t */
field_reader field_number;   /* int64_t */
field_reader field_fd;       /* int, 0 or more */
field_reader field_int;      /* int */
field_reader field_bool;     /* bool */
field_reader field_string;   /* const char *: UTF-8 */
field_reader field_constant; /* const char *: a name, or a number as text */
field_reader field_pointer;  /* uint64_t from "0x55d0" */
field_reader field_fork;     /* bool from "fork" (true), "exec" (false) */
field_reader field_address;  /* const struct address * */

#endif
