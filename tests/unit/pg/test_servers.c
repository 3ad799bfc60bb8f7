/* Who may enter a server, and what is left of one that did not answer. */
#include "pg/servers.h"

#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/loop.h"

/* A login that takes so long is of a server that is far away. */
enum { FAR_MS = 110 };

struct scene {
	struct loop *loop;
	struct pg_servers *servers;
	struct timer *limit;
	int resumed, answered;
};

static void
on_resume(void *arg)
{
	struct scene *s = arg;

	s->resumed++;
	loop_stop(s->loop);
}

static void
on_answered(void *arg)
{
	struct scene *s = arg;

	s->answered++;
	loop_stop(s->loop);
}

static void
on_end(void *arg)
{
	struct scene *s = arg;

	loop_stop(s->loop);
}

static void
open_scene(struct scene *s)
{
	*s = (struct scene){.loop = loop_new()};
	s->servers = pg_servers_new(s->loop, on_answered, s);
	s->limit = timer_new(s->loop, on_end, s);
}

static void
close_scene(struct scene *s)
{
	pg_servers_free(s->servers);
	timer_free(s->limit);
	loop_free(s->loop);
}

/* Until something is called, or nothing is for a moment. */
static void
run(struct scene *s, int64_t at_most_ms)
{
	timer_set(s->limit, at_most_ms);
	loop_run(s->loop);
	timer_clear(s->limit);
}

/* Whatever is called meanwhile. */
static void
pass(struct scene *s, int64_t ms)
{
	int64_t until_ms = clock_mono_ms() + ms;

	while (clock_mono_ms() < until_ms)
		run(s, until_ms - clock_mono_ms());
}

static void
test_one_at_a_time(void **state)
{
	struct scene s;
	struct hosts same = {0}, other = {0}, list = {0};
	struct visit *a, *b, *c, *d;

	(void)state;
	open_scene(&s);
	hosts_parse(&same, "db", NULL, "");
	hosts_parse(&other, "db", NULL, "5433");
	hosts_parse(&list, "x,db", NULL, "5432,5432");
	a = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(a, &same));
	b = servers_arrive(s.servers, on_resume, &s);
	assert_false(servers_enter(b, &list));
	/* Another port is another server. */
	c = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(c, &other));
	/* Whoever came later waits for who waits, not for nobody. */
	d = servers_arrive(s.servers, on_resume, &s);
	assert_false(servers_enter(d, &same));
	servers_leave(a, true);
	assert_false(servers_enter(d, &same));
	run(&s, 1000);
	assert_int_equal(s.resumed, 1);
	assert_true(servers_enter(b, &list));
	servers_leave(b, false);
	assert_true(servers_enter(d, &same));
	servers_leave(d, true);
	servers_leave(c, true);
	assert_int_equal(s.answered, 0);
	hosts_free(&same);
	hosts_free(&other);
	hosts_free(&list);
	close_scene(&s);
}

/* Let in `n` that wait; returns how many may enter. */
static int
let_in(struct visit **v, int n, const struct hosts *h)
{
	int entered = 0;

	while (entered < n && servers_enter(v[entered], h))
		entered++;
	return entered;
}

static void
test_some_while_it_answers(void **state)
{
	enum { LOGINS = 4, ALL = 12 };
	struct scene s;
	struct hosts db = {0}, list = {0};
	struct visit *v[ALL], *other, *near;

	(void)state;
	open_scene(&s);
	hosts_parse(&db, "db", NULL, "");
	hosts_parse(&list, "hangs,db", NULL, "");
	near = servers_arrive(s.servers, on_resume, &s);
	for (int i = 0; i < ALL; i++)
		v[i] = servers_arrive(s.servers, on_resume, &s);
	/* One goes first, and others once it was answered; not where that is quick. */
	assert_int_equal(let_in(&near, 1, &db), 1);
	assert_int_equal(let_in(v, ALL, &db), 0);
	servers_leave(near, true);
	assert_int_equal(let_in(v, ALL, &db), 1);
	pass(&s, FAR_MS);
	servers_leave(v[0], true);
	assert_int_equal(let_in(v + 1, ALL - 1, &db), LOGINS);
	/* Whoever goes another way goes alone. */
	other = servers_arrive(s.servers, on_resume, &s);
	assert_false(servers_enter(other, &list));
	servers_leave(other, false);
	pass(&s, FAR_MS);
	/* Whoever fails speaks for nobody, who is answered then does. */
	servers_leave(v[1], false);
	assert_int_equal(let_in(v + 5, ALL - 5, &db), 0);
	servers_leave(v[2], true);
	assert_int_equal(let_in(v + 5, ALL - 5, &db), 2);
	for (int i = 3; i < 6; i++)
		servers_leave(v[i], true);
	/* … for a moment only. */
	pass(&s, 400);
	assert_int_equal(let_in(v + 7, ALL - 7, &db), 0);
	servers_leave(v[6], true);
	assert_int_equal(let_in(v + 7, ALL - 7, &db), LOGINS);
	/* One is kept waiting while others are answered. */
	pass(&s, 1100);
	servers_leave(v[7], true);
	assert_int_equal(let_in(v + 11, 1, &db), 0);
	for (int i = 8; i < ALL; i++)
		servers_leave(v[i], i < ALL - 1);
	hosts_free(&db);
	hosts_free(&list);
	close_scene(&s);
}

/* Takes connections as its queue does, and says nothing. */
static int
listening(char *dsn, size_t size)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(dsn, size, "hostaddr=127.0.0.1 port=%d sslmode=disable",
		ntohs(at.sin_port));
	return fd;
}

/* The server ends a connection that it has not answered, which is told once. */
static void
break_off(struct scene *s, int fd)
{
	int peer = accept(fd, NULL, NULL);

	assert_true(peer >= 0);
	close(peer);
	for (int i = 0; i < 3 && !s->answered; i++)
		run(s, 1000);
	assert_int_equal(s->answered, 1);
}

static void
test_not_answered(void **state)
{
	struct scene s;
	struct hosts db = {0}, two = {0};
	struct visit *a, *b;
	char dsn[100];
	struct shut why = {0};
	int fd = listening(dsn, sizeof dsn);

	(void)state;
	open_scene(&s);
	hosts_parse(&db, "db", "127.0.0.1", "");
	hosts_parse(&two, "renamed,else", "127.0.0.1,127.0.0.2", "");
	a = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(a, &db));
	servers_abandon(a, PQconnectStart(dsn), &db, 0);
	/* Shut, by whatever name; the others of a list are not. */
	assert_int_equal(servers_leave_out(s.servers, &two, &why), 1);
	assert_true(two.v[0].left_out);
	assert_false(two.v[1].left_out);
	assert_true(why.since_ms > 0);
	assert_false(why.in_step);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	b = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(b, &two));
	servers_leave(b, true);
	/* Broken: it has noticed, and may be tried again. */
	break_off(&s, fd);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 1);
	assert_false(db.v[0].left_out);
	close(fd);
	hosts_free(&db);
	hosts_free(&two);
	close_scene(&s);
}

/* What nobody wants any more keeps others out; what is still open at the end is closed.
 */
static void
test_abandoned_in_time(void **state)
{
	struct scene s;
	struct hosts db = {0};
	struct visit *a, *b;
	char dsn[100];
	struct shut why = {0};
	int fd = listening(dsn, sizeof dsn);

	(void)state;
	open_scene(&s);
	hosts_parse(&db, "db", NULL, "");
	a = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(a, &db));
	servers_abandon(a, PQconnectStart(dsn), &db, 50);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 1);
	b = servers_arrive(s.servers, on_resume, &s);
	assert_false(servers_enter(b, &db));
	for (int i = 0; i < 3 && !s.resumed; i++)
		run(&s, 1000);
	assert_int_equal(s.resumed, 1);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	servers_leave(b, false);
	close(fd);
	hosts_free(&db);
	close_scene(&s);
}

/* It keeps others out as well while its connection is in a thread. */
static void
test_not_answered_in_a_thread(void **state)
{
	struct scene s;
	struct hosts db = {0};
	struct visit *a, *b, *c;
	char dsn[100];
	struct shut why = {0};
	int fd = listening(dsn, sizeof dsn);

	(void)state;
	open_scene(&s);
	hosts_parse(&db, "db", NULL, "");
	a = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(a, &db));
	servers_occupy(&a, &db, 50);
	b = servers_arrive(s.servers, on_resume, &s);
	assert_false(servers_enter(b, &db));
	for (int i = 0; i < 3 && !s.resumed; i++)
		run(&s, 1000);
	assert_int_equal(s.resumed, 1);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	assert_true(why.since_ms > 0);
	assert_true(why.in_step);
	servers_leave(b, false);
	/* It comes back with the next word still the server's, which breaks off. */
	servers_take(a, PQconnectStart(dsn));
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	assert_false(why.in_step);
	break_off(&s, fd);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 1);
	/* It comes back and has ended. */
	b = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(b, &db));
	servers_occupy(&b, &db, 0);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	servers_release(b);
	assert_int_equal(s.answered, 2);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 1);
	/* It has not come back at the end. */
	c = servers_arrive(s.servers, on_resume, &s);
	assert_true(servers_enter(c, &db));
	servers_occupy(&c, &db, 0);
	close(fd);
	hosts_free(&db);
	close_scene(&s);
	assert_null(c);
}

/* It begins to hang while some are under way. */
static void
test_some_not_answered(void **state)
{
	enum { HANG = 3 };
	struct scene s;
	struct hosts db = {0};
	struct visit *v[HANG + 2];
	char dsn[100];
	struct shut why = {0};
	int fd = listening(dsn, sizeof dsn), peer[HANG];

	(void)state;
	open_scene(&s);
	hosts_parse(&db, "db", NULL, "");
	for (int i = 0; i < HANG + 2; i++)
		v[i] = servers_arrive(s.servers, on_resume, &s);
	assert_int_equal(let_in(v, 1, &db), 1);
	pass(&s, FAR_MS);
	servers_leave(v[0], true);
	assert_int_equal(let_in(v + 1, HANG, &db), HANG);
	/* One of them is enough to let in nobody else. */
	servers_abandon(v[1], PQconnectStart(dsn), &db, 50);
	assert_false(servers_enter(v[HANG + 1], &db));
	for (int i = 2; i <= HANG; i++)
		servers_abandon(v[i], PQconnectStart(dsn), &db, 0);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	servers_leave(v[HANG + 1], false);
	for (int i = 0; i < HANG; i++) {
		peer[i] = accept(fd, NULL, NULL);
		assert_true(peer[i] >= 0);
	}
	/* It is open when none of them hangs any more, and that is told once. */
	close(peer[0]);
	close(peer[1]);
	pass(&s, 200);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 0);
	close(peer[2]);
	for (int i = 0; i < 3 && !s.answered; i++)
		run(&s, 1000);
	assert_int_equal(s.answered, 1);
	assert_int_equal(servers_leave_out(s.servers, &db, &why), 1);
	close(fd);
	hosts_free(&db);
	close_scene(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_some_while_it_answers),
		cmocka_unit_test(test_not_answered_in_a_thread),
		cmocka_unit_test(test_some_not_answered),
		cmocka_unit_test(test_not_answered),
		cmocka_unit_test(test_abandoned_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
