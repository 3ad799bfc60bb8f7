/* See manual.h.  Blocks and keys stand in the order of the table, whether anybody has
 * written more of them or not: no key is without an entry. */
#include "conf/manual.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/size.h"
#include "base/strmap.h"
#include "base/text.h"
#include "conf/keys.h"
#include "conf/value.h"

/* ---- Text as roff has it ---- */

static const struct {
	const char *text, *roff;
} escapes[] = {
	{"\\", "\\e"},
	{"-", "\\-"},
	{"'", "\\(aq"},
	{"^", "\\(ha"},
	{"~", "\\(ti"},
	{"\"", "\\(dq"},
	{"…", "\\[u2026]"},
};

/* How many bytes of `s` were taken. */
static size_t
add_escaped(struct strbuf *out, const char *s)
{
	for (size_t i = 0; i < COUNT_OF(escapes); i++) {
		size_t n = strlen(escapes[i].text);

		if (strncmp(s, escapes[i].text, n) != 0)
			continue;
		strbuf_add(out, escapes[i].roff);
		return n;
	}
	strbuf_addc(out, *s);
	return 1;
}

/* What stands between backticks is bold.  A dot does not begin a line. */
static void
add_text(struct strbuf *out, const char *s)
{
	bool bold = false, begins = true;

	while (*s) {
		if (begins && *s == '.')
			strbuf_add(out, "\\&");
		begins = *s == '\n';
		if (*s != '`') {
			s += add_escaped(out, s);
			continue;
		}
		bold = !bold;
		strbuf_add(out, bold ? "\\fB" : "\\fR");
		s++;
	}
}

static void
add_bold(struct strbuf *out, const char *s)
{
	strbuf_add(out, "\\fB");
	while (*s)
		s += add_escaped(out, s);
	strbuf_add(out, "\\fR");
}

/* ---- What the table says of a key ---- */

static void
add_value(struct strbuf *out, const struct conf_key *k)
{
	strbuf_add(out, "\\fI");
	add_text(out, k->type->word);
	strbuf_add(out, "\\fR");
}

static void
add_head(struct strbuf *out, const struct conf_key *k)
{
	strbuf_add(out, ".TP\n");
	add_bold(out, k->name);
	strbuf_add(out, k->type->is_block ? " { " : " = ");
	for (size_t i = 0; k->choices && k->choices[i]; i++) {
		if (i)
			strbuf_add(out, " | ");
		add_bold(out, k->choices[i]);
	}
	if (!k->choices)
		add_value(out, k);
	strbuf_add(out, k->type->is_block ? " }\n" : "\n");
}

static void
add_limits(struct strbuf *out, const struct conf_key *k)
{
	char least[64] = "", most[64] = "";

	if (k->type == &type_duration) {
		duration_format(k->min, least, sizeof least);
		duration_format(k->max, most, sizeof most);
	} else if (k->type == &type_size) {
		size_format(k->min, least, sizeof least);
		size_format(k->max, most, sizeof most);
	} else if (k->type == &type_integer) {
		snprintf(least, sizeof least, "%lld", (long long)k->min);
		snprintf(most, sizeof most, "%lld", (long long)k->max);
	}
	if (*least)
		strbuf_printf(out, "From %s to %s.\n", least, most);
}

static void
add_variable(struct strbuf *out, const struct conf_key *k)
{
	char *name = xstrdup(k->name);

	for (char *s = name; *s; s++)
		*s = (char)toupper((unsigned char)*s);
	strbuf_printf(out, "Variable: \\fBPGDRIFTD_%s\\fR.\n", name);
	free(name);
}

static void
add_default(struct strbuf *out, const struct conf_key *k)
{
	if (k->flags & KEY_REQUIRED)
		strbuf_add(out, "Required");
	else if (k->def) {
		strbuf_add(out, "Default: ");
		add_bold(out, *k->def ? k->def : "\"\"");
	} else if (k->flags & KEY_INHERITS)
		strbuf_add(out, "Default: that of \\fBservice\\fR");
	else
		strbuf_add(out, "Not set by default");
	if (!k->def && k->example) {
		strbuf_add(out, ";\nfor example ");
		add_bold(out, k->example);
	}
	strbuf_add(out, ".\n");
}

static void
add_facts(struct strbuf *out, const struct conf_key *k)
{
	strbuf_add(out, ".br\n");
	add_default(out, k);
	add_limits(out, k);
	if (k->flags & KEY_ENV)
		add_variable(out, k);
	if (k->flags & KEY_RESTART)
		strbuf_add(out, "A change needs a restart.\n");
}

/* ---- The page ---- */

struct manual {
	struct strmap *longer; /* "block NAME", "key BLOCK.NAME": struct strbuf */
	struct strbuf *out;
};

static void
free_text(void *p)
{
	strbuf_free(p);
	free(p);
}

/* The text of it, which is used once. */
static void
add_longer(struct manual *m, const char *before, char *name)
{
	struct strbuf *text = strmap_remove(m->longer, name);

	if (text && text->len) {
		strbuf_add(m->out, before);
		strbuf_add(m->out, text->s);
	}
	if (text)
		free_text(text);
	free(name);
}

static void
add_key(struct manual *m, const struct conf_key *k)
{
	add_head(m->out, k);
	add_text(m->out, k->help);
	strbuf_addc(m->out, '\n');
	add_facts(m->out, k);
	add_longer(m, ".IP\n",
		xasprintf("key %s.%s", conf_blocks[k->block].name, k->name));
}

static void
add_block(struct manual *m, enum conf_block b)
{
	const struct conf_block_info *info = &conf_blocks[b];

	strbuf_printf(m->out, ".SS %s%s\n", info->name,
		info->example ? " \\(dqNAME\\(dq { \\[u2026] }" : " { \\[u2026] }");
	add_text(m->out, info->help);
	strbuf_addc(m->out, '\n');
	add_longer(m, "", xasprintf("block %s", info->name));
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			add_key(m, &conf_keys[i]);
}

/* A line of the template, without its end; `at` is the text that it belongs to, NULL
 * outside of the blocks. */
static bool
take_line(struct manual *m, const char *line, struct strbuf **at, struct err *e)
{
	struct strbuf *text;

	if (!strncmp(line, ".\\\"", 3))
		return true;
	if (*line != '@') {
		text = *at ? *at : m->out;
		strbuf_printf(text, "%s\n", line);
		return true;
	}
	if (strmap_has(m->longer, line + 1))
		return err_set(e, ERR_FORMAT, "%s is there twice", line);
	text = xcalloc(1, sizeof *text);
	strmap_put(m->longer, line + 1, text);
	*at = text;
	return true;
}

static bool
is_used_up(const struct manual *m, struct err *e)
{
	const char *name;
	void *value;
	size_t at = 0;

	if (strmap_next(m->longer, &at, &name, &value))
		return err_set(e, ERR_FORMAT, "there is no %s", name);
	return true;
}

static bool
fill(struct manual *m, char *lines, struct err *e)
{
	struct strbuf *at = NULL, *text;
	const char *line;

	while ((line = strsep(&lines, "\n")) != NULL) {
		if (!lines && !*line)
			break;
		if (strcmp(line, "@end") != 0) {
			if (!take_line(m, line, &at, e))
				return false;
			continue;
		}
		text = strmap_remove(m->longer, "blocks");
		if (!text)
			return err_set(e, ERR_FORMAT, "@end without @blocks");
		free_text(text);
		for (size_t b = 0; b < BLOCK_COUNT; b++)
			add_block(m, (enum conf_block)b);
		at = NULL;
	}
	return is_used_up(m, e);
}

bool
conf_manual(const char *longer, struct strbuf *out, struct err *e)
{
	struct manual m = {.longer = strmap_new(), .out = out};
	char *lines = xstrdup(longer);
	bool ok = fill(&m, lines, e);

	strmap_free_all(m.longer, free_text);
	free(lines);
	return ok;
}
