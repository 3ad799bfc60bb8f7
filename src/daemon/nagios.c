/* The worst counts: CRITICAL, which is known, before UNKNOWN. */
#include "daemon/nagios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "verdict/phrase.h"

enum nagios_status { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_UNKNOWN, NAGIOS_CRITICAL };

static const struct {
	const char *word;
	int exit_status;
} statuses[] = {
	[NAGIOS_OK] = {"OK", 0},
	[NAGIOS_WARNING] = {"WARNING", 1},
	[NAGIOS_UNKNOWN] = {"UNKNOWN", 3},
	[NAGIOS_CRITICAL] = {"CRITICAL", 2},
};

struct summary {
	enum nagios_status worst;
	size_t n, findings;
	bool unknown_findings;
	struct strbuf text;
	const struct published_environment *only; /* that is not OK */
	size_t n_bad;
};

static enum nagios_status
status_of(const struct published_environment *e)
{
	if (e->state == STATE_MIGRATING || e->state == STATE_UNCONFIRMED)
		return NAGIOS_WARNING;
	if (published_undecided(e))
		return NAGIOS_UNKNOWN;
	return e->state == STATE_IN_SYNC ? NAGIOS_OK : NAGIOS_CRITICAL;
}

static void
take(struct summary *s, const struct published_environment *e)
{
	enum nagios_status status = status_of(e);

	s->n++;
	s->findings += e->diff ? e->diff->n_findings : 0;
	s->unknown_findings |=
		e->check != CHECK_OK || (e->reference && (!e->diff || e->kept));
	if (status > s->worst)
		s->worst = status;
	if (status == NAGIOS_OK)
		return;
	s->only = e;
	s->n_bad++;
	strbuf_printf(&s->text, "%s%s %s", s->text.len ? ", " : "", e->name,
		state_word(e->state));
	if (!e->diff || !e->diff->n_findings)
		return;
	strbuf_add(&s->text, " (");
	phrase_count(&s->text, e->diff->n_findings, "difference");
	phrase_breaking(&s->text, e->diff);
	strbuf_addc(&s->text, ')');
}

/* "|" begins the performance data, and a line is one. */
static void
print_text(const char *text)
{
	char *line = text_line(text, 0);

	text_replace(line, '|', '/');
	fputs(line, stdout);
	free(line);
}

int
nagios_print(const struct published *p, const struct strvec *names, bool incomplete)
{
	struct summary s = {.worst = incomplete ? NAGIOS_UNKNOWN : NAGIOS_OK};

	for (size_t i = 0; i < p->n_environments; i++)
		if (!names->n || strvec_has(names, p->environments[i]->name))
			take(&s, p->environments[i]);
	if (s.n_bad == 1)
		strbuf_printf(&s.text, ": %s", s.only->hint);
	printf("PGDRIFTD %s - ", statuses[s.worst].word);
	print_text(s.text.len             ? s.text.s
		   : s.worst == NAGIOS_OK ? "all in sync"
					  : "not all were checked");
	printf(" | environments=%zu findings=", s.n);
	if (s.unknown_findings || incomplete)
		puts("U");
	else
		printf("%zu\n", s.findings);
	strbuf_free(&s.text);
	return statuses[s.worst].exit_status;
}

int
nagios_fail(const char *why)
{
	printf("PGDRIFTD %s - ", statuses[NAGIOS_UNKNOWN].word);
	print_text(why);
	putchar('\n');
	return statuses[NAGIOS_UNKNOWN].exit_status;
}
