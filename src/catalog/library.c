/* A thousand databases of one schema are one catalog.  The lock is held for a moment
 * only: what takes long is done without it, and who finds then that another thread was
 * faster takes that one's. */
#include "catalog/library.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pack.h"
#include "base/strmap.h"
#include "catalog/packed.h"

/* So many stay unpacked, of so many bytes together once nobody needs them. */
enum { MOST_OPEN = 4, IDLE_BYTES = 4 << 20 };

struct volume {
	struct library *kept_in;
	size_t refs; /* under the lock, as `open` and `used` */
	char key[HASH_HEX_LEN];
	char fingerprint[HASH_HEX_LEN];
	uint32_t objects[KIND_COUNT]; /* as snapshot_count() */
	char *packed;
	size_t n_packed, n_bytes;
	struct snapshot *open; /* NULL: it would have to be unpacked */
	uint64_t used;         /* when that was last asked for */
};

struct library {
	pthread_mutex_t lock;
	size_t refs; /* each volume has one */
	struct strmap *volumes;
	struct volume *open[MOST_OPEN];
	uint64_t turn;
	size_t packed;
};

struct library *
library_new(void)
{
	struct library *l = xcalloc(1, sizeof *l);

	pthread_mutex_init(&l->lock, NULL);
	l->refs = 1;
	l->volumes = strmap_new();
	return l;
}

struct library *
library_ref(struct library *l)
{
	if (!l)
		return NULL;
	pthread_mutex_lock(&l->lock);
	l->refs++;
	pthread_mutex_unlock(&l->lock);
	return l;
}

static void
destroy(struct library *l)
{
	strmap_free(l->volumes);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void
library_unref(struct library *l)
{
	bool last;

	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	last = --l->refs == 0;
	pthread_mutex_unlock(&l->lock);
	if (last)
		destroy(l);
}

/* ---- What is unpacked ---- */

/* About so many bytes. */
static size_t
weight(const struct snapshot *s)
{
	return arena_used(s->arena) + s->n_objects * sizeof *s->objects;
}

static struct snapshot *
close_place(struct library *l, size_t i)
{
	struct snapshot *s = l->open[i]->open;

	l->open[i]->open = NULL;
	l->open[i] = NULL;
	return s;
}

/* The place that is free, or was of no use for longest, and whose snapshot is `*out`
 * then: to be given up without the lock. */
static size_t
make_place(struct library *l, struct snapshot **out)
{
	size_t oldest = 0;

	*out = NULL;
	for (size_t i = 0; i < MOST_OPEN; i++) {
		if (!l->open[i])
			return i;
		if (l->open[i]->used < l->open[oldest]->used)
			oldest = i;
	}
	*out = close_place(l, oldest);
	return oldest;
}

/* Takes over `s`; returns what is to be given up. */
static struct snapshot *
set_open(struct volume *v, struct snapshot *s)
{
	struct library *l = v->kept_in;
	struct snapshot *out;

	v->used = ++l->turn;
	if (v->open)
		return s;
	l->open[make_place(l, &out)] = v;
	v->open = s;
	return out;
}

static void
hash_piece(void *arg, const char *bytes, size_t n)
{
	hash_add(arg, bytes, n);
}

static struct snapshot *
unpack(const struct volume *v)
{
	struct strbuf bytes = {xmalloc(v->n_bytes + 1), 0, v->n_bytes + 1};
	struct snapshot *s;
	struct err e;

	if (!pack_open(v->packed, v->n_packed, &bytes, &e))
		mem_fatal();
	s = packed_read(bytes.s, bytes.len, v->fingerprint);
	strbuf_free(&bytes);
	return s;
}

struct snapshot *
volume_open(struct volume *v)
{
	struct library *l = v->kept_in;
	struct snapshot *s, *out = NULL;

	pthread_mutex_lock(&l->lock);
	s = v->open ? snapshot_ref(v->open) : NULL;
	v->used = ++l->turn;
	pthread_mutex_unlock(&l->lock);
	if (s)
		return s;
	s = unpack(v);
	pthread_mutex_lock(&l->lock);
	out = set_open(v, snapshot_ref(s));
	pthread_mutex_unlock(&l->lock);
	snapshot_unref(out);
	return s;
}

/* Those that are large, or not among the latest that are small together. */
static size_t
find_idle(const struct library *l)
{
	size_t bytes = 0, oldest = MOST_OPEN;

	for (size_t i = 0; i < MOST_OPEN; i++) {
		if (!l->open[i])
			continue;
		bytes += weight(l->open[i]->open);
		if (oldest == MOST_OPEN || l->open[i]->used < l->open[oldest]->used)
			oldest = i;
	}
	return bytes > IDLE_BYTES ? oldest : MOST_OPEN;
}

void
library_rest(struct library *l)
{
	struct snapshot *out[MOST_OPEN];
	size_t n = 0, bytes = 0, i;

	pthread_mutex_lock(&l->lock);
	while ((i = find_idle(l)) < MOST_OPEN) {
		bytes += weight(l->open[i]->open);
		out[n++] = close_place(l, i);
	}
	pthread_mutex_unlock(&l->lock);
	while (n)
		snapshot_unref(out[--n]);
	/* free() keeps what came in small pieces. */
	if (bytes)
		malloc_trim(0);
}

/* ---- Volumes ---- */

void
volume_unref(struct volume *v)
{
	struct library *l = v ? v->kept_in : NULL;
	struct snapshot *out = NULL;
	bool gone;

	if (!v)
		return;
	pthread_mutex_lock(&l->lock);
	gone = --v->refs == 0;
	if (gone) {
		strmap_remove(l->volumes, v->key);
		for (size_t i = 0; i < MOST_OPEN; i++)
			if (l->open[i] == v)
				out = close_place(l, i);
		l->packed -= v->n_packed;
	}
	pthread_mutex_unlock(&l->lock);
	if (!gone)
		return;
	snapshot_unref(out);
	free(v->packed);
	free(v);
	library_unref(l);
}

size_t
volume_count(const struct volume *v, size_t *objects)
{
	size_t n = 0;

	for (size_t k = 0; k < KIND_COUNT; k++) {
		objects[k] = v->objects[k];
		n += objects[k];
	}
	return n;
}

struct packing {
	struct packer *packer;
	size_t n;
};

static void
pack_piece(void *arg, const char *bytes, size_t n)
{
	struct packing *p = arg;

	packer_add(p->packer, bytes, n);
	p->n += n;
}

/* Without a reference. */
static struct volume *
make_volume(struct library *l, const struct snapshot *s, const char *key)
{
	struct packing p = {packer_new(), 0};
	struct volume *v = xcalloc(1, sizeof *v);
	size_t objects[KIND_COUNT];

	v->kept_in = l;
	memcpy(v->key, key, sizeof v->key);
	memcpy(v->fingerprint, s->fingerprint, sizeof v->fingerprint);
	snapshot_count(s, objects);
	for (size_t k = 0; k < KIND_COUNT; k++)
		v->objects[k] = (uint32_t)objects[k];
	packed_write(s, pack_piece, &p);
	v->packed = packer_finish(p.packer, &v->n_packed);
	v->n_bytes = p.n;
	return v;
}

/* The one of that key, referred to once more; `made` is it if there is none. */
static struct volume *
find_volume(struct library *l, const char *key, struct volume *made)
{
	struct volume *v;

	pthread_mutex_lock(&l->lock);
	v = strmap_get(l->volumes, key);
	if (!v && made) {
		v = made;
		strmap_put(l->volumes, v->key, v);
		l->refs++;
		l->packed += v->n_packed;
	}
	if (v)
		v->refs++;
	pthread_mutex_unlock(&l->lock);
	return v;
}

static struct volume *
volume_of(struct library *l, const struct snapshot *s)
{
	struct hash *h = hash_new();
	struct volume *v, *made;
	char key[HASH_HEX_LEN];

	packed_write(s, hash_piece, h);
	hash_finish(h, key);
	v = find_volume(l, key, NULL);
	if (v)
		return v;
	made = make_volume(l, s, key);
	v = find_volume(l, key, made);
	if (v != made) {
		free(made->packed);
		free(made);
	}
	return v;
}

/* ---- Snapshots ---- */

/* All of it but the objects, and but for the revision. */
static struct snapshot *
header_of(const struct snapshot *s)
{
	struct snapshot *h = xcalloc(1, sizeof *h);

	h->refs = 1;
	h->arena = arena_new();
	h->n_objects = s->n_objects;
	memcpy(h->read, s->read, sizeof h->read);
	h->server_version_num = s->server_version_num;
	h->server_version = arena_strdup(h->arena, s->server_version);
	h->in_recovery = s->in_recovery;
	h->has_user_tables = s->has_user_tables;
	h->version_schema = arena_strdup(h->arena, s->version_schema);
	h->version_table = arena_strdup(h->arena, s->version_table);
	h->version_table_exists = s->version_table_exists;
	memcpy(h->fingerprint, s->fingerprint, sizeof h->fingerprint);
	return h;
}

struct snapshot *
library_keep(struct library *l, struct snapshot *s)
{
	struct snapshot *kept, *out;

	if (!l || !s || s->volume)
		return s;
	kept = header_of(s);
	strvec_copy(&kept->revision, &s->revision);
	kept->volume = volume_of(l, s);
	pthread_mutex_lock(&l->lock);
	out = set_open(kept->volume, s);
	pthread_mutex_unlock(&l->lock);
	snapshot_unref(out);
	return kept;
}

struct snapshot *
snapshot_at(struct snapshot *s, const struct strvec *revision)
{
	struct volume *v = s->volume;
	struct snapshot *h;

	if (strvec_equal(&s->revision, revision))
		return snapshot_ref(s);
	h = header_of(s);
	strvec_copy(&h->revision, revision);
	pthread_mutex_lock(&v->kept_in->lock);
	v->refs++;
	pthread_mutex_unlock(&v->kept_in->lock);
	h->volume = v;
	return h;
}

struct library_size
library_size(struct library *l)
{
	struct library_size size = {0};

	pthread_mutex_lock(&l->lock);
	size.n = strmap_count(l->volumes);
	size.packed = l->packed;
	for (size_t i = 0; i < MOST_OPEN; i++)
		size.open += l->open[i] != NULL;
	pthread_mutex_unlock(&l->lock);
	return size;
}

const char *
snapshot_key(const struct snapshot *s)
{
	return s->volume ? s->volume->key : NULL;
}
