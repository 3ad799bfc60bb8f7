/* A database as pgdriftd asks it, played through the scripted libpq: what it answers is
 * data that a test may change between (and during) checks. */
#ifndef TESTS_UNIT_READING_SERVER_H
#define TESTS_UNIT_READING_SERVER_H

#include "tests/unit/unit.h"

#include "tests/fake/fake_libpq.h"
#include "tests/unit/base/plain.h"

/* One answer is none that its statement can give. */
struct server_damage {
	const char *sql;
	enum {
		DAMAGED_VALUE, /* it has that `value` in `column` */
		DAMAGED_NAME,  /* its first column is called "name" */
		DAMAGED_LESS,  /* its last column is missing */
		DAMAGED_MORE,  /* it has a column "more" */
		DAMAGED_NO_ROW,
		DAMAGED_TWO_ROWS,
	} what;
	const char *column, *value;
};

struct server {
	const char *version_num;  /* "150018" */
	const char *system, *oid; /* which database it is */
	bool migrating, perhaps, version_exists, version_unreadable;
	bool dies;                  /* with the next statement */
	bool version_moves;         /* it is another than the snapshot has */
	bool standby;               /* it is one: it has got up to 900 of the log */
	const char *position;       /* in the log */
	const char *version_kind;   /* relkind of what has its name */
	const char *version_type;   /* that its column has and should not, or NULL */
	const char *version_policy; /* that filters its rows, or NULL */
	const char *elsewhere;      /* a table like it in schema app, or NULL */
	bool role_super;            /* what the role may do: versionsql.h */
	const char *role_powers, *role_owners; /* or NULL */
	bool idle, locked;    /* nothing else is written; somebody holds a lock */
	const char *written;  /* changes with whatever is written to an idle one */
	const char *standing; /* who asks, and what roles there are */
	const char *probe;    /* what the change probe says */
	const char
		*later_probe; /* … from its second time in a connection on; or NULL */
	const char *passing_probe;      /* … the second time only; or NULL */
	const char *revision;           /* the recorded row; NULL: none */
	const char *const *revisions_v; /* n_revisions of them instead; or NULL */
	size_t n_revisions;
	const char
		*later_revision; /* … at the second reading in a connection; or NULL */
	const char *column_type; /* of public.t.id */
	const char *view;        /* definition of public.v; NULL: it has vanished */
	const char *sqlstate;    /* with which `failing` fails */
	const char *failing;     /* the SQL that fails begins so; NULL: none */
	/* Counted: statements of each sort since the last reset. */
	unsigned stills_asked, probes, revisions, reads, details, positions, infos;
	bool position_first; /* before `infos` */
	unsigned connection_probes, connection_revisions;
	const struct server_damage *damage; /* or NULL */
	/* Of the answers of a connection. */
	const char *cells[256][8];
	struct plain rows[16];
	char hashes[8][33];
	unsigned n_cells, n_rows;
	unsigned moved; /* how often a busy one was asked */
	char stills[8][64];
};

/* A server at revision "a" with table public.t (id integer) and view public.v. */
struct server server_sound(void);
/* Answer the next connection to a DSN that contains `dsn_part`. */
void server_await(struct server *s, const char *dsn_part);

#endif
