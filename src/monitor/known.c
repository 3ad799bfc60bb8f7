/* A document of its own: that of /status is for others, cuts long texts and has only so
 * many findings. */
#include "monitor/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "monitor/environment.h"
#include "monitor/flapped.h"

/* Before 2, all was counted as one: `key` and `seen` of the document. */
enum { FORMAT_ONE_COUNT = 1, FORMAT = 2 };

/* ---- Writing ---- */

/* How far it is confirmed, whatever it is; nothing where nothing differs. */
static void
write_count(cJSON *o, const struct confirmation *c, uint64_t key)
{
	const struct thing *t = confirmation_find(c, key);

	if (!t)
		return;
	if (!t->confirmed)
		json_add_num(o, "seen", t->seen);
	json_add_bool(o, "confirmed", t->confirmed);
	if (t->settled)
		json_add_bool(o, "settled", true);
}

static void
write_revision(
	cJSON *o, const struct published_environment *p, const struct confirmation *c)
{
	cJSON *r = json_add_object(o, "revision");

	write_count(
		r, c, confirm_key_revision(p->revision.status, &p->revision.recorded));
	json_add_str(r, "status", revision_status_word(p->revision.status));
	json_add_str(r, "version_table", p->version_table);
	json_add_list(r, "recorded", &p->revision.recorded);
	json_add_list(r, "expected", &p->revision.expected);
	json_add_list(r, "pending", &p->revision.pending);
	json_add_bool(r, "behind_known", p->behind_known);
}

/* Most of them came together. */
static void
write_first_seen(cJSON *o, int64_t first_ms, int64_t usual_ms)
{
	if (first_ms != usual_ms)
		json_add_num(o, "first_ms", (double)first_ms);
}

static void
write_findings(cJSON *o, const struct published_environment *p, const struct diff *d,
	const struct confirmation *c)
{
	int64_t usual_ms = d && d->n_findings ? published_first_seen(p, 0) : 0;
	cJSON *list, *item;

	if (!d)
		return;
	json_add_num(o, "ignored", (double)d->n_ignored);
	write_first_seen(o, usual_ms, 0);
	list = json_add_array(o, "findings");
	for (size_t i = 0; i < d->n_findings; i++) {
		item = finding_json(&d->findings[i]);
		write_count(item, c, confirm_key_finding(&d->findings[i]));
		write_first_seen(item, published_first_seen(p, i), usual_ms);
		json_push(list, item);
	}
}

static void
write_schema(cJSON *o, const struct published_environment *p, const struct diff *diff,
	const struct confirmation *c)
{
	cJSON *s = json_add_object(o, "schema"), *objects;

	json_add_str(s, "status", schema_status_word(p->schema));
	write_count(s, c, confirm_key_schema(p->schema));
	json_add_str(s, "relation", schema_relation_word(p->relation));
	json_add_str(s, "reference", p->reference);
	json_add_str(s, "reason", p->schema_reason);
	json_add_str(s, "fingerprint", p->fingerprint);
	json_add_bool(s, "compared", p->compared);
	json_add_num(s, "drift_since_ms", (double)p->drift_since_ms);
	/* Else each check that succeeds sees them. */
	if (p->kept)
		json_add_num(s, "seen_ms", (double)p->seen_ms);
	if (p->held_against)
		json_add_num(s, "baseline", (double)p->held_against);
	objects = json_add_object(s, "objects");
	for (int k = 0; k < KIND_COUNT; k++)
		if (p->objects[k])
			json_add_num(objects, kind_info((enum kind)k)->word,
				(double)p->objects[k]);
	write_findings(s, p, diff, c);
}

static void
write_times(cJSON *o, const struct published_environment *p)
{
	if (!p->lasting_since_ms)
		return;
	json_add_str(o, "state", state_word(p->lasting));
	json_add_num(o, "since_ms", (double)p->lasting_since_ms);
	json_add_num(o, "unwatched_from_ms", (double)p->unwatched_from_ms);
	json_add_num(o, "unwatched_to_ms", (double)p->unwatched_to_ms);
}

/* `diff`: whose findings are written; NULL: nobody's. */
static char *
write_all(const struct published_environment *p, const struct diff *diff,
	const struct confirmation *c, const struct flapping *f)
{
	cJSON *o = json_object();
	char *text;

	json_add_num(o, "format", FORMAT);
	json_add_str(o, "server_version", p->server_version);
	json_add_bool(o, "in_recovery", p->in_recovery);
	json_add_str(o, "system_identifier", p->identity.system);
	json_add_str(o, "database_oid", p->identity.database);
	json_add_str(o, "database", p->identity.name);
	json_add_bool(o, "had_tables", p->had_tables);
	json_add_num(o, "had_objects", (double)p->had_objects);
	json_add_num(o, "had_ms", (double)p->had_ms);
	write_times(o, p);
	write_revision(o, p, c);
	write_schema(o, p, diff, c);
	flapped_write(o, f, c);
	text = json_print(o);
	cJSON_Delete(o);
	return text;
}

char *
known_write(const struct published_environment *p, const struct confirmation *c,
	const struct flapping *f)
{
	return write_all(p, p->diff, c, f);
}

void
known_digest(const struct published_environment *p, const struct confirmation *c,
	const struct flapping *f, char hex[static HASH_HEX_LEN])
{
	char *text = write_all(p, NULL, c, f);

	hash_of(text, strlen(text), hex);
	free(text);
}

/* ---- Reading ---- */

typedef const char *word_fn(int i);

static const char *
kind_word(int i)
{
	return kind_info((enum kind)i)->word;
}

static const char *
change_word_of(int i)
{
	return change_word((enum change)i);
}

static const char *
severity_word_of(int i)
{
	return severity_word((enum severity)i);
}

static const char *
revision_word_of(int i)
{
	return revision_status_word((enum revision_status)i);
}

static const char *
schema_word_of(int i)
{
	return schema_status_word((enum schema_status)i);
}

static const char *
relation_word_of(int i)
{
	return schema_relation_word((enum schema_relation)i);
}

/* Which of `n` words a member is; -1: none. */
static int
word_of(const cJSON *o, const char *key, word_fn *word, int n)
{
	const char *text = json_str(o, key);

	for (int i = 0; text && i < n; i++)
		if (word(i) && !strcmp(word(i), text))
			return i;
	return -1;
}

static int64_t
number_of(const cJSON *o, const char *key)
{
	int64_t n;

	return json_whole(o, key, &n) ? n : 0;
}

static const char *
text_in(struct arena *a, const cJSON *o, const char *key)
{
	const char *text = json_str(o, key);

	return text ? arena_strdup(a, text) : NULL;
}

static bool
read_finding(struct diff *d, const cJSON *o)
{
	struct finding *f = &d->findings[d->n_findings];
	int kind = word_of(o, "kind", kind_word, KIND_COUNT);
	int on = word_of(o, "on", kind_word, KIND_COUNT);
	int change = word_of(o, "change", change_word_of, CHANGE_COUNT);
	int severity = word_of(o, "severity", severity_word_of, SEVERITY_COSMETIC + 1);

	if (kind < 0 || change < 0 || severity < 0 || !json_str(o, "name"))
		return false;
	*f = (struct finding){.kind = (enum kind)kind,
		.on = on < 0 ? KIND_NONE : (enum kind)on,
		.change = (enum change)change,
		.severity = (enum severity)severity,
		.name = text_in(d->arena, o, "name"),
		.property = text_in(d->arena, o, "property"),
		.expected = text_in(d->arena, o, "expected"),
		.found = text_in(d->arena, o, "found"),
		.missing = text_in(d->arena, o, "missing"),
		.unexpected = text_in(d->arena, o, "unexpected"),
		.renamed = text_in(d->arena, o,
			change == CHANGE_MISSING ? "renamed_to" : "renamed_from"),
		.note = text_in(d->arena, o, "note"),
		.within_kind = KIND_NONE};
	d->n_findings++;
	d->n_change[change]++;
	d->by_kind[kind][change]++;
	return true;
}

/* NULL: nothing was compared, or what was found is not understood. */
static struct diff *
read_findings(const cJSON *schema)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(schema, "findings"), *v;
	struct diff *d;
	bool ok = true;

	if (!cJSON_IsArray(list))
		return NULL;
	d = xcalloc(1, sizeof *d);
	d->refs = 1;
	d->arena = arena_new();
	d->n_ignored = (size_t)number_of(schema, "ignored");
	d->findings = arena_alloc(
		d->arena, ((size_t)cJSON_GetArraySize(list) + 1) * sizeof *d->findings);
	cJSON_ArrayForEach(v, list) ok = ok && read_finding(d, v);
	d->status = d->n_findings ? DIFF_DRIFTED : DIFF_IN_SYNC;
	if (ok)
		return d;
	diff_unref(d);
	return NULL;
}

/* They are all there, in that order. */
static struct sightings *
read_sightings(struct diff *d, const cJSON *schema)
{
	struct sightings *s =
		d ? sightings_new(d, number_of(schema, "first_ms")) : NULL;
	const cJSON *v;
	size_t i = 0;

	if (!s)
		return NULL;
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(schema, "findings"))
	{
		if (cJSON_HasObjectItem(v, "first_ms"))
			s->first_ms[i] = number_of(v, "first_ms");
		i++;
	}
	return s;
}

static bool
read_revision(struct published_environment *p, const cJSON *o)
{
	const cJSON *r = cJSON_GetObjectItemCaseSensitive(o, "revision");
	int status = word_of(r, "status", revision_word_of, REVISION_STATUS_COUNT);

	if (status < 0)
		return false;
	p->revision.status = (enum revision_status)status;
	p->version_table = xstrdup_null(json_str(r, "version_table"));
	json_strings(r, "recorded", &p->revision.recorded);
	json_strings(r, "expected", &p->revision.expected);
	json_strings(r, "pending", &p->revision.pending);
	p->behind_known =
		cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(r, "behind_known"));
	return true;
}

/* True if the findings are those of the status. */
static bool
is_consistent(const struct published_environment *p)
{
	bool differs =
		p->schema == SCHEMA_DRIFTED || p->schema == SCHEMA_OTHER_REVISION;

	return differs ? p->diff && p->diff->n_findings > 0
		       : !p->diff || p->schema != SCHEMA_IN_SYNC ||
				 !p->diff->n_findings;
}

static bool
read_schema(struct published_environment *p, const cJSON *o)
{
	const cJSON *s = cJSON_GetObjectItemCaseSensitive(o, "schema");
	const cJSON *objects = cJSON_GetObjectItemCaseSensitive(s, "objects");
	int status = word_of(s, "status", schema_word_of, SCHEMA_STATUS_COUNT);
	int relation = word_of(s, "relation", relation_word_of, RELATION_COUNT);

	if (status < 0)
		return false;
	p->schema = (enum schema_status)status;
	p->relation = relation < 0 ? RELATION_NONE : (enum schema_relation)relation;
	p->reference = xstrdup_null(json_str(s, "reference"));
	p->schema_reason = xstrdup_null(json_str(s, "reason"));
	p->fingerprint = xstrdup_null(json_str(s, "fingerprint"));
	p->compared = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "compared"));
	p->drift_since_ms = number_of(s, "drift_since_ms");
	p->held_against = number_of(s, "baseline");
	for (int k = 0; k < KIND_COUNT; k++) {
		p->objects[k] =
			(size_t)number_of(objects, kind_info((enum kind)k)->word);
		p->n_objects += p->objects[k];
	}
	p->diff = read_findings(s);
	p->sightings = read_sightings(p->diff, s);
	p->seen_ms = number_of(s, "seen_ms");
	return is_consistent(p);
}

/* Where the counts stand: in `o`, or, of the old format, in the document for all. */
struct counts {
	const cJSON *document;
	struct confirmation *c;
};

static void
read_count(
	const struct counts *from, const cJSON *o, enum thing_kind kind, uint64_t key)
{
	struct thing t = {.kind = kind, .key = key};

	if (from->document)
		o = from->document;
	else if (!cJSON_HasObjectItem(o, "confirmed"))
		return;
	t.seen = (unsigned)number_of(o, "seen");
	t.confirmed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "confirmed"));
	t.settled = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "settled"));
	confirmation_add(from->c, &t);
}

/* A count of the old format is there only where there was something to count. */
static void
read_counts(const struct counts *from, const struct published_environment *p,
	const cJSON *o)
{
	const cJSON *s = cJSON_GetObjectItemCaseSensitive(o, "schema"), *v;
	size_t i = 0;

	if (from->document && number_of(o, "seen") < 1)
		return;
	read_count(from, cJSON_GetObjectItemCaseSensitive(o, "revision"),
		THING_REVISION,
		confirm_key_revision(p->revision.status, &p->revision.recorded));
	read_count(from, s, THING_SCHEMA, confirm_key_schema(p->schema));
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(s, "findings"))
	{
		if (p->diff && i < p->diff->n_findings)
			read_count(from, v, THING_FINDING,
				confirm_key_finding(&p->diff->findings[i++]));
	}
	confirmation_sort(from->c);
}

static void
read_text(char *to, size_t size, const cJSON *o, const char *key)
{
	const char *text = json_str(o, key);

	snprintf(to, size, "%s", text ? text : "");
}

static void
read_identity(struct instance_id *i, const cJSON *o)
{
	read_text(i->system, sizeof i->system, o, "system_identifier");
	read_text(i->database, sizeof i->database, o, "database_oid");
	read_text(i->name, sizeof i->name, o, "database");
}

static void
read_times(struct published_environment *p, const cJSON *o)
{
	const char *state = json_str(o, "state");

	if (!state || !state_parse(state, &p->lasting))
		return;
	p->lasting_since_ms = number_of(o, "since_ms");
	p->unwatched_from_ms = number_of(o, "unwatched_from_ms");
	p->unwatched_to_ms = number_of(o, "unwatched_to_ms");
}

struct published_environment *
known_read(const char *text, struct confirmation *c, struct flapping *f)
{
	struct published_environment *p = xcalloc(1, sizeof *p);
	cJSON *o = cJSON_Parse(text);
	int format = (int)number_of(o, "format");
	struct counts counts = {format == FORMAT_ONE_COUNT ? o : NULL, c};
	bool ok = (format == FORMAT_ONE_COUNT || format == FORMAT) &&
		  read_revision(p, o) && read_schema(p, o);

	confirmation_fini(c);
	flapping_fini(f);
	if (ok) {
		read_counts(&counts, p, o);
		flapped_read(o, f, c);
	}
	p->server_version = xstrdup_null(json_str(o, "server_version"));
	p->in_recovery =
		cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "in_recovery"));
	read_identity(&p->identity, o);
	p->had_tables = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "had_tables"));
	p->had_objects = (size_t)number_of(o, "had_objects");
	p->had_ms = number_of(o, "had_ms");
	read_times(p, o);
	cJSON_Delete(o);
	if (ok)
		return p;
	published_environment_free(p);
	return NULL;
}

/* ---- Using ---- */

static void
step_time(cJSON *o, const char *key, const struct clock_step *step)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);
	int64_t ms = number_of(o, key);

	if (item)
		cJSON_SetNumberValue(item, (double)clock_stepped(ms, step));
}

static void
step_schema(cJSON *s, const struct clock_step *step)
{
	cJSON *v;

	step_time(s, "drift_since_ms", step);
	step_time(s, "seen_ms", step);
	step_time(s, "first_ms", step);
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(s, "findings"))
	{
		step_time(v, "first_ms", step);
	}
}

char *
known_step(char *text, const struct clock_step *step)
{
	static const char *const keys[] = {
		"since_ms", "unwatched_from_ms", "unwatched_to_ms", "had_ms"};
	cJSON *o = text ? cJSON_Parse(text) : NULL;

	if (!o)
		return text;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		step_time(o, keys[i], step);
	step_schema(cJSON_GetObjectItemCaseSensitive(o, "schema"), step);
	free(text);
	text = json_print(o);
	cJSON_Delete(o);
	return text;
}

static void
fill_schema(struct published_environment *p, const struct published_environment *known)
{
	p->schema = known->schema;
	p->held_against = known->held_against;
	p->relation = known->relation;
	free(p->schema_reason);
	p->schema_reason = xstrdup_null(known->schema_reason);
	diff_unref(p->diff);
	p->diff = known->diff ? diff_ref(known->diff) : NULL;
}

void
known_fill(struct published_environment *p, const struct published_environment *known)
{
	judgement_fini(&p->revision);
	p->revision = (struct judgement){.status = known->revision.status};
	strvec_copy(&p->revision.recorded, &known->revision.recorded);
	strvec_copy(&p->revision.expected, &known->revision.expected);
	strvec_copy(&p->revision.pending, &known->revision.pending);
	p->behind_known = known->behind_known;
	free(p->server_version);
	p->server_version = xstrdup_null(known->server_version);
	p->in_recovery = known->in_recovery;
	p->identity = known->identity;
	free(p->fingerprint);
	p->fingerprint = xstrdup_null(known->fingerprint);
	p->n_objects = known->n_objects;
	memcpy(p->objects, known->objects, sizeof p->objects);
	if (text_same(p->reference, known->reference))
		fill_schema(p, known);
}
