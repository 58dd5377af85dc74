/* json_outline: the tree as JSON: a flat list, each line with the number of the one that it stands below. */
#include "viewer/format/format.h"
#include "viewer/format/json.h"

static void put_fact(json_object *o, const struct outline_fact *f)
{
	switch (f->kind) {
	case FACT_TEXT:
		json_text(o, f->key, f->text);
		break;
	case FACT_NUMBER:
		json_number(o, f->key, f->number);
		break;
	case FACT_TRUTH:
		json_truth(o, f->key, f->number);
		break;
	}
}

static json_object *node_object(const struct outline_node *n, uint64_t id, uint64_t below)
{
	static const char *const kinds[] = {
		[OUTLINE_PROCESS] = "process", [OUTLINE_DESCRIPTOR] = "descriptor", [OUTLINE_MORE] = "more"};
	json_object *o = json_object_new_object();

	json_number(o, "id", id);
	json_number(o, "below", below);
	json_text(o, "kind", kinds[n->kind]);
	json_text(o, "text", n->text);
	json_text(o, "note", n->note);
	json_text(o, "source", n->source);
	for (unsigned i = 0; i < n->nfacts; i++)
		put_fact(o, &n->facts[i]);
	return o;
}

static void put_children(struct json_page *p, const struct outline_node *parent, uint64_t below, uint64_t *ids)
{
	for (const struct outline_node *n = parent->children; n; n = n->next) {
		uint64_t id = ++*ids;

		json_element(p, node_object(n, id, below));
		put_children(p, n, id, ids);
	}
}

void json_outline(const struct outline *o, const struct look *look, struct buf *out)
{
	struct json_page p;
	uint64_t ids = 0;

	(void)look;
	json_begin(&p, out, "tree");
	json_array_begin(&p, "nodes");
	put_children(&p, &o->root, 0, &ids);
	json_array_end(&p);
	json_end(&p);
}
