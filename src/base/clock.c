/* Clocks, and the two text forms of time that users meet. */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_wall_ms(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_mono_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_boot_ms(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

int64_t
clock_stepped(int64_t ms, const struct clock_step *s)
{
	return ms && ms >= s->from_ms && ms <= s->to_ms ? ms + s->by_ms : ms;
}

int64_t
clock_thread_us(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

const char *
clock_rfc3339(int64_t ms, char *buf)
{
	time_t t = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm tm;

	if (!gmtime_r(&t, &tm) ||
		!strftime(buf, CLOCK_RFC3339_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf[0] = '\0';
	return buf;
}

const char *
clock_rfc3339_ms(int64_t ms, char *buf)
{
	size_t n = strlen(clock_rfc3339(ms, buf));

	if (n)
		snprintf(buf + n - 1, CLOCK_RFC3339_LEN - n + 1, ".%03dZ",
			(int)((ms % 1000 + 1000) % 1000));
	return buf;
}

/* The zone of a timestamp: "Z", "+02:00", "-0530"; seconds to add for UTC. */
static bool
parse_zone(const char *s, long *seconds)
{
	unsigned h, m;
	int used = 0;

	*seconds = 0;
	if (!strcmp(s, "Z") || !strcmp(s, "z"))
		return true;
	if (*s != '+' && *s != '-')
		return false;
	if (sscanf(s + 1, "%2u:%2u%n", &h, &m, &used) != 2 || s[1 + used] != '\0')
		if (sscanf(s + 1, "%2u%2u%n", &h, &m, &used) != 2 ||
			s[1 + used] != '\0')
			return false;
	if (h > 23 || m > 59)
		return false;
	*seconds = (long)(h * 3600 + m * 60) * (*s == '+' ? -1 : 1);
	return true;
}

static bool
parse_fraction(const char **s, int64_t *ms)
{
	int64_t unit = 100;

	*ms = 0;
	if (**s != '.')
		return true;
	(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*ms += (**s - '0') * unit;
	return true;
}

/* The seconds may be left out. */
static const char *
parse_time(const char *text, struct tm *tm)
{
	const char *rest = strptime(text, "%H:%M:%S", tm);

	return rest ? rest : strptime(text, "%H:%M", tm);
}

bool
clock_parse(const char *text, int64_t *ms)
{
	struct tm tm = {0};
	int64_t fraction = 0;
	const char *rest;
	long zone = 0;
	time_t t;

	rest = strptime(text, "%Y-%m-%d", &tm);
	if (!rest)
		return false;
	if (*rest) {
		if (*rest != 'T' && *rest != 't' && *rest != ' ')
			return false;
		rest = parse_time(rest + 1, &tm);
		if (!rest || !parse_fraction(&rest, &fraction) ||
			!parse_zone(rest, &zone))
			return false;
	}
	t = timegm(&tm);
	*ms = ((int64_t)t + zone) * 1000 + fraction;
	return true;
}

static const struct unit {
	const char *name;
	int64_t ms;
} units[] = {
	{"d", 86400000},
	{"h", 3600000},
	{"m", 60000},
	{"s", 1000},
	{"ms", 1},
};

static const struct unit *
find_unit(const char *s, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (strlen(units[i].name) == n && !strncmp(units[i].name, s, n))
			return &units[i];
	return NULL;
}

bool
duration_parse(const char *text, int64_t *ms)
{
	const int64_t most = INT64_C(10) * 366 * 86400000;
	int64_t total = 0;

	if (!strcmp(text, "0")) {
		*ms = 0;
		return true;
	}
	if (!*text)
		return false;
	while (*text) {
		size_t digits = strspn(text, "0123456789");
		size_t letters = strspn(text + digits, "dhms");
		const struct unit *u = find_unit(text + digits, letters);
		int64_t n;

		if (!digits || digits > 12 || !u)
			return false;
		n = strtoll(text, NULL, 10);
		if (n > most / u->ms || (total += n * u->ms) > most)
			return false;
		text += digits + letters;
	}
	*ms = total;
	return true;
}

bool
clock_since(const char *text, int64_t now_ms, int64_t *ms)
{
	int64_t ago;

	if (clock_parse(text, ms))
		return true;
	if (!duration_parse(text, &ago))
		return false;
	*ms = now_ms - ago;
	return true;
}

const char *
duration_format(int64_t ms, char *buf, size_t size)
{
	size_t at = 0;

	snprintf(buf, size, "0s");
	for (size_t i = 0; i < COUNT_OF(units) && at < size; i++) {
		if (ms < units[i].ms)
			continue;
		at += (size_t)snprintf(buf + at, size - at, "%lld%s",
			(long long)(ms / units[i].ms), units[i].name);
		ms %= units[i].ms;
	}
	return buf;
}
