/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verbs that write text: lines, trees, dumps, layers as pictures, messages that point. What is
 * wanted is whole output, so that a change shows.
 */
#include "ground.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Lines. */

static void test_line(void **state)
{
    static const struct {
        const char *layer, *text, *want;
        uint32_t cut;
    } rows[] = {
        { "Ether", SYN, "Ether / IP / TCP 192.168.0.1:20 > 192.168.0.2:80 S\n", 0 },
        { "IP", "IP(src='1.2.3.4', dst='5.6.7.8')/ICMP(id=1, seq=2)/'abc'",
          "IP / ICMP 1.2.3.4 > 5.6.7.8 echo-request id=1 seq=2 / Raw 3\n", 0 },
        { "IP", "IP(src='1.2.3.4', dst='5.6.7.8', len=60)/ICMP(id=1, seq=2)",
          "IP / ICMP 1.2.3.4 > 5.6.7.8 echo-request id=1 seq=2 [IP.len: 60, but 28 are there]\n",
          0 },
        { "Ether", ETHER "IP(src='1.2.3.4', dst='5.6.7.8')/TCP()",
          "Ether / IP 1.2.3.4 > 5.6.7.8 tcp / Raw 6 [IP.len: 40, but 26 are there] "
          "[Raw: TCP needs 20 bytes, 6 are there]\n",
          40 },
        { "Raw", "'abcd'", "Raw 4\n", 0 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ground_make(g, rows[i].layer, rows[i].text, rows[i].cut);
        clv_print_line(&g->view, NULL, 0, &g->out);
        ground_same(g, rows[i].want);
    }
    clv_print_line(&g->view, &ground_frame, CLV_SHOW_TIME, &g->out);
    ground_same(g, "22:13:19.123456 Raw 4\n");
}

static void test_line_padding(void **state)
{
    struct ground *g = *state;
    uint8_t bytes[60] = { 0 };
    const uint8_t *arp = ground_make(g, "Ether", ETHER "ARP(psrc='10.0.0.1', pdst='10.0.0.2')", 0);
    memcpy(bytes, arp, 42);
    ground_look(g, "Ether", bytes, sizeof bytes);
    clv_print_line(&g->view, NULL, 0, &g->out);
    ground_same(g, "Ether / ARP who has 10.0.0.2 says 10.0.0.1 / Padding 18\n");
}

/* ---- Expressions. */

/* What no length can say leaves all else to be computed. */
static void test_expr_large(void **state)
{
    static const char text[] =
        "IP(len=0, src='1.2.3.4', dst='5.6.7.8')/TCP(dport=53)/Raw(load=bytes(65536))";
    struct ground *g = *state;
    ground_make(g, "IP", text, 0);
    assert_true(clv_print_expr(&g->view, g->arena, &g->out));
    ground_same(g, text);
}

/* ---- Trees. */

static void test_tree(void **state)
{
    struct ground *g = *state;
    uint8_t *bytes = ground_make(g, "Ether", SYN, 0);
    bytes[24] = 0x12;
    bytes[25] = 0x34;
    assert_true(clv_print_tree(&g->view, &ground_frame, g->arena, 0, &g->out));
    ground_same(g, "frame 7  2023-11-14 22:13:19.123456789 +0000  98 bytes\n"
                   "###[ Ethernet ]###\n"
                   "  dst       = 00:00:00:00:00:02\n"
                   "  src       = 00:00:00:00:00:01\n"
                   "  type      = IPv4 (0x800)\n"
                   "###[ IP ]###\n"
                   "     version   = 4\n"
                   "     ihl       = 5\n"
                   "     tos       = 0x0\n"
                   "     len       = 48\n"
                   "     id        = 1\n"
                   "     flags     = 0\n"
                   "     frag      = 0\n"
                   "     ttl       = 64\n"
                   "     proto     = tcp (6)\n"
                   "     chksum    = 0x1234 [bad, should be 0xf973]\n"
                   "     src       = 192.168.0.1\n"
                   "     dst       = 192.168.0.2\n"
                   "     \\options   \\\n"
                   "###[ TCP ]###\n"
                   "        sport     = ftp_data (20)\n"
                   "        dport     = http (80)\n"
                   "        seq       = 0\n"
                   "        ack       = 0\n"
                   "        dataofs   = 7\n"
                   "        reserved  = 0\n"
                   "        flags     = S\n"
                   "        window    = 8192\n"
                   "        chksum    = 0xe260\n"
                   "        urgptr    = 0\n"
                   "        \\options   \\\n"
                   "         |MSS  kind=2, len=4, mss=1460\n"
                   "         |NOP  kind=1\n"
                   "         |WScale  kind=3, len=3, shift=7\n"
                   "\n");
}

static void test_tree_odd(void **state)
{
    struct ground *g = *state;
    ground_make(
        g, "IP",
        "IP(src='1.2.3.4', dst='5.6.7.8', options=[IPOption_RR(routers=['1.1.1.1'])], len=99)/"
        "ICMP(type=3, code=1)",
        0);
    assert_true(clv_print_tree(&g->view, NULL, g->arena, CLV_SHOW_COLOUR, &g->out));
    const char *text = ground_written(g);
    assert_non_null(strstr(text, "\033[1m###[ IP ]###\033[0m\n"));
    assert_non_null(strstr(text, "  \033[2mlen       \033[0m= 99 \033[31m[36 are there]\033[0m\n"));
    assert_non_null(strstr(text, "  \033[2m\\options   \\\033[0m\n"
                                 "   |\033[1m###[ IP Option Record Route ]###\033[0m\n"
                                 "   |  \033[2mcopy_flag \033[0m= 0\n"));
    assert_non_null(strstr(text, "routers   \033[0m= [1.1.1.1]\n"));
    assert_non_null(strstr(text, "code      \033[0m= host-unreachable (1)\n"));
}

/* ---- Dumps. */

static void test_dump(void **state)
{
    struct ground *g = *state;
    ground_make(g, "Raw", "'0123456789abcdef\\x00\\xffx'", 0);
    clv_print_hex(g->view.bytes, g->view.len, &g->out);
    ground_same(g, "3031323334353637383961626364656600ff78\n");
    clv_print_dump(&g->view, g->arena, 0, &g->out);
    ground_same(g, "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n"
                   "0010  00 ff 78                                          ..x\n\n");
    ground_make(g, "IP", "IP(src='1.2.3.4', dst='5.6.7.8')/UDP()", 0);
    clv_print_dump(&g->view, g->arena, CLV_SHOW_COLOUR, &g->out);
    /* Two fields share the first byte; the next two differ from their neighbours. */
    assert_memory_equal(ground_written(g), "0000  \033[36m45 00 \033[96m00 1c \033[36m00 01 ", 30);
}

/* ---- Layers. */

static void test_picture(void **state)
{
    static const char *const wants[] = {
        "Ether",
        "\n 0                   1                   2                   3\n"
        " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|                              dst                              |\n"
        "+                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|                               |              src              |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +\n"
        "|                                                               |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|             type              |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n",
        "Odd",
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|  high   | low |       n       |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "/                      list (as many as n)                      /\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "/                       block (24 bytes)                        /\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n",
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i += 2) {
        clv_print_layer(g->clv, clv_layer_named(g->clv, wants[i]), &g->out);
        const char *text = ground_written(g);
        if (!strstr(text, wants[i + 1]))
            fail_msg("%s", text);
    }
}

static void test_layers(void **state)
{
    struct ground *g = *state;
    clv_print_layers(g->clv, &g->out);
    const char *text = ground_written(g);
    assert_non_null(strstr(text, "\nIP  "));
    assert_non_null(strstr(text, "\nOdd\n"));
    for (uint32_t i = 0; i < clv_layer_count(g->clv); i++) {
        const struct clv_desc *d = clv_layer_at(g->clv, i);
        clv_print_layer(g->clv, d, &g->out);
        text = ground_written(g);
        assert_memory_equal(text, d->name, strlen(d->name));
        for (const char *line = text; *line; line = strchr(line, '\n') + 1)
            if (*line == '/' || *line == '+')
                assert_true(strchr(line, '\n') - line <= 65);
    }
    clv_print_layer(g->clv, clv_layer_named(g->clv, "IP"), &g->out);
    text = ground_written(g);
    assert_non_null(strstr(text, "\nproto    8 bits    uint   by payload, else 0"));
    assert_non_null(strstr(text, "\nihl      4 bits    uint   bytes of header / 4\n"));
}

/* ---- Messages. */

static void test_caret(void **state)
{
    static const char *const expr = "Ether()/IP(src=\"1.2.3.4\", tll=3)/UDP()";
    struct ground *g = *state;
    struct clv_err err = { .code = CLV_BAD_TEXT, .pos = 26, .len = 3, .pos2 = 8, .len2 = 2 };
    strcpy(err.text, "wrong");
    clv_print_err(&err, expr, strlen(expr), &g->out);
    ground_same(g, "wrong\n"
                   "  Ether()/IP(src=\"1.2.3.4\", tll=3)/UDP()\n"
                   "          ~~                ^~~\n");
    err = (struct clv_err){ .pos = 4, .len = 1, .text = "end" };
    clv_print_err(&err, "a\tb(", 4, &g->out);
    ground_same(g, "end\n  a b(\n      ^\n");
    err = (struct clv_err){ .pos = 6, .len = 2, .text = "far" };
    clv_print_err(&err, "\xc3\xa4\x1b'\xff'xy", 8, &g->out);
    ground_same(g, "far\n  \xc3\xa4 '\\xff'xy\n          ^~\n");
    err = (struct clv_err){ .text = "no place" };
    clv_print_err(&err, "abc", 3, &g->out);
    ground_same(g, "no place\n");
    err.len = 1;
    clv_print_err(&err, NULL, 0, &g->out);
    ground_same(g, "no place\n");
}

static void test_caret_window(void **state)
{
    struct ground *g = *state;
    char text[1000];
    struct clv_err err = { .pos = 500, .len = 5, .text = "far" };
    memset(text, 'a', sizeof text);
    memcpy(text + 500, "bbbbb", 5);
    clv_print_err(&err, text, sizeof text, &g->out);
    const char *shown = strchr(ground_written(g), '\n') + 1, *marks = strchr(shown, '\n') + 1;
    assert_true(marks - shown <= 85);
    assert_int_equal(strchr(shown, 'b') - shown, strchr(marks, '^') - marks);
    assert_memory_equal(strchr(marks, '^'), "^~~~~\n", 6);
}

/* Seconds round every change of clocks, up and down, are as the C library has them. */
static void test_clock(void **state)
{
    static const char *const zones[] = { "UTC",
                                         "EST5EDT",
                                         "<+0545>-5:45",
                                         "<-00:44:30>0:44:30",
                                         "LHST-10:30LHDT-11,M10.1.0,M4.1.0",
                                         "XXX-1YYY-3:07:30,M3.2.0/2:05,M11.1.0/2:10" };
    struct clv_out out;
    (void)state;
    for (size_t z = 0; z < clv_len(zones); z++) {
        setenv("TZ", zones[z], 1);
        tzset();
        clv_out_init(&out, NULL, NULL);
        for (int64_t at = 1699990000, step = 0; at < 1731535200; at += step) {
            struct clv_frame frame = { .sec = at, .nsec = 123456789 };
            char want[64], zone[16];
            time_t sec = (time_t)at, before = sec - 40000, after = sec + 40000;
            struct tm tm, low, high;
            localtime_r(&sec, &tm);
            localtime_r(&before, &low);
            localtime_r(&after, &high);
            step = low.tm_gmtoff == high.tm_gmtoff ? 23456 : at % 7 ? 97 : -150;
            size_t n = strftime(want, sizeof want, "%Y-%m-%d %H:%M:%S.123456789 ", &tm);
            strftime(zone, sizeof zone, "%z", &tm);
            snprintf(want + n, sizeof want - n, "%s", zone);
            out.len = 0;
            clv_print_clock(&frame, true, &out);
            clv_out_chr(&out, 0);
            assert_string_equal(out.buf, want);
        }
        clv_out_free(&out);
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),       cmocka_unit_test(test_line_padding),
        cmocka_unit_test(test_expr_large), cmocka_unit_test(test_tree),
        cmocka_unit_test(test_tree_odd),   cmocka_unit_test(test_dump),
        cmocka_unit_test(test_picture),    cmocka_unit_test(test_layers),
        cmocka_unit_test(test_caret),      cmocka_unit_test(test_caret_window),
        cmocka_unit_test(test_clock),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
