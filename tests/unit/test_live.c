/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting, requests that wait, link types; and capture and injection on the loopback interface, which
 * are skipped where they are not permitted.
 */
#include "net/live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- Waiting. */

static void test_wait(void **state)
{
    static const int64_t gap = CLV_SECOND / 20;
    struct clv_err err = { 0 };
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct pollfd fd = { .fd = ends[0], .events = POLLIN };
    int64_t begin = clv_now();
    assert_true(clv_wait(&fd, 1, begin + gap, NULL, &err));
    assert_true(clv_now() >= begin + gap);
    /* A deadline that is over, and a descriptor that is ready, do not wait. */
    begin = clv_now();
    assert_true(clv_wait(&fd, 1, begin - 1, NULL, &err));
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_true(clv_wait(&fd, 1, CLV_FOREVER, NULL, &err));
    assert_true(fd.revents & POLLIN);
    assert_true(clv_now() < begin + 10 * CLV_SECOND);
    close(ends[0]);
    close(ends[1]);
}

static volatile sig_atomic_t stop;

static void on_alarm(int number)
{
    (void)number;
    stop = 1;
}

/* A flag set by a handler ends a wait that has no deadline. */
static void test_stop(void **state)
{
    struct sigaction action = { .sa_handler = on_alarm };
    struct clv_err err = { 0 };
    (void)state;
    stop = 0;
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    int64_t begin = clv_now();
    assert_true(clv_wait(NULL, 0, CLV_FOREVER, &stop, &err));
    assert_true(stop);
    assert_true(clv_now() - begin < 5 * CLV_SECOND);
    begin = clv_now();
    assert_true(clv_wait(NULL, 0, CLV_FOREVER, &stop, &err));
    assert_true(clv_now() - begin < CLV_SECOND);
    stop = 0;
}

/* ---- Requests that wait. */

static struct clv_request *request_new(uint64_t id, uint64_t hash)
{
    struct clv_request *request = calloc(1, sizeof *request);
    assert_non_null(request);
    request->id = id;
    request->hash = hash;
    request->wide = id % 3 == 0;
    return request;
}

static struct clv_request *first_of(const struct clv_pending *pending, uint64_t hash)
{
    struct clv_request *request = clv_pending_first(pending, hash);
    while (request && request->hash != hash)
        request = request->after;
    return request;
}

/* Found by hash, the oldest first, also after growing; the queue keeps its order. */
static void test_pending(void **state)
{
    enum { N = 5000, HASHES = 1000 };
    struct clv_pending pending = { .oldest = NULL };
    uint64_t id = 1;
    (void)state;
    assert_null(clv_pending_first(&pending, 1));
    for (; id <= N; id++)
        assert_true(clv_pending_add(&pending, request_new(id, id % HASHES + 1)));
    assert_int_equal(pending.n, N);
    assert_int_equal(pending.nwide, N / 3);
    for (uint64_t hash = 1; hash <= HASHES; hash++)
        for (int i = 0; i < 2; i++) {
            struct clv_request *request = first_of(&pending, hash);
            assert_non_null(request);
            assert_int_equal(request->id, (hash - 1 ? hash - 1 : HASHES) + (uint64_t)i * HASHES);
            clv_pending_remove(&pending, request);
            free(request);
        }
    assert_int_equal(pending.n, N - 2 * HASHES);
    id = 2 * HASHES;
    for (struct clv_request *r = pending.oldest; r; r = r->newer)
        assert_int_equal(r->id, ++id);
    assert_int_equal(id, N);
    assert_null(first_of(&pending, HASHES + 1));
    clv_pending_free(&pending);
    assert_null(pending.oldest);
}

static void test_queue(void **state)
{
    struct clv_queue queue = { .first = NULL };
    (void)state;
    assert_null(clv_queue_take(&queue));
    for (int round = 0; round < 2; round++) {
        for (uint64_t id = 1; id <= 3; id++)
            clv_queue_add(&queue, request_new(id, 0));
        for (uint64_t id = 1; id <= 3; id++) {
            struct clv_request *request = clv_queue_take(&queue);
            assert_int_equal(request->id, id);
            free(request);
        }
        assert_null(clv_queue_take(&queue));
    }
}

/* ---- What is kept of neighbours. */

static void test_neighbours(void **state)
{
    static struct clv_neighbour known[CLV_NEIGHBOURS];
    const struct clv_addr mac = { 6, { 2, 0, 0, 0, 0, 1 } }, silent = { 0 };
    struct clv_route route = { .iface.index = 7, .dst = { 4, { 10, 0, 0, 1 } } };
    (void)state;
    assert_null(clv_neighbour_find(known, &route));
    clv_neighbour_keep(known, &route, &silent);
    assert_non_null(clv_neighbour_find(known, &route));
    assert_int_equal(clv_neighbour_find(known, &route)->peer.len, 0);
    clv_neighbour_keep(known, &route, &mac);
    assert_int_equal(clv_neighbour_find(known, &route)->peer.len, 6);
    /* Another interface, and another host, are others; a gateway stands for those behind it. */
    route.iface.index = 8;
    assert_null(clv_neighbour_find(known, &route));
    route.iface.index = 7;
    route.via = route.dst;
    route.dst.bytes[3] = 2;
    assert_non_null(clv_neighbour_find(known, &route));
    route.via.len = 0;
    assert_null(clv_neighbour_find(known, &route));
    /* The table is finite: the one that runs out first gives way, the newest is there. */
    for (int i = 0; i < 2 * CLV_NEIGHBOURS; i++) {
        route.dst.bytes[2] = (uint8_t)(1 + i / 256);
        route.dst.bytes[3] = (uint8_t)i;
        clv_neighbour_keep(known, &route, &mac);
        assert_non_null(clv_neighbour_find(known, &route));
    }
}

static void test_linktype(void **state)
{
    (void)state;
    assert_int_equal(clv_linktype(1), 1);
    assert_int_equal(clv_linktype(12), 101);
    assert_int_equal(clv_linktype(11), 100);
    assert_int_equal(clv_linktype(15), 102);
    assert_int_equal(clv_linktype(16), 103);
    assert_int_equal(clv_linktype(113), 113);
    assert_int_equal(clv_linktype(276), 276);
}

/* ---- On the loopback interface. */

static struct clv_capture *capture_home(const char *filter)
{
    const struct clv_capture_opts opts = { .iface = "lo", .filter = filter, .inbound = true };
    struct clv_err err = { 0 };
    struct clv_capture *capture = clv_capture_open(&opts, &err);
    if (!capture && err.code == CLV_DENIED) {
        assert_non_null(strstr(err.text, "cap_net_raw"));
        print_message("capturing is not permitted here\n");
        skip();
    }
    if (!capture)
        print_message("%s\n", err.text);
    assert_non_null(capture);
    return capture;
}

/* An IPv4 packet of a protocol for experiments (RFC 3692), to ourselves. */
static const uint8_t packet[] = {
    0x45, 0, 0, 24, 0x12, 0x34, 0, 0, 64,  253, 0x6a, 0xa6,
    127,  0, 0, 1,  127,  0,    0, 1, 'c', 'l', 'v',  '!',
};

static void test_round(void **state)
{
    struct clv_capture *capture = capture_home("ip proto 253");
    const struct clv_addr here = { 4, { 127, 0, 0, 1 } };
    struct clv_capture_stats stats;
    struct clv_route route;
    struct clv_err err = { 0 };
    struct clv_frame frame;
    struct timespec when;
    uint64_t number;
    const uint8_t *bytes;
    (void)state;
    assert_int_equal(clv_capture_link(capture), LINK_ETHERNET);
    assert_true(clv_route_find(&here, NULL, &route, &err));
    struct clv_inject *inject = clv_inject_ip(&route.iface, false, true, true, &err);
    assert_non_null(inject);
    for (uint64_t i = 1; i <= 3; i++) {
        assert_true(clv_inject_put(inject, packet, sizeof packet, &when, &number, &err));
        assert_int_equal(number, i);
        const struct timespec before = when;
        clv_inject_stamp(inject, number, &when);
        assert_int_not_equal(memcmp(&before, &when, sizeof when), 0);
        assert_int_equal(
            clv_capture_next(capture, clv_now() + 5 * CLV_SECOND, &frame, &bytes, &err), 1);
        assert_int_equal(frame.number, i);
        assert_int_equal(frame.caplen, 14 + sizeof packet);
        assert_int_equal(frame.len, frame.caplen);
        assert_memory_equal(bytes + 14 + 20, "clv!", 4);
        /* Sent before it was seen, by the same clock, and not long before. */
        int64_t took = (frame.sec - when.tv_sec) * CLV_SECOND + frame.nsec - when.tv_nsec;
        assert_true(took >= 0 && took < CLV_SECOND);
    }
    /* Each packet once: the outgoing copy is left out. */
    assert_int_equal(clv_capture_next(capture, clv_now() + CLV_SECOND / 20, &frame, &bytes, &err),
                     0);
    clv_capture_stats(capture, &stats);
    assert_int_equal(stats.received, 3);
    clv_inject_close(inject);
    clv_capture_close(capture);
}

static void test_too_long(void **state)
{
    static uint8_t much[70000] = { 0x45 };
    struct clv_capture *capture = capture_home("ip proto 253");
    const struct clv_addr here = { 4, { 127, 0, 0, 1 } };
    struct clv_route route;
    struct clv_err err = { 0 };
    (void)state;
    clv_capture_close(capture);
    assert_true(clv_route_find(&here, NULL, &route, &err));
    struct clv_inject *inject = clv_inject_ip(&route.iface, false, false, false, &err);
    assert_non_null(inject);
    memcpy(much, packet, sizeof packet);
    assert_false(clv_inject_put(inject, much, sizeof much, NULL, NULL, &err));
    assert_non_null(strstr(err.text, "mtu"));
    clv_inject_close(inject);
}

static void test_bad_filter(void **state)
{
    struct clv_capture *capture = capture_home("");
    const struct clv_capture_opts opts = { .iface = "lo", .filter = "no such words" };
    const struct clv_capture_opts absent = { .iface = "nosuch0" };
    struct clv_err err = { 0 };
    (void)state;
    assert_false(clv_capture_refilter(capture, "(", &err));
    assert_int_equal(err.code, CLV_BAD_TEXT);
    err = (struct clv_err){ 0 };
    assert_true(clv_capture_refilter(capture, "udp", &err));
    clv_capture_close(capture);
    assert_null(clv_capture_open(&opts, &err));
    assert_int_equal(err.code, CLV_BAD_TEXT);
    assert_non_null(strstr(err.text, "no such words"));
    err = (struct clv_err){ 0 };
    assert_null(clv_capture_open(&absent, &err));
    assert_int_equal(err.code, CLV_NO_ROUTE);
    err = (struct clv_err){ 0 };
    assert_null(clv_capture_open(&(struct clv_capture_opts){ .iface = NULL }, &err));
    assert_int_equal(err.code, CLV_NO_ROUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wait),       cmocka_unit_test(test_stop),
        cmocka_unit_test(test_pending),    cmocka_unit_test(test_queue),
        cmocka_unit_test(test_neighbours), cmocka_unit_test(test_linktype),
        cmocka_unit_test(test_round),      cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_bad_filter),
    };
    return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
