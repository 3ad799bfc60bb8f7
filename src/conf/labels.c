/* libConfuse can take names that it was not told of, but says neither where they stand
 * nor that one is there twice.  So a block of labels is made a list before it reads it.
 */
#include "conf/labels.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define KEY "labels"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
static const char digits[] = "0123456789";

/* What pgdriftd's own metrics have. */
static const char *const own[] = {"change", "code", "database_oid", "ddl", "discover",
	"environment", "fingerprint", "handler", "kind", "libpq_version", "migrations",
	"reason", "result", "revision", "role", "severity", "state", "status",
	"system_identifier", "version"};

static bool
is_own(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (!strcmp(own[i], name))
			return true;
	return false;
}

static bool
is_name(const char *s)
{
	if (!*s || !strchr(letters, *s))
		return false;
	while (*s && (strchr(letters, *s) || strchr(digits, *s)))
		s++;
	return !*s;
}

/* Only what looks like a name is repeated: the rest may be a stray password. */
static bool
is_presentable(const char *s)
{
	size_t n = 0;

	while (s[n] && (isalnum((unsigned char)s[n]) || strchr("_-.", s[n])))
		n++;
	return n && n <= 40 && !s[n];
}

char *
label_wrong(const char *name)
{
	static const char rule[] = "use letters, digits and _, no digit first";

	if (!is_name(name))
		return is_presentable(name)
			       ? xasprintf("\"%s\" is no name for a label; %s", name,
					 rule)
			       : xasprintf("that is no name for a label; %s", rule);
	if (!strncmp(name, "__", 2))
		return xasprintf("\"%s\": what begins with __ is Prometheus' own; "
				 "choose another name",
			name);
	if (is_own(name))
		return xasprintf("\"%s\" is a label of pgdriftd's own metrics; choose "
				 "another name",
			name);
	return NULL;
}

char *
label_refused(const struct strvec *before, const char *name)
{
	char *wrong = label_wrong(name);

	if (wrong)
		return wrong;
	if (label_find(before, name))
		return xasprintf("\"%s\" is there twice; remove one", name);
	if (before->n == LABELS_MAX)
		return xasprintf("\"%s\" is one more than there may be, which is %d",
			name, LABELS_MAX);
	return NULL;
}

size_t
label_length(const char *label)
{
	return strcspn(label, "=");
}

const char *
label_find(const struct strvec *labels, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < labels->n; i++)
		if (label_length(labels->v[i]) == n && !strncmp(labels->v[i], name, n))
			return labels->v[i] + n + 1;
	return NULL;
}

const char *
label_value(const struct strvec *labels, const char *name)
{
	const char *value = label_find(labels, name);

	return value ? value : "";
}

void
label_json(cJSON *o, const char *key, const struct strvec *labels)
{
	cJSON *object = json_add_object(o, key);

	for (size_t i = 0; i < labels->n; i++) {
		size_t n = label_length(labels->v[i]);
		char *name = xstrndup(labels->v[i], n);

		json_add_str(object, name, labels->v[i] + n + 1);
		free(name);
	}
}

/* ---- The block as a list ---- */

struct rewrite {
	const char *at;
	struct conf_place place; /* of `at` */
	struct conf_errors *errors;
	struct strbuf *out;
	struct strvec names; /* labels of the block that is being read */
	unsigned depth;
	char before; /* the last sign, or the last of a string */
};

/* Over blanks, which stay. */
static void
pass_blanks(struct rewrite *r)
{
	for (; *r->at && strchr(" \t\r\n", *r->at); r->at++) {
		r->place.line += *r->at == '\n';
		strbuf_addc(r->out, *r->at);
	}
}

/* Behind the string that begins at `s`. */
static const char *
end_of_string(const char *s)
{
	for (s++; *s != '"'; s++)
		if (*s == '\\')
			s++;
	return s + 1;
}

/* What is in the string at which it stands, as it is escaped; goes behind it. */
static char *
take_string(struct rewrite *r)
{
	const char *from = r->at + 1;

	r->at = end_of_string(r->at);
	return xstrndup(from, (size_t)(r->at - from - 1));
}

/* To the brace that ends the block, which nothing is known of any more. */
static void
skip_rest(struct rewrite *r)
{
	for (unsigned depth = 0; *r->at && (depth || *r->at != '}');) {
		if (*r->at == '"') {
			r->at = end_of_string(r->at);
			continue;
		}
		depth += *r->at == '{';
		depth -= *r->at == '}';
		if (*r->at == '\n') {
			r->place.line++;
			strbuf_addc(r->out, '\n');
		}
		r->at++;
	}
}

/* True if the label of that name may be added. */
static bool
check_name(struct rewrite *r, struct conf_place at, const char *name)
{
	char *wrong = label_refused(&r->names, name);
	bool ok = !wrong;

	if (ok)
		strvec_add(&r->names, name);
	else
		conf_error(r->errors, at, KEY ": %s", wrong);
	free(wrong);
	return ok;
}

/* What is written is on the line on which the label was; false where the block is not
 * understood any more. */
static bool
take_label(struct rewrite *r)
{
	struct conf_place at = r->place;
	char *name = *r->at == '"' ? take_string(r) : NULL, *value = NULL;
	bool known = name && label_length(name) && is_presentable(name);

	pass_blanks(r);
	if (name && *r->at == '=') {
		r->at++;
		pass_blanks(r);
		value = *r->at == '"' ? take_string(r) : NULL;
	}
	if (!value)
		conf_error(r->errors, at,
			KEY ": %s%s%s is not written NAME = \"VALUE\"",
			known ? "\"" : "", known ? name : "what stands here",
			known ? "\"" : "");
	else if (check_name(r, at, name))
		strbuf_printf(r->out, "\"%s=%s\",", name, value);
	free(name);
	free(value);
	return value != NULL;
}

/* From the brace that opens it.  More than one block are one. */
static void
take_block(struct rewrite *r)
{
	size_t before;

	strbuf_add(r->out, "+={");
	before = r->out->len;
	r->at++;
	pass_blanks(r);
	while (*r->at && *r->at != '}') {
		if (!take_label(r))
			skip_rest(r);
		pass_blanks(r);
	}
	/* A list does not end with a comma. */
	for (size_t i = r->out->len; i-- > before && r->out->s[i] != '"';)
		if (r->out->s[i] == ',')
			r->out->s[i] = ' ';
	if (*r->at)
		strbuf_addc(r->out, *r->at++);
}

/* True if it is a misspelt one: what is within says nothing then. */
static bool
is_near(const char *name)
{
	static const char *const key = KEY;

	return strcmp(name, KEY) != 0 && text_near(name, &key, 1);
}

/* Behind a name in a block. */
static void
take_key(struct rewrite *r, struct conf_place at, const char *name)
{
	bool is_labels = !strcmp(name, KEY);

	pass_blanks(r);
	if (is_labels && *r->at == '{') {
		take_block(r);
	} else if (is_labels) {
		conf_error(r->errors, at,
			KEY " is a block; write: " KEY " { team = \"shop\" }");
	} else if (*r->at == '{' && is_near(name)) {
		strbuf_add(r->out, "+={");
		r->at++;
		skip_rest(r);
	}
}

/* A name or a value. */
static void
take_text(struct rewrite *r)
{
	const char *from = r->at;
	struct conf_place at = r->place;
	bool is_key = r->depth == 1 && r->before != '=';
	char *text = take_string(r);

	strbuf_addn(r->out, from, (size_t)(r->at - from));
	r->before = '"';
	if (is_key)
		take_key(r, at, text);
	free(text);
}

static void
take_sign(struct rewrite *r)
{
	r->before = *r->at;
	r->depth += *r->at == '{';
	r->depth -= *r->at == '}' && r->depth;
	if (!r->depth)
		strvec_free(&r->names);
	strbuf_addc(r->out, *r->at++);
}

void
labels_rewrite(const char *scanned, const char *file, struct conf_errors *errors,
	struct strbuf *out)
{
	struct rewrite r = {
		.at = scanned, .place = {file, 1}, .errors = errors, .out = out};

	pass_blanks(&r);
	while (*r.at) {
		if (*r.at == '"')
			take_text(&r);
		else
			take_sign(&r);
		pass_blanks(&r);
	}
	strvec_free(&r.names);
}
