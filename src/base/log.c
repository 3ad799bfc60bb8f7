/* See log.h. */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

static struct {
	log_sink_fn *sink;
	void *arg;
	enum log_level most;
	atomic_ullong lost;
	bool torn; /* standard error ends in the middle of a line */
} log_state = {.most = LEVEL_INFO};

static const struct {
	enum log_level level;
	const char *name;
} level_names[] = {
	{LEVEL_ERROR, "error"},
	{LEVEL_WARN, "warn"},
	{LEVEL_INFO, "info"},
	{LEVEL_DEBUG, "debug"},
};

void
log_set_sink(log_sink_fn *sink, void *arg)
{
	log_state.sink = sink;
	log_state.arg = arg;
}

void
log_set_level(enum log_level most)
{
	log_state.most = most;
}

const char *
log_level_name(enum log_level level)
{
	for (size_t i = 0; i < COUNT_OF(level_names); i++)
		if (level_names[i].level == level)
			return level_names[i].name;
	return "info";
}

bool
log_level_parse(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < COUNT_OF(level_names); i++)
		if (!strcmp(level_names[i].name, name)) {
			*level = level_names[i].level;
			return true;
		}
	return false;
}

void
log_write(const struct log_record *r)
{
	struct log_record stamped = *r;

	if (r->level > log_state.most)
		return;
	if (!stamped.time_ms)
		stamped.time_ms = clock_wall_ms();
	if (log_state.sink)
		log_state.sink(&stamped, log_state.arg);
	else
		log_sink_logfmt(&stamped, NULL);
}

void
log_msg(enum log_level level, const char *fmt, ...)
{
	va_list ap;
	char *msg;

	va_start(ap, fmt);
	msg = xvasprintf(fmt, ap);
	va_end(ap);
	log_write(&(struct log_record){.level = level, .msg = msg});
	free(msg);
}

void
log_err(enum log_level level, const struct err *e, const char *fmt, ...)
{
	struct log_field fields[] = {
		{"sqlstate", e->sqlstate[0] ? e->sqlstate : NULL}, {"error", e->text}};
	va_list ap;
	char *msg;

	va_start(ap, fmt);
	msg = xvasprintf(fmt, ap);
	va_end(ap);
	log_write(&(struct log_record){.level = level,
		.msg = msg,
		.fields = fields,
		.n_fields = COUNT_OF(fields)});
	free(msg);
}

static bool
has_unseen(const char *s)
{
	const char *from = s;

	while (*s && !text_unseen_in(from, s))
		s++;
	return *s;
}

/* A logfmt value: bare if it can be, else quoted with \" \\ \n escaped. */
static void
add_value(struct strbuf *out, const char *s)
{
	char *clean = text_cleaned(s, 0);

	if (*clean && !strpbrk(clean, " \"=\\") && !has_unseen(clean)) {
		strbuf_add(out, clean);
		free(clean);
		return;
	}
	strbuf_addc(out, '"');
	for (const char *c = clean; *c; c++) {
		size_t unseen = text_unseen_in(clean, c);

		if (unseen)
			text_escape(out, c);
		else if (*c == '"' || *c == '\\')
			strbuf_printf(out, "\\%c", *c);
		else
			strbuf_addc(out, *c);
		c += unseen ? unseen - 1 : 0;
	}
	strbuf_addc(out, '"');
	free(clean);
}

void
log_format_logfmt(const struct log_record *r, struct strbuf *out)
{
	char when[CLOCK_RFC3339_LEN];

	strbuf_printf(out, "time=%s level=%s msg=", clock_rfc3339(r->time_ms, when),
		log_level_name(r->level));
	add_value(out, r->msg);
	for (size_t i = 0; i < r->n_fields; i++) {
		if (!r->fields[i].value)
			continue;
		strbuf_printf(out, " %s=", r->fields[i].key);
		add_value(out, r->fields[i].value);
	}
	strbuf_addc(out, '\n');
}

static void
add_json_field(cJSON *o, const struct log_field *f)
{
	if (f->is_number)
		json_add(o, f->key, cJSON_CreateRaw(f->value));
	else
		json_add_str(o, f->key, f->value);
}

void
log_format_json(const struct log_record *r, struct strbuf *out)
{
	cJSON *o = json_object();
	char *line;

	json_add_time(o, "time", r->time_ms);
	json_add_str(o, "level", log_level_name(r->level));
	json_add_str(o, "msg", r->msg);
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].value)
			add_json_field(o, &r->fields[i]);
	line = json_print(o);
	strbuf_printf(out, "%s\n", line);
	free(line);
	cJSON_Delete(o);
}

/* How much could be written. */
static size_t
write_some(int fd, const char *s, size_t n)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	size_t at = 0;

	while (at < n) {
		ssize_t done = write(fd, s + at, n - at);

		if (done >= 0)
			at += (size_t)done;
		else if (errno == EAGAIN)
			/* Whoever shares the pipe made it so. */
			poll(&ready, 1, -1);
		else if (errno != EINTR)
			break;
	}
	return at;
}

/* A disk that becomes full takes a part of a line: the next one begins anew. */
static bool
write_line(void (*format)(const struct log_record *, struct strbuf *),
	const struct log_record *r)
{
	struct strbuf b = {0};
	size_t written;
	bool ok;

	if (log_state.torn)
		strbuf_addc(&b, '\n');
	format(r, &b);
	written = write_some(STDERR_FILENO, b.s, b.len);
	ok = written == b.len;
	if (written)
		log_state.torn = !ok;
	strbuf_free(&b);
	return ok;
}

bool
log_sink_logfmt(const struct log_record *r, void *arg)
{
	(void)arg;
	return write_line(log_format_logfmt, r);
}

bool
log_sink_json(const struct log_record *r, void *arg)
{
	(void)arg;
	return write_line(log_format_json, r);
}

void
log_count_lost(void)
{
	atomic_fetch_add(&log_state.lost, 1);
}

uint64_t
log_lost(void)
{
	return atomic_load(&log_state.lost);
}
