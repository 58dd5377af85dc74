/* json_frames: the three pictures of accept as JSON. */
#include "viewer/format/format.h"
#include "viewer/format/json.h"

static json_object *frame_object(const struct frame *f)
{
	static const char *const links[] = {
		[LINK_NONE] = "none", [LINK_REQUEST] = "request", [LINK_CONNECTED] = "connected"};
	json_object *o = json_object_new_object();

	json_text(o, "caption", f->caption);
	json_text(o, "client", f->client);
	json_text(o, "server", f->server);
	json_text(o, "child", f->child);
	json_text(o, "clientfd", f->clientfd);
	json_text(o, "listenfd", f->listenfd);
	json_text(o, "connfd", f->connfd);
	json_truth(o, "waits", f->waits);
	json_text(o, "link", links[f->link]);
	return o;
}

void json_frames(const struct frames *f, const struct look *look, struct buf *out)
{
	struct json_page p;

	(void)look;
	json_begin(&p, out, "accept");
	json_put(&p, "title", json_string(f->title));
	json_put(&p, "choice", json_string(f->choice));
	json_array_begin(&p, "frames");
	for (unsigned i = 0; i < f->count; i++)
		json_element(&p, frame_object(&f->frames[i]));
	json_array_end(&p);
	json_end(&p);
}
