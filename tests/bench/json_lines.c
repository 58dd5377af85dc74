/* json_lines.c: parses each line of the files named with json-c, and nothing else: what a reader by json-c alone costs at least. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static size_t parse_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0, count = 0;

	if (!f) {
		perror(path);
		exit(1);
	}
	while (getline(&line, &room, f) > 0) {
		json_object *object = json_tokener_parse(line);

		count += object != NULL;
		json_object_put(object);
	}
	free(line);
	fclose(f);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;

	for (int i = 1; i < argc; i++)
		count += parse_file(argv[i]);
	printf("%zu lines\n", count);
	return 0;
}
