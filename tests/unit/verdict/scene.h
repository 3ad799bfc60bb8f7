/* A directory of three revisions in a line, what a check of a database brought, and the
 * hint that follows. */
#ifndef TESTS_UNIT_VERDICT_SCENE_H
#define TESTS_UNIT_VERDICT_SCENE_H

#include "tests/unit/unit.h"

#include "base/mem.h"
#include "verdict/verdict.h"

struct scene {
	struct problem problems[2];
	struct migrations graph; /* as read, but for its heads and its problems */
	struct judgement judgement;
	struct finding findings[2];
	struct diff diff;
	struct strvec expected_revision;
	struct version_facts version; /* of a varchar(32) that mon may read */
	struct err error;
	struct verdict_input in;
};

/* The revisions base, middle, head of tests/unit/verdict/versions; `other` is none. */
extern char scene_base[], scene_middle[], scene_head[], scene_other[];

/* Other blocks of the configuration: the next release, which has `other` as well, and
 * another project, which has nothing else. */
enum { SCENE_NEXT, SCENE_FOREIGN };
extern struct verdict_block scene_blocks[2];

/* Setup and teardown of a group: read and free the versions. */
int scene_read(void **state);
int scene_free(void **state);

void scene_begin(struct scene *s);
/* The list holds these (NULL: none) from now on. */
void scene_set(struct strvec *l, const char *a, const char *b);
/* The schema was held against environment dev, which stands at `revision`. */
void scene_compared(struct scene *s, enum schema_status status, const char *revision);
void scene_end(struct scene *s);
/* Check state and hint, and end the scene. */
void scene_says(struct scene *s, enum state state, const char *hint);

#endif
