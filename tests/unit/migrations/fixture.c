#include "tests/unit/migrations/fixture.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
fixture_remove(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	assert_int_equal(remove(path), 0);
	free(path);
}

void
fixture_revision(
	const char *dir, const char *id, const char *down, const char *depends_on)
{
	char *name = xasprintf("%s.py", id);
	char *text =
		xasprintf("revision = '%s'\ndown_revision = %s\ndepends_on = %s\n%s",
			id, down ? down : "None", depends_on ? depends_on : "None",
			FIXTURE_FUNCTIONS);

	fixture_write(dir, name, text);
	free(text);
	free(name);
}

struct migrations *
fixture_read(const char *dir, const char *name)
{
	char *path = xasprintf("%s%s%s", dir, *name ? "/" : "", name);
	const struct migrations_source src = {.tool = "alembic", .path = path};
	struct migrations *h = NULL;
	struct err e = {0};

	if (!migrations_read(&src, &h, &e))
		print_error("%s\n", e.text);
	assert_non_null(h);
	free(path);
	return h;
}

/* "['a','b']" of words up to `end`. */
static const char *
add_tuple(struct strbuf *out, const char *name, const char *words, const char *ends)
{
	strbuf_printf(out, "%s = [", name);
	while (*words && !strchr(ends, *words)) {
		size_t n = strcspn(words, " >#\n");

		if (n)
			strbuf_printf(out, "'%.*s',", (int)n, words);
		words += n;
		words += strspn(words, " ");
	}
	strbuf_add(out, "]\n");
	return words;
}

struct migrations *
fixture_graph(const char *dir, const char *lines)
{
	for (unsigned i = 0; *lines; i++) {
		size_t n = strcspn(lines, ":");
		struct strbuf text = {0};
		char *name = xasprintf("%03u.py", i);

		strbuf_printf(&text, "revision = '%.*s'\n", (int)n, lines);
		lines += n + 1;
		lines += strspn(lines, " ");
		lines = add_tuple(&text, "down_revision", lines, ">#\n");
		lines += *lines == '>';
		lines += strspn(lines, " ");
		lines = add_tuple(&text, "depends_on", lines, "#\n");
		lines += *lines == '#';
		lines = add_tuple(&text, "branch_labels", lines, "\n");
		lines += *lines == '\n';
		strbuf_add(&text, FIXTURE_FUNCTIONS);
		fixture_write(dir, name, text.s);
		free(name);
		strbuf_free(&text);
	}
	return fixture_read(dir, "");
}

char *
fixture_problems(const struct migrations *h, const char *dir)
{
	struct strbuf out = {0};

	for (size_t i = 0; i < h->n_problems; i++) {
		const struct problem *p = &h->problems[i];
		const char *file = p->file;

		if (!strncmp(file, dir, strlen(dir)))
			file += strlen(dir);
		file += *file == '/';
		assert_true(*p->detail != '\0');
		strbuf_printf(&out, "%s %s:%u %s\n", problem_word(p->code), file,
			p->line, p->revision ? p->revision : "-");
	}
	return strbuf_take(&out);
}

const char *
fixture_list(const struct strvec *list, struct strbuf *buf)
{
	strbuf_clear(buf);
	strbuf_add(buf, "");
	strvec_join(list, " ", buf);
	return buf->s;
}

struct strvec
fixture_words(const char *words)
{
	struct strvec list = {0};

	while (*words) {
		size_t n = strcspn(words, " ");

		if (n)
			strvec_take(&list, xstrndup(words, n));
		words += n + (words[n] == ' ');
	}
	return list;
}
