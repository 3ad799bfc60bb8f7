/* See grants.h.  An extension's member that was granted as the extension does has no
 * list here: what the extension gives is the server's. */
#include "diff/grants.h"

#include "catalog/privileges.h"

bool
grants_are(enum kind k)
{
	return k == KIND_GRANT || k == KIND_DEFAULT_PRIVILEGE;
}

/* What `to` lacks of `from`, as one text of the diff's, or NULL. */
static const char *
lost(struct comparison *c, const struct object *o, const char *from, const char *to)
{
	struct strvec items = {0};
	struct strbuf b = {0};
	const char *text;

	privileges_lost(privileges_class(o), from, to, &items);
	strvec_join(&items, "; ", &b);
	text = items.n ? arena_strdup(c->diff->arena, b.s) : NULL;
	strbuf_free(&b);
	strvec_free(&items);
	return text;
}

void
grants_tell(struct comparison *c, const struct object *o, struct finding *f)
{
	f->missing = lost(c, o, f->expected, f->found);
	f->unexpected = lost(c, o, f->found, f->expected);
}

static bool
reduced(const struct object *o, const char *expected, const char *found)
{
	return privileges_reduced(privileges_class(o), expected, found);
}

void
grants_note_alone(struct comparison *c, enum side side, const struct object *o)
{
	bool missing = side == EXPECTED;
	struct finding f = {.change = CHANGE_CHANGED,
		.property = "privileges",
		.expected = missing ? privileges_list(o) : privileges_implied(o),
		.found = missing ? privileges_implied(o) : privileges_list(o)};

	f.severity =
		reduced(o, f.expected, f.found) ? SEVERITY_BREAKING : SEVERITY_ADDITIVE;
	grants_tell(c, o, &f);
	if (!f.missing != !f.unexpected &&
		!privileges_differ_within(privileges_class(o), f.expected, f.found)) {
		f.change = f.missing ? CHANGE_MISSING : CHANGE_UNEXPECTED;
		f.expected = f.missing;
		f.found = f.unexpected;
		f.property = f.missing = f.unexpected = NULL;
	}
	comparison_note(c, o, f);
}
