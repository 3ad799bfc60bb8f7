/* What all commands say in the same way. */
#include "daemon/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/discovered.h"
#include "conf/redact.h"

static void PRINTF_LIKE(1, 0) complain(const char *fmt, va_list ap)
{
	char *text = xvasprintf(fmt, ap);
	struct strbuf b = {0};

	conf_redact_words(text, &b);
	fflush(stdout);
	fputs("pgdriftd: ", stderr);
	command_put(stderr, b.s);
	fputc('\n', stderr);
	strbuf_free(&b);
	free(text);
}

void
command_put(FILE *to, const char *text)
{
	struct strbuf b = {0};

	text_visible(&b, text, 0, "\n\t");
	fputs(b.s, to);
	strbuf_free(&b);
}

int
command_usage(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	fprintf(stderr, "Try 'pgdriftd %s --help'.\n", c->name);
	return EXIT_USAGE;
}

int
command_fail(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return status;
}

void
command_print(const cJSON *document)
{
	char *text = json_print_pretty(document);

	puts(text);
	free(text);
}

/* The option that is nearest to what was typed, or NULL. */
static const char *
near_option(const char *typed, const struct option *longs)
{
	enum { MOST = 64 };
	const char *names[MOST];
	size_t n = 0;
	char *word = xstrndup(typed, strcspn(typed, "="));
	const char *near;

	for (; longs[n].name && n < MOST; n++)
		names[n] = longs[n].name;
	near = text_near(word, names, n);
	free(word);
	return near;
}

/* Why `typed` is no option, as getopt_long() leaves it: `optopt` is 0 for a long name
 * that is unknown. */
static void
refuse_option(const struct command *c, const char *typed, const struct option *longs)
{
	bool is_long = !strncmp(typed, "--", 2);
	const char *near = is_long ? near_option(typed + 2, longs) : NULL;

	if (!is_long)
		command_usage(c, "no option \"-%c\"", optopt);
	else if (optopt)
		command_usage(
			c, "%.*s takes no value", (int)strcspn(typed, "="), typed);
	else if (near)
		command_usage(c, "no option \"%.*s\"; did you mean \"--%s\"?",
			(int)strcspn(typed, "="), typed, near);
	else
		command_usage(c, "no option \"%.*s\"", (int)strcspn(typed, "="), typed);
}

int
command_option(const struct command *c, int argc, char **argv, const char *shorts,
	const struct option *longs)
{
	char *quiet = xasprintf(":%s", shorts);
	int opt = getopt_long(argc, argv, quiet, longs, NULL);

	free(quiet);
	if (opt == ':')
		command_usage(c, "%s wants a value", argv[optind - 1]);
	else if (opt == '?')
		refuse_option(c, argv[optind - 1], longs);
	return opt == ':' ? '?' : opt;
}

bool
command_format(const char *word, unsigned extra, enum output_format *out)
{
	static const char *const words[] = {
		[FORMAT_TEXT] = "text",
		[FORMAT_JSON] = "json",
		[FORMAT_NAGIOS] = "nagios",
		[FORMAT_GITHUB] = "github",
		[FORMAT_SARIF] = "sarif",
		[FORMAT_GITLAB] = "gitlab",
	};
	const unsigned allowed = extra | 1u << FORMAT_TEXT | 1u << FORMAT_JSON;

	for (unsigned i = 0; i < COUNT_OF(words); i++)
		if ((allowed & 1u << i) && !strcmp(words[i], word)) {
			*out = (enum output_format)i;
			return true;
		}
	return false;
}

/* no-color.org: any value of NO_COLOR but the empty one counts. */
bool
command_color(const char *word, FILE *to, bool *out)
{
	const char *no = getenv("NO_COLOR");

	if (!word || !strcmp(word, "auto"))
		*out = isatty(fileno(to)) && !(no && *no);
	else if (!strcmp(word, "always"))
		*out = true;
	else if (!strcmp(word, "never"))
		*out = false;
	else
		return false;
	return true;
}

void
command_conf_errors(const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->warnings.n; i++)
		command_fail(0, "warning: %s", errors->warnings.v[i]);
	for (size_t i = 0; i < errors->messages.n; i++)
		command_fail(0, "%s", errors->messages.v[i]);
}

struct conf *
command_conf_as(enum conf_use use, const struct cli *cli)
{
	struct conf_errors errors = {0};
	struct conf *c = conf_load_as(use, cli->config_path, &errors);

	command_conf_errors(&errors);
	conf_errors_free(&errors);
	return c;
}

struct conf *
command_conf(const struct cli *cli)
{
	return command_conf_as(CONF_WORKED, cli);
}

/* The name in env:NAME, or in env:NAME@TIME. */
static void
add_named(struct strvec *list, const char *text)
{
	bool env = !strncmp(text, "env:", 4);
	const char *name = env ? text + 4 : text, *at = strrchr(name, '@');
	int64_t ignored;

	if (env && at && clock_since(at + 1, clock_wall_ms(), &ignored))
		strvec_take(list, xstrndup(name, (size_t)(at - name)));
	else
		strvec_add(list, name);
}

struct conf *
command_conf_for(const struct cli *cli, const char *const *names, size_t n)
{
	struct conf *c = command_conf(cli), *named;
	struct strvec list = {0};

	if (!c || !conf_has_templates(c))
		return c;
	for (size_t i = 0; i < n; i++)
		add_named(&list, names[i]);
	named = conf_expand_named(c, &list);
	strvec_free(&list);
	conf_free(c);
	return named;
}
