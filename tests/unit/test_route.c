/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel says: interfaces, routes, neighbours. Needs the loopback interface, no rights. */
#include "net/live.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct clv_addr here = { 4, { 127, 0, 0, 1 } };

/* The route to ourselves, or a skipped test where there is no loopback interface up. */
static struct clv_route route_home(void)
{
    struct clv_route route;
    struct clv_err err = { 0 };
    if (!clv_route_find(&here, NULL, &route, &err)) {
        print_message("no route to 127.0.0.1 here: %s\n", err.text);
        skip();
    }
    return route;
}

static void test_loopback(void **state)
{
    (void)state;
    struct clv_route route = route_home();
    assert_string_equal(route.iface.name, "lo");
    assert_true(route.iface.index > 0);
    assert_int_equal(route.iface.link, LINK_ETHERNET);
    assert_true(route.iface.mtu >= 1280);
    assert_true(route.iface.flags & CLV_IFACE_UP);
    assert_true(route.iface.flags & CLV_IFACE_LOOPBACK);
    assert_int_equal(route.reach, CLV_REACH_SELF);
    assert_int_equal(route.src.len, 4);
    assert_memory_equal(route.src.bytes, here.bytes, 4);
    assert_int_equal(route.via.len, 0);
    assert_int_equal(route.peer.len, 0);
    assert_true(clv_route_peer(&route));
    assert_int_equal(route.peer.len, 6);
    assert_memory_equal(route.peer.bytes, "\0\0\0\0\0\0", 6);
}

static void test_named(void **state)
{
    (void)state;
    struct clv_route route = route_home(), named;
    struct clv_iface iface;
    struct clv_err err = { 0 };
    assert_true(clv_route_find(&here, "lo", &named, &err));
    assert_int_equal(named.iface.index, route.iface.index);
    assert_true(clv_iface_find("lo", &iface, &err));
    assert_int_equal(iface.index, route.iface.index);
    /* Without a destination: the interface alone. */
    assert_true(clv_route_find(NULL, "lo", &named, &err));
    assert_int_equal(named.reach, CLV_REACH_NONE);
    assert_int_equal(named.dst.len, 0);
    assert_int_equal(named.iface.index, route.iface.index);
}

static void test_unknown(void **state)
{
    static const char *const names[] = { "nosuch0", "", "a-name-longer-than-any-interface-has" };
    struct clv_iface iface;
    struct clv_route route;
    (void)state;
    for (size_t i = 0; i < clv_len(names); i++) {
        struct clv_err err = { 0 };
        assert_false(clv_iface_find(names[i], &iface, &err));
        assert_int_equal(err.code, CLV_NO_ROUTE);
        assert_non_null(strstr(err.text, names[i]));
        assert_non_null(strstr(err.text, "lo"));
        err = (struct clv_err){ 0 };
        assert_false(clv_route_find(&here, names[i], &route, &err));
        assert_int_equal(err.code, CLV_NO_ROUTE);
    }
}

static void test_list(void **state)
{
    struct clv_iface ifaces[64];
    struct clv_err err = { 0 };
    bool found = false;
    (void)state;
    int n = clv_iface_list(ifaces, (int)clv_len(ifaces), &err);
    assert_true(n > 0);
    for (int i = 0; i < n && i < (int)clv_len(ifaces); i++)
        found = found || !strcmp(ifaces[i].name, "lo");
    assert_true(found || n > (int)clv_len(ifaces));
    assert_int_equal(clv_iface_list(ifaces, 0, &err), n);
}

/* 240.0.0.1 is routed nowhere (RFC 1112): the kernel's reason is told. */
static void test_no_route(void **state)
{
    const struct clv_addr nowhere = { 4, { 240, 0, 0, 1 } };
    struct clv_route route;
    struct clv_err err = { 0 };
    (void)state;
    if (clv_route_find(&nowhere, NULL, &route, &err))
        return; /* a default route takes it */
    assert_int_equal(err.code, CLV_NO_ROUTE);
    assert_int_not_equal(err.sys, 0);
    assert_non_null(strstr(err.text, "240.0.0.1"));
}

static void check_print(const struct clv_route *route, const char *text)
{
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    clv_route_print(route, &out);
    assert_int_equal(out.len, strlen(text));
    assert_memory_equal(out.buf, text, out.len);
    clv_out_free(&out);
}

static void test_print(void **state)
{
    struct clv_route route = { .iface.name = "eth0" };
    (void)state;
    check_print(&route, "dev eth0");
    route.dst = (struct clv_addr){ 4, { 10, 9, 1, 2 } };
    check_print(&route, "10.9.1.2 dev eth0");
    route.via = (struct clv_addr){ 4, { 10, 9, 0, 1 } };
    route.src = (struct clv_addr){ 4, { 10, 9, 0, 2 } };
    route.peer = (struct clv_addr){ 6, { 0xb6, 0xd9, 0xa7, 0xb4, 0xf8, 0x04 } };
    check_print(&route, "10.9.1.2 via 10.9.0.1 dev eth0 src 10.9.0.2 lladdr b6:d9:a7:b4:f8:04");
    route = (struct clv_route){ .iface.name = "eth0", .dst = { 16, { 0xfe, 0x80, [15] = 1 } } };
    check_print(&route, "fe80::1 dev eth0");
}

static void test_group(void **state)
{
    struct clv_route route = { .reach = CLV_REACH_MULTICAST, .dst = { 4, { 239, 129, 2, 3 } } };
    (void)state;
    assert_true(clv_route_peer(&route));
    assert_memory_equal(route.peer.bytes, "\x01\x00\x5e\x01\x02\x03", 6);
    route = (struct clv_route){ .reach = CLV_REACH_MULTICAST,
                                .dst = { 16, { 0xff, 2, [15] = 1 } } };
    assert_true(clv_route_peer(&route));
    assert_memory_equal(route.peer.bytes, "\x33\x33\0\0\0\x01", 6);
    route = (struct clv_route){ .reach = CLV_REACH_BROADCAST,
                                .dst = { 4, { 255, 255, 255, 255 } } };
    route.iface.broadcast = (struct clv_addr){ 6, { 1, 2, 3, 4, 5, 6 } };
    assert_true(clv_route_peer(&route));
    assert_memory_equal(route.peer.bytes, "\1\2\3\4\5\6", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loopback), cmocka_unit_test(test_named),
        cmocka_unit_test(test_unknown),  cmocka_unit_test(test_list),
        cmocka_unit_test(test_no_route), cmocka_unit_test(test_print),
        cmocka_unit_test(test_group),
    };
    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
