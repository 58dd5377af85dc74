/* tone.h: what a piece of text is about; each output has its own colours for these. */
#ifndef SCENE_TONE_H
#define SCENE_TONE_H

enum tone {
	TONE_PLAIN,
	TONE_DIM,     /* beside the point: options, sources, lifelines */
	TONE_STRONG,  /* names, titles */
	TONE_PHASE,   /* one of the five phases */
	TONE_LINK,    /* a connection coming to be: connect, accept */
	TONE_DATA,    /* bytes on their way */
	TONE_END,     /* a connection going away: EOF, close */
	TONE_WAIT,    /* blocked, queued */
	TONE_BAD,     /* failed, lost, killed */
	TONE_BOX,     /* the lesson's boxes */
	TONE_SESSION, /* the lesson's client/server session */
	TONE_COUNT,
};

#endif
