/* frames.h: the lesson's three pictures of accept as plain data: waiting, the request, the connected descriptor. */
#ifndef SCENE_FRAMES_H
#define SCENE_FRAMES_H

#include "viewer/base/err.h"
#include "viewer/model/model.h"

enum { FRAMES = 3 };

enum frame_link { LINK_NONE, LINK_REQUEST, LINK_CONNECTED };

/* What is left out of a frame is NULL. Text is printable and in the trace's arena. */
struct frame {
	const char *caption;             /* what happens, with the descriptors' numbers and times */
	const char *client, *server;     /* "P2 echo_client 4711" */
	const char *clientfd, *listenfd; /* "clientfd(3)" */
	const char *connfd;              /* "connfd(4)" */
	const char *child;               /* the process that serves it, where that is not the one that accepted */
	bool waits;                      /* in accept, on listenfd */
	enum frame_link link;            /* from clientfd to listenfd; between clientfd and connfd */
};

struct frames {
	const char *title;  /* as of struct diagram */
	const char *choice; /* how to draw another connection; NULL: there is no other */
	struct frame frames[FRAMES];
	unsigned count;
};

/* The scene of a connection, or of the first that was accepted with NULL. NULL: *err says why it cannot be drawn. */
struct frames *frames_new(struct trace *t, const struct conn *c, struct err *err);

#endif
