/* Object kinds as one const table: a kind is a row here and a test, no code. */
#ifndef CATALOG_KINDS_H
#define CATALOG_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/declared.h"
#include "catalog/canon.h"

/* In the order in which findings are listed.  Contract 2 names them all; a kind
 * without a row in kinds[] that has statements is not read yet. */
enum kind {
	KIND_SCHEMA,
	KIND_EXTENSION,
	KIND_TABLE,
	KIND_COLUMN,
	KIND_CONSTRAINT,
	KIND_INDEX,
	KIND_SEQUENCE,
	KIND_VIEW,
	KIND_MATERIALIZED_VIEW,
	KIND_TYPE,
	KIND_DOMAIN,
	KIND_FUNCTION,
	KIND_PROCEDURE,
	KIND_AGGREGATE,
	KIND_TRIGGER,
	KIND_RULE,
	KIND_POLICY,
	KIND_EVENT_TRIGGER,
	KIND_PUBLICATION,
	KIND_SUBSCRIPTION,
	KIND_FOREIGN_DATA_WRAPPER,
	KIND_FOREIGN_SERVER,
	KIND_FOREIGN_TABLE,
	KIND_USER_MAPPING,
	KIND_STATISTICS,
	KIND_COLLATION,
	KIND_CONVERSION,
	KIND_OPERATOR,
	KIND_OPERATOR_CLASS,
	KIND_OPERATOR_FAMILY,
	KIND_CAST,
	KIND_TEXT_SEARCH_CONFIGURATION,
	KIND_TEXT_SEARCH_DICTIONARY,
	KIND_TEXT_SEARCH_PARSER,
	KIND_TEXT_SEARCH_TEMPLATE,
	KIND_ACCESS_METHOD,
	KIND_TRANSFORM,
	KIND_LANGUAGE,
	KIND_DATABASE_SETTING,
	KIND_DEFAULT_PRIVILEGE,
	KIND_COMMENT,
	KIND_SECURITY_LABEL,
	KIND_GRANT,
	KIND_DATABASE,
	KIND_COUNT,
	KIND_NONE = KIND_COUNT
};

/* By the effect on statements that worked where all was as expected: they may fail, see
 * other rows or do something else; nothing is lost to them; nothing else is. */
enum severity { SEVERITY_BREAKING, SEVERITY_ADDITIVE, SEVERITY_COSMETIC };

struct object;
struct snapshot;

/* What has to be asked for before a property, or a kind, is compared. */
enum comparison_switch {
	SWITCH_ALWAYS, /* compared by default */
	SWITCH_COLUMN_ORDER,
	SWITCH_OWNERS,
	SWITCH_GRANTS,
	SWITCH_COMMENTS, /* on by default, can be taken out */
	SWITCH_GENERATED_NAMES,
	SWITCH_LOCALE,
	SWITCH_ALL,  /* only with --all: tablespaces, statistics targets, extension
		      * versions, populated or not, settings of the database */
	SWITCH_NEVER /* only shown, as expected or found of a whole object */
};

struct property {
	const char *name; /* the column's name in the statement's result */
	enum comparison_switch only_with;
	enum severity severity; /* of a change of it, as a rule */
	enum canon canon;       /* what canon_apply() does to its values */
	bool secrets;           /* values may hold some, see secret.h */
	/* The property of which this one is but a consequence: where that one changed,
	 * a change of this one is none of its own.  NULL: none. */
	const char *implied_by;
	/* Of a value that is one of two properties: the other one, shown where this one
	 * is not set, and implied by this one.  NULL: none. */
	const char *otherwise;
	/* Where the values decide on the severity, see severity.h.  NULL: the rule
	 * holds. */
	enum severity (*severity_of)(
		const struct object *expected, const struct object *found);
	/* The value that says nothing, of nearly all objects: of a whole one it is not
	 * shown.  NULL: none. */
	const char *usual;
	/* Compared with nothing: that the found side has a value is the difference. */
	bool of_found_alone;
	/* No server answers NULL for it, once the details are there. */
	bool required;
	/* Of the values that a statement can give, as in base/declared.h. */
	const char *form;
	/* The property that is NULL where this one is, and nowhere else.  NULL: none.
	 */
	const char *together_with;
};

enum { KIND_MAX_PROPERTIES = 40, KIND_MAX_VERSIONS = 5, KIND_MAX_CATALOGS = 2 };

/* One statement for a range of server versions (server_version_num). */
struct kind_sql {
	int min_version, max_version; /* inclusive; 0: no limit */
	const char *sql;
};

/* How objects are known, beside `schema` and `name`: parts of a relation (or domain)
 * have its name and a `part`; routines and operators have `args`, operator classes
 * and families the access method there.  A schema, extension and all else without a
 * schema has a `name` alone; a user mapping the server's and as `part` the user; a
 * cast and a transform are "cast" and "transform" with `args`; default privileges
 * have a schema (or none), the role as `name`, the class of objects as `part`; a
 * database is called "itself", since its name may differ, and there is one; a
 * database setting has the parameter's name and perhaps a role as `part`; a comment, a
 * security label and a grant have the identity of what they are on, and its kind's word
 * in `on`: one grant for each object, with everybody's privileges, and one security
 * label, with what each provider says. */
struct kind_info {
	const char *word;   /* "materialized_view" */
	const char *plural; /* for people: "materialized views" */
	enum comparison_switch only_with;
	enum severity missing,
		unexpected; /* of an object on one side only, as a rule */
	/* Where the object decides, of that snapshot.  NULL: the rule holds. */
	enum severity (*missing_of)(const struct snapshot *s, const struct object *o);
	enum severity (*unexpected_of)(
		const struct snapshot *s, const struct object *o);
	const struct property *properties; /* ends with a NULL name */
	size_t n_properties;
	/* Its statement has a parameter, an oid[]: of which relations objects are
	 * wanted, those that hang on one included.  NULL: of all. */
	bool of_relations;
	/* Catalogs: where the probe counts no row in any of them, there is no such
	 * object, so its statement shows nothing that the probe leaves out
	 * (optional.h).  NULL: there is no telling. */
	const char *only_with_rows[KIND_MAX_CATALOGS];
	/* How many there are; the columns are told below. */
	struct declared gives;
	/* Reads catalog rows only: takes no lock, sees one snapshot.  Columns, by
	 * name: any of `schema name part args on parent parent_part oid deparse`, then
	 * properties.  A property that is no column here is NULL. */
	struct kind_sql reads[KIND_MAX_VERSIONS];
	/* Calls functions that open a relation (pg_get_viewdef(), …); `$1` is an
	 * oid[] of objects that `reads` gave with a true `deparse` column.  Columns:
	 * `oid`, then properties; these replace what `reads` gave for that object
	 * (the two may overlap: a plain index has its keys from `reads`, one on an
	 * expression from here).  NULL sql: nothing to deparse. */
	struct kind_sql details[KIND_MAX_VERSIONS];
};

/* The row of a kind; never NULL. */
const struct kind_info *kind_info(enum kind k);
/* The kind of that word, KIND_NONE if there is none. */
enum kind kind_by_word(const char *word);
/* The statement for that server, or NULL. */
const char *kind_sql_for(const struct kind_sql *list, size_t n, int server_version_num);
/* The kinds that are read from that server, in order, and by which statement; returns
 * how many.  Both arrays have KIND_COUNT elements. */
size_t kinds_readable(int server_version_num, enum kind *kinds, const char **sql);
/* A statement of these for what is in that schema alone, and what is in none; the
 * caller frees. */
char *kind_sql_of_schema(const char *sql, const char *schema);
/* Index of a property, -1 if the kind has none of that name. */
int kind_property(enum kind k, const char *name);

#endif
