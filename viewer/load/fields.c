/* fields.c: members of a JSON object into a struct, by a table. */
#include "viewer/load/fields.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* 146 years in nanoseconds: sums and differences of two times stay within int64_t. */
static const int64_t time_max = INT64_MAX / 2;

static bool misfit(const struct field *f, const json_object *value, struct err *err)
{
	char found[48] = "";

	strncat(found, json_object_to_json_string_ext((json_object *)value, JSON_C_TO_STRING_PLAIN), sizeof found - 1);
	return err_set(err, "\"%s\" should be %s, found %s", f->key, f->expects, found);
}

bool fields_read(struct store *s, const json_object *object, const struct field *fields, size_t count, void *out,
		 struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[i];
		json_object *value = NULL;

		json_object_object_get_ex(object, f->key, &value);
		if (!value && f->required)
			return err_set(err, "no \"%s\"", f->key);
		if (value && !f->read(s, value, (char *)out + f->offset))
			return misfit(f, value, err);
	}
	return true;
}

bool field_time(struct store *s, const json_object *value, void *to)
{
	int64_t number;

	(void)s;
	if (!json_integer(value, 0, time_max, &number))
		return false;
	*(uint64_t *)to = (uint64_t)number;
	return true;
}

bool field_id(struct store *s, const json_object *value, void *to)
{
	int64_t number;

	(void)s;
	if (!json_object_is_type(value, json_type_int))
		return false;
	if (json_integer(value, INT64_MIN, -1, &number))
		return false;
	*(uint64_t *)to = json_object_get_uint64(value);
	return true;
}

bool field_u32(struct store *s, const json_object *value, void *to)
{
	int64_t number;

	(void)s;
	if (!json_integer(value, 0, UINT32_MAX, &number))
		return false;
	*(uint32_t *)to = (uint32_t)number;
	return true;
}

bool field_port(struct store *s, const json_object *value, void *to)
{
	int64_t number;

	(void)s;
	if (!json_integer(value, 0, UINT16_MAX, &number))
		return false;
	*(uint16_t *)to = (uint16_t)number;
	return true;
}

bool field_number(struct store *s, const json_object *value, void *to)
{
	(void)s;
	return json_integer(value, INT64_MIN, INT64_MAX, to);
}

bool field_fd(struct store *s, const json_object *value, void *to)
{
	int64_t number;

	(void)s;
	if (!json_integer(value, 0, INT_MAX, &number))
		return false;
	*(int *)to = (int)number;
	return true;
}

bool field_int(struct store *s, const json_object *value, void *to)
{
	int64_t number;

	(void)s;
	if (!json_integer(value, INT_MIN, INT_MAX, &number))
		return false;
	*(int *)to = (int)number;
	return true;
}

bool field_bool(struct store *s, const json_object *value, void *to)
{
	(void)s;
	if (!json_object_is_type(value, json_type_boolean))
		return false;
	*(bool *)to = json_object_get_boolean(value);
	return true;
}

static const char *text(const json_object *value)
{
	return json_object_get_string((json_object *)value);
}

bool field_string(struct store *s, const json_object *value, void *to)
{
	if (!json_object_is_type(value, json_type_string))
		return false;
	*(const char **)to = intern_bytes(&s->kept, text(value), (size_t)json_object_get_string_len(value));
	return true;
}

bool field_constant(struct store *s, const json_object *value, void *to)
{
	if (!json_object_is_type(value, json_type_string) && !json_object_is_type(value, json_type_int))
		return false;
	*(const char **)to = intern_bytes(&s->kept, text(value), strlen(text(value)));
	return true;
}

bool field_pointer(struct store *s, const json_object *value, void *to)
{
	const char *digits;
	char *end;

	(void)s;
	if (!json_object_is_type(value, json_type_string))
		return false;
	digits = text(value);
	if (strncmp(digits, "0x", 2) != 0 || !strchr("0123456789abcdefABCDEF", digits[2]) || !digits[2])
		return false;
	errno = 0;
	*(uint64_t *)to = strtoull(digits + 2, &end, 16);
	return *end == '\0' && errno == 0;
}

bool field_fork(struct store *s, const json_object *value, void *to)
{
	(void)s;
	if (!json_object_is_type(value, json_type_string))
		return false;
	*(bool *)to = strcmp(text(value), "fork") == 0;
	return *(bool *)to || strcmp(text(value), "exec") == 0;
}
