/* See scene.h. */
#include "tests/unit/verdict/scene.h"

#include <stdlib.h>

char scene_base[] = "ca4653c80b38", scene_middle[] = "e9428b9dd556",
     scene_head[] = "55a2502018a6", scene_other[] = "ab2c1f16b0b3";

static char path[] = "/srv/app/versions", role[] = "mon";

void
scene_set(struct strvec *l, const char *a, const char *b)
{
	strvec_free(l);
	if (a)
		strvec_add(l, a);
	if (b)
		strvec_add(l, b);
}

struct verdict_block scene_blocks[2] = {{"next-release", NULL}, {"airflow", NULL}};

/* Of the folders beside this file. */
static struct migrations *read_dirs[3];

int
scene_read(void **state)
{
	static const char *const names[] = {"versions", "next", "foreign"};
	const char *srcdir = getenv("srcdir");
	struct err e;
	bool ok = true;

	(void)state;
	for (size_t i = 0; ok && i < COUNT_OF(names); i++) {
		char *from = xasprintf(
			"%s/tests/unit/verdict/%s", srcdir ? srcdir : ".", names[i]);

		ok = migrations_read(
			&(struct migrations_source){.tool = "alembic", .path = from},
			&read_dirs[i], &e);
		free(from);
	}
	scene_blocks[SCENE_NEXT].graph = read_dirs[1];
	scene_blocks[SCENE_FOREIGN].graph = read_dirs[2];
	return ok ? 0 : -1;
}

int
scene_free(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(read_dirs); i++)
		migrations_free(read_dirs[i]);
	return 0;
}

void
scene_begin(struct scene *s)
{
	*s = (struct scene){0};
	s->graph = *read_dirs[0];
	s->graph.path = path;
	s->graph.heads = s->graph.effective_heads = (struct strvec){0};
	s->graph.problems = s->problems;
	s->graph.n_problems = 0;
	scene_set(&s->graph.heads, scene_head, NULL);
	scene_set(&s->graph.effective_heads, scene_head, NULL);
	scene_set(&s->judgement.expected, scene_head, NULL);
	s->findings[0] = (struct finding){.kind = KIND_INDEX,
		.on = KIND_NONE,
		.name = "public.orders_status_idx",
		.change = CHANGE_MISSING};
	s->findings[1] = (struct finding){.kind = KIND_COLUMN,
		.on = KIND_NONE,
		.name = "public.users.email",
		.change = CHANGE_CHANGED,
		.property = "type",
		.expected = "text",
		.found = "integer"};
	s->diff = (struct diff){
		.status = DIFF_DRIFTED, .findings = s->findings, .n_findings = 2};
	s->in = (struct verdict_input){.check = CHECK_OK,
		.revision = REVISION_AT_HEAD,
		.schema = SCHEMA_NOT_CHECKED,
		.revision_confirmed = true,
		.schema_confirmed = true,
		.environment = "prod",
		.judgement = &s->judgement,
		.graph = &s->graph,
		.version_table = "public.alembic_version",
		.version = &s->version};
	s->version = (struct version_facts){.role = role,
		.width = 32,
		.schema_exists = true,
		.schema_usable = true,
		.reads_new = true};
}

void
scene_compared(struct scene *s, enum schema_status status, const char *revision)
{
	s->in.schema = status;
	s->in.reference = "environment:dev";
	s->in.diff = &s->diff;
	scene_set(&s->expected_revision, revision, NULL);
	s->in.expected_revision = &s->expected_revision;
	if (status == SCHEMA_IN_SYNC) {
		s->diff.status = DIFF_IN_SYNC;
		s->diff.n_findings = 0;
	}
}

void
scene_end(struct scene *s)
{
	struct strvec *lists[] = {&s->graph.heads, &s->graph.effective_heads,
		&s->judgement.recorded, &s->judgement.expected, &s->judgement.pending,
		&s->judgement.beyond, &s->judgement.unknown, &s->judgement.redundant,
		&s->expected_revision, &s->version.tables, &s->version.rows};

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		strvec_free(lists[i]);
}

void
scene_says(struct scene *s, enum state state, const char *hint)
{
	char *got = verdict_hint(&s->in);

	assert_int_equal(verdict_state(&s->in), state);
	assert_string_equal(got, hint);
	free(got);
	scene_end(s);
}
