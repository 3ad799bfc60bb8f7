/* Alembic resolves down_revision by whole ids alone (RevisionMap._revision_map), and
 * says no more than KeyError.  People write what the file is called, or what the
 * command line takes. */
#include "migrations/meant.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "migrations/graph.h"

enum { ABBREVIATION_MIN = 4 };

/* NAME or NAME.py of DIR/NAME.py */
static bool
names_file(const struct revision *r, const char *name)
{
	const char *slash = strrchr(r->file, '/');
	const char *base = slash ? slash + 1 : r->file;
	size_t n = strlen(name);

	return n && !strncmp(base, name, n) && (!base[n] || !strcmp(base + n, ".py"));
}

static bool
differs_in_case(const struct revision *r, const char *name)
{
	return !strcasecmp(r->id, name);
}

static bool
differs_in_blanks(const struct revision *r, const char *name)
{
	size_t n;

	name += strspn(name, " \t\r\n");
	n = strlen(name);
	while (n && strchr(" \t\r\n", name[n - 1]))
		n--;
	return n && strlen(r->id) == n && !strncasecmp(r->id, name, n);
}

/* ID_WORDS, as files are named by default. */
static bool
begins_with_id(const struct revision *r, const char *name)
{
	size_t n = strlen(r->id);

	return n && !strncmp(name, r->id, n) && strchr("_-. ", name[n]);
}

static bool
abbreviates(const struct revision *r, const char *name)
{
	size_t n = strlen(name);

	return n >= ABBREVIATION_MIN && !strncmp(r->id, name, n);
}

/* The surest first. */
static const struct {
	bool (*fits)(const struct revision *r, const char *name);
	const char *how;
} ways[] = {
	{names_file, "the name of the file"},
	{differs_in_case, "in other case the id"},
	{differs_in_blanks, "with blanks around it the id"},
	{begins_with_id, "longer than the id"},
	{abbreviates, "an abbreviation of the id"},
};

static const struct revision *
find_archived(const struct migrations *h, const char *name)
{
	const struct revision *r = NULL;

	for (size_t i = 0; !r && i < h->n_archives; i++)
		r = graph_id(h->archives[i], name);
	return r;
}

static bool
find_one(const struct migrations *h, const char *name, size_t way, struct meant *out)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_revisions; i++) {
		if (!ways[way].fits(&h->revisions[i], name))
			continue;
		out->revision = &h->revisions[i];
		n++;
	}
	out->how = ways[way].how;
	return n == 1;
}

bool
meant_find(const struct migrations *h, const char *name, struct meant *out)
{
	*out = (struct meant){.revision = find_archived(h, name)};
	if (out->revision) {
		out->archived = true;
		out->how = "archived";
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(ways); i++)
		if (find_one(h, name, i, out))
			return true;
	return false;
}
