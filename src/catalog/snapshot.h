/* A catalog as data: objects sorted by kind and identity. */
#ifndef CATALOG_SNAPSHOT_H
#define CATALOG_SNAPSHOT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/rows.h"
#include "base/strbuf.h"
#include "catalog/kinds.h"

/* Raw names, never quoted.  NULL where a kind has no such component. */
struct identity {
	const char *schema;
	const char
		*name; /* of the object, or of the relation or domain it is a part of */
	const char *part; /* column, constraint, trigger, rule, policy */
	const char *args; /* input types of a function; operand types */
	enum kind on;     /* comment, grant: the kind that it is on; else KIND_NONE */
};

struct object {
	enum kind kind;
	struct identity id;
	/* What it hangs on, beside its schema: a relation (or domain) of the same
	 * schema, and perhaps a column of it.  Parts hang on id.name; this is for
	 * indexes, owned sequences, comments and grants on those. */
	const char *parent, *parent_part;
	const char *const *values; /* one a property of the kind; NULL: not set */
	/* The object it goes with: of a comment or grant its target, of an owned
	 * sequence its column, of a part or an index its relation or domain, of the
	 * rest its schema.  NULL: none, or one that was not read. */
	const struct object *belongs_to;
};

/* Bit of `read` that says that the kind was read; the bits below it are its
 * properties. */
#define KIND_WAS_READ (UINT64_C(1) << KIND_MAX_PROPERTIES)

/* Immutable once it is built, so that threads may share it. */
struct snapshot {
	atomic_uint refs;
	struct arena *arena; /* owns all texts */
	/* Its objects are packed, and kept once for all that are equal (library.h):
	 * then `objects` is NULL, and snapshot_open() gives one that has them.  NULL:
	 * they are here. */
	struct volume *volume;
	struct object *objects; /* sorted by object_compare() */
	size_t n_objects;
	/* What was read of a kind: a file of an earlier program may lack kinds and
	 * properties, which then cannot be compared. */
	uint64_t read[KIND_COUNT];
	int server_version_num;     /* 150018; text of another minor is comparable */
	const char *server_version; /* "15.18" */
	bool in_recovery;
	bool has_user_tables; /* any table outside the system's schemas that is
			       * not the version table */
	const char *version_schema, *version_table; /* what was read below; or NULL */
	bool version_table_exists;
	struct strvec revision;         /* recorded rows, sorted */
	char fingerprint[HASH_HEX_LEN]; /* of what is compared by default, without the
					 * version table */
};

/* Shared: a reference's snapshot is held by whoever compares with it.  From any
 * thread. */
struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s);

/* A reference to one that has the objects of `s`: itself, or what it is a copy of
 * (library.h), whose header may be that of another reading.  From any thread.  All
 * functions below want such a one. */
struct snapshot *snapshot_open(const struct snapshot *s);
/* True if both are known to be one catalog; false says nothing. */
bool snapshot_same(const struct snapshot *a, const struct snapshot *b);
/* Forget the object that stands for the database as a whole, with its encoding and
 * locale: of one that was made for this catalog alone they mean nothing.  Nobody else
 * has seen `s` yet, and it is kept nowhere. */
void snapshot_leave_database(struct snapshot *s);
/* How many objects of each kind go into its fingerprint (KIND_COUNT of them); returns
 * how many in all. */
size_t snapshot_count(const struct snapshot *s, size_t *objects);

/* Bytewise by schema, name, part, args, on; a missing component comes first. */
int identity_compare(const struct identity *a, const struct identity *b);
/* By kind, then identity. */
int object_compare(const struct object *a, const struct object *b);
/* The object of that kind and identity, or NULL. */
const struct object *
snapshot_find(const struct snapshot *s, enum kind k, const struct identity *id);
/* Index of the first object that is not before `key`. */
size_t snapshot_lower_bound(const struct snapshot *s, const struct object *key);
/* Table, foreign table, view or materialized view. */
bool kind_is_relation(enum kind k);
/* Known by its arguments alone: casts and transforms. */
bool kind_is_nameless(enum kind k);
/* True for that relation and for all that belongs to it; false if either name is
 * NULL. */
bool object_within(const struct object *o, const char *schema, const char *relation);
/* "public.users.email", "public.f(integer, text)": quoted as quote_ident would;
 * of a comment or grant the name of its target; of a cast "(integer AS text)". */
void object_name(const struct object *o, struct strbuf *out);
const char *object_value(const struct object *o, const char *property);
/* The whole object in one text, for expected or found of a missing one: its
 * `definition` property or the one named like its kind if it has one, else the set
 * properties that are in `shown` (as in snapshot.read) and not as usual. */
void object_show(const struct object *o, uint64_t shown, struct strbuf *out);

/* ---- Building one from query results ---- */

struct builder;

struct builder *builder_new(int server_version_num, const char *server_version);
void builder_free(struct builder *b);
/* Take the complete result of kind_info(k)->reads.  The columns have to be
 * exactly those of the kind: else false, ERR_INTERNAL. */
bool builder_add(
	struct builder *b, enum kind k, const struct rows *r, struct err *e) MUST_CHECK;
/* Before any rows: what was read last time stays, as far as it does (added.h). */
struct added;
void
builder_keep(struct builder *b, const struct snapshot *last, const struct added *a);
/* What has to be deparsed: for each kind the oids in batches of at most
 * `batch_size`, as text of an oid[] ("{1,2,3}").  `*n` receives the count; the
 * array lives as long as `b`. */
struct detail_batch {
	enum kind kind;
	const char *sql;
	const char *oids;
	size_t n_oids;
};
const struct detail_batch *
builder_details(struct builder *b, size_t batch_size, size_t *n);
/* Take one batch's complete result.  An oid that is missing from it, or whose text
 * is NULL where it cannot be, has vanished meanwhile: false, ERR_MOVED. */
bool builder_add_details(struct builder *b, const struct detail_batch *batch,
	const struct rows *r, struct err *e) MUST_CHECK;
void builder_set_revision(struct builder *b, const char *schema, const char *table,
	bool exists, const struct strvec *rows);
/* Canonicalise, sort, fingerprint.  Two objects of one identity: ERR_INTERNAL.
 * Frees `b` whatever happens. */
struct snapshot *builder_finish(struct builder *b, bool in_recovery, struct err *e);

#endif
