/* map.h: apply a macro to each of up to seven arguments; what the rows of calls.def are unfolded with. */
#ifndef TRACE_MAP_H
#define TRACE_MAP_H

#define MAP_COUNT_(_1, _2, _3, _4, _5, _6, _7, n, ...) n
#define MAP_COUNT(...)                                 MAP_COUNT_(__VA_ARGS__, 7, 6, 5, 4, 3, 2, 1, 0)

#define MAP_CAT_(a, b) a##b
#define MAP_CAT(a, b)  MAP_CAT_(a, b)

/* MAP(m, (a), (b)) is m(a) m(b): each argument is a tuple, pasted behind the macro's name. */
#define MAP_1(m, a)      m a
#define MAP_2(m, a, ...) m a MAP_1(m, __VA_ARGS__)
#define MAP_3(m, a, ...) m a MAP_2(m, __VA_ARGS__)
#define MAP_4(m, a, ...) m a MAP_3(m, __VA_ARGS__)
#define MAP_5(m, a, ...) m a MAP_4(m, __VA_ARGS__)
#define MAP_6(m, a, ...) m a MAP_5(m, __VA_ARGS__)
#define MAP_7(m, a, ...) m a MAP_6(m, __VA_ARGS__)
#define MAP(m, ...)      MAP_CAT(MAP_, MAP_COUNT(__VA_ARGS__))(m, __VA_ARGS__)

/* The same with commas between: MAP_LIST(m, (a), (b)) is m(a), m(b). */
#define MAP_LIST_1(m, a)      m a
#define MAP_LIST_2(m, a, ...) m a, MAP_LIST_1(m, __VA_ARGS__)
#define MAP_LIST_3(m, a, ...) m a, MAP_LIST_2(m, __VA_ARGS__)
#define MAP_LIST_4(m, a, ...) m a, MAP_LIST_3(m, __VA_ARGS__)
#define MAP_LIST_5(m, a, ...) m a, MAP_LIST_4(m, __VA_ARGS__)
#define MAP_LIST_6(m, a, ...) m a, MAP_LIST_5(m, __VA_ARGS__)
#define MAP_LIST_7(m, a, ...) m a, MAP_LIST_6(m, __VA_ARGS__)
#define MAP_LIST(m, ...)      MAP_CAT(MAP_LIST_, MAP_COUNT(__VA_ARGS__))(m, __VA_ARGS__)

/* The first argument only. */
#define MAP_FIRST_(m, a, ...) m a
#define MAP_FIRST(m, ...)     MAP_FIRST_(m, __VA_ARGS__, )

#endif
