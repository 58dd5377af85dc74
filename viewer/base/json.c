/* json.c: json-c with the limits that text from anywhere needs. */
#include "viewer/base/json.h"

static json_object *explain(enum json_tokener_error error, json_object *parsed, struct err *err)
{
	json_object_put(parsed);
	if (error == json_tokener_continue)
		err_set(err, "JSON that ends in the middle");
	else
		err_set(err, "not JSON (%s)", json_tokener_error_desc(error));
	return NULL;
}

json_object *json_parse(const char *text, size_t len, struct err *err)
{
	enum json_tokener_error error;
	struct json_tokener *tokener;
	json_object *parsed;

	if (len > JSON_TEXT_MAX)
		return err_set(err, "longer than %d MiB", JSON_TEXT_MAX >> 20), NULL;
	tokener = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (!tokener)
		return err_set(err, "out of memory"), NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	parsed = json_tokener_parse_ex(tokener, text, (int)len);
	error = json_tokener_get_error(tokener);
	json_tokener_free(tokener);
	if (error != json_tokener_success)
		return explain(error, parsed, err);
	if (json_object_is_type(parsed, json_type_object))
		return parsed;
	json_object_put(parsed);
	return err_set(err, "JSON, but not an object"), NULL;
}

json_object *json_member(const json_object *object, const char *key, enum json_type type)
{
	json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

bool json_integer(const json_object *value, int64_t min, int64_t max, int64_t *number)
{
	int64_t found;

	if (!json_object_is_type(value, json_type_int))
		return false;
	found = json_object_get_int64(value); /* beyond its range it gives the nearest it can */
	if (found == INT64_MAX && json_object_get_uint64(value) > INT64_MAX)
		return false;
	if (found < min || found > max)
		return false;
	*number = found;
	return true;
}
