/* See sockets.h. */
#include "http/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/address.h"
#include "http/listen.h"

static const struct one_socket *
find(const struct sockets *s, const char *address)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].address && !strcmp(s->v[i].address, address))
			return &s->v[i];
	return NULL;
}

static bool
is_own_file(const struct one_socket *s)
{
	return s->is_unix && s->address;
}

static bool
is_same_file(const struct one_socket *a, const struct one_socket *b)
{
	return a->is_unix && b->is_unix && a->file.dev == b->file.dev &&
	       a->file.ino == b->file.ino;
}

/* A Unix socket whose file was taken away is reached by nobody any more. */
static bool
is_usable(const struct one_socket *s)
{
	struct unix_file now;

	return !s->is_unix || (unix_socket_file(s->address + 5, &now) &&
				      now.dev == s->file.dev && now.ino == s->file.ino);
}

static bool
copy(const struct one_socket *known, struct one_socket *out, struct err *e)
{
	*out = *known;
	out->address = xstrdup_null(known->address);
	out->fd = fcntl(known->fd, F_DUPFD_CLOEXEC, 0);
	return out->fd >= 0 || err_errno(e, ERR_INTERNAL, errno);
}

/* What is refused later would be refused now, where nothing is changed. */
static bool
try_to_allow(const char *path, struct err *e)
{
	struct unix_grant now;

	return unix_socket_granted(path, &now)
		       ? unix_socket_allow(path, &now, e)
		       : err_set(e, ERR_INTERNAL, "unix:%s is gone", path);
}

static bool
keep(const struct one_socket *known, const struct sockets_wish *w,
	struct one_socket *out, struct err *e)
{
	const char *path;

	if (!copy(known, out, e))
		return false;
	if (!out->is_unix)
		return true;
	path = known->address + 5;
	if (!w->access.group && !known->grant.named)
		out->grant.mode = w->access.mode;
	else if (!unix_socket_grant(path, &w->access, &out->grant, e))
		return false;
	return try_to_allow(path, e);
}

static bool
open_anew(const char *address, const struct sockets_wish *w, const struct sockets *now,
	struct one_socket *out, struct err *e)
{
	int *ours = xcalloc(now->n + 1, sizeof *ours);
	size_t n = 0;

	/* One that stays would be in the way at the next start as well. */
	for (size_t i = 0; i < now->n; i++)
		if (!now->v[i].address || !strvec_has(w->listen, now->v[i].address))
			ours[n++] = now->v[i].fd;
	out->fd = listen_open_beside(address, &w->access, ours, n, e);
	free(ours);
	if (out->fd < 0)
		return false;
	out->address = xstrdup(address);
	out->is_unix = listen_is_unix(out->fd);
	if (!out->is_unix)
		return true;
	if (!unix_socket_file(address + 5, &out->file) ||
		!unix_socket_granted(address + 5, &out->grant))
		return err_set(e, ERR_INTERNAL, "%s is gone", address);
	out->grant.named = w->access.group != NULL;
	return true;
}

static bool
open_one(const char *address, const struct sockets_wish *w, const struct sockets *now,
	struct one_socket *out, struct err *e)
{
	const struct one_socket *known = find(now, address);

	return known && is_usable(known) ? keep(known, w, out, e)
					 : open_anew(address, w, now, out, e);
}

bool
sockets_open(const struct sockets_wish *w, const struct sockets *now,
	struct sockets *out, struct err *e)
{
	size_t n = now->handed ? now->n : w->listen->n;

	*out = (struct sockets){
		.v = xcalloc(n + 1, sizeof *out->v), .handed = now->handed};
	for (size_t i = 0; i < n; i++) {
		struct one_socket *one = &out->v[out->n++];

		one->fd = -1;
		if (now->handed ? copy(&now->v[i], one, e)
				: open_one(w->listen->v[i], w, now, one, e))
			continue;
		sockets_close(out, now);
		return false;
	}
	return true;
}

void
sockets_take(const int *fds, size_t n, struct sockets *out)
{
	*out = (struct sockets){
		.v = xcalloc(n + 1, sizeof *out->v), .n = n, .handed = true};
	for (size_t i = 0; i < n; i++)
		out->v[i] = (struct one_socket){
			.fd = fds[i], .is_unix = listen_is_unix(fds[i])};
}

static bool
has_file(const struct sockets *s, const struct one_socket *one)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (is_same_file(&s->v[i], one))
			return true;
	return false;
}

void
sockets_close(struct sockets *s, const struct sockets *kept)
{
	for (size_t i = 0; i < s->n; i++) {
		struct one_socket *one = &s->v[i];

		if (is_own_file(one) && !has_file(kept, one))
			unix_socket_remove(one->address + 5, &one->file);
		if (one->fd >= 0)
			close(one->fd);
		free(one->address);
	}
	free(s->v);
	*s = (struct sockets){0};
}

size_t
sockets_find(const struct sockets *s, const struct one_socket *one)
{
	struct stat known, st;

	if (fstat(one->fd, &known) != 0)
		return s->n;
	for (size_t i = 0; i < s->n; i++)
		if (fstat(s->v[i].fd, &st) == 0 && st.st_dev == known.st_dev &&
			st.st_ino == known.st_ino)
			return i;
	return s->n;
}

static bool
allow_one(struct one_socket *s, struct err *e)
{
	const char *path = s->address + 5;

	if (!unix_socket_granted(path, &s->before))
		return err_set(e, ERR_INTERNAL, "%s is gone", s->address);
	return unix_socket_allow(path, &s->grant, e);
}

static void
take_back(const struct one_socket *v, size_t n)
{
	struct err ignored;

	for (size_t i = 0; i < n; i++)
		if (is_own_file(&v[i]))
			(void)!unix_socket_allow(
				v[i].address + 5, &v[i].before, &ignored);
}

bool
sockets_allow(struct sockets *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (is_own_file(&s->v[i]) && !allow_one(&s->v[i], e)) {
			take_back(s->v, i);
			return false;
		}
	return true;
}

void
sockets_addresses(const struct sockets *s, struct strvec *out)
{
	for (size_t i = 0; i < s->n; i++)
		strvec_take(out, s->v[i].address ? xstrdup(s->v[i].address)
						 : listen_address(s->v[i].fd));
}
