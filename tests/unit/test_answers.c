/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What answers what, over all pairs of a table: only those marked answer each other; where one
 * does, both have the same hashes, and the capture filter of the request lets the answer through.
 */
#include "ground.h"

#include <pcap/pcap.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define A           "IP(src='10.0.0.1', dst='10.0.0.2')/"
#define B           "IP(src='10.0.0.2', dst='10.0.0.1')/"
#define ROUTER      "IP(src='10.0.0.9', dst='10.0.0.1')/"
#define QUOTE       "IPerror(src='10.0.0.1', dst='10.0.0.2', ttl=1)/"
#define QUOTE_(...) "IPerror(src='10.0.0.1', dst='10.0.0.2', " __VA_ARGS__ ")/"

#define A6      "IPv6(src='fd00::1', dst='fd00::2')/"
#define B6      "IPv6(src='fd00::2', dst='fd00::1')/"
#define ROUTER6 "IPv6(src='fd00::9', dst='fd00::1')/"
#define QUOTE6  "IPerror6(src='fd00::1', dst='fd00::2', hlim=1)/"

/* Letters: the requests that a packet answers, by the letter that they stand under. */
struct packet {
    char letter; /* as a request; 0: only an answer */
    const char *text, *answers;
};

static const struct packet packets[] = {
    /* Ping, and the other questions of ICMP. */
    { 'a', A "ICMP(id=5, seq=6)/'x'", "" },
    { 0, B "ICMP(type=0, id=5, seq=6)/'x'", "a" },
    { 0, B "ICMP(type=0, id=5, seq=6)", "a" },
    { 0, B "ICMP(type=0, id=5, seq=7)/'x'", "" },
    { 0, B "ICMP(type=0, id=4, seq=6)/'x'", "" },
    { 0, B "ICMP(type=8, id=5, seq=6)/'x'", "" },
    { 0, "IP(src='10.0.0.3', dst='10.0.0.1')/ICMP(type=0, id=5, seq=6)/'x'", "" },
    { 0, "IP(src='10.0.0.2', dst='10.0.0.8')/ICMP(type=0, id=5, seq=6)/'x'", "" },
    { 0, "Ether()/" B "ICMP(type=0, id=5, seq=6)", "a" },
    { 0, "CookedLinux()/" B "ICMP(type=0, id=5, seq=6)", "a" },
    { 'b', A "ICMP(type=13, id=5, seq=6)", "" },
    { 0, B "ICMP(type=14, id=5, seq=6, ts_ori=7)", "b" },
    { 'c', A "ICMP(type=15, id=1)", "" },
    { 0, B "ICMP(type=16, id=1)", "c" },
    { 'd', A "ICMP(type=17, id=1)", "" },
    { 0, B "ICMP(type=18, id=1, addr_mask='255.0.0.0')", "d" },
    { 'e', A "ICMP(type=33)", "" },
    { 0, B "ICMP(type=34)", "e" },
    { 'f', A "ICMP(type=35)", "" },
    { 0, B "ICMP(type=36)", "f" },
    { 'g', A "ICMP(type=37)", "" },
    { 0, B "ICMP(type=38)", "g" },
    /* Errors, with all of the request and with 64 bits of it. */
    { 0, ROUTER "ICMP(type=11)/" QUOTE "ICMPerror(id=5, seq=6)/'x'", "a" },
    { 0, ROUTER "ICMP(type=11)/" QUOTE_("len=29") "ICMPerror(id=5, seq=6)", "a" },
    { 0, "Ether()/Dot1Q(vlan=9)/" ROUTER "ICMP(type=11)/" QUOTE "ICMPerror(id=5, seq=6)", "a" },
    { 0, ROUTER "ICMP(type=11)/" QUOTE "ICMPerror(id=5, seq=7)", "" },
    { 0, ROUTER "ICMP(type=11)/" QUOTE "ICMPerror(type=13, id=5, seq=6)", "b" },
    { 0, ROUTER "ICMP(type=3, code=4)/" QUOTE "UDPerror(sport=1025, dport=69)", "j" },
    { 0, ROUTER "ICMP(type=4)/" QUOTE_("len=29, id=77") "UDPerror(sport=1025, dport=69, len=9)",
      "j" },
    { 0, ROUTER "ICMP(type=5)/" QUOTE "UDPerror(sport=1025, dport=69)/'x'", "j" },
    { 0, ROUTER "ICMP(type=12)/" QUOTE "UDPerror(sport=1025, dport=69)", "j" },
    { 0, ROUTER "ICMP(type=3)/" QUOTE "UDPerror(sport=1026, dport=69)", "" },
    { 0, ROUTER "ICMP(type=3)/" QUOTE "UDPerror(sport=1025, dport=70)", "" },
    { 0, ROUTER "ICMP(type=3)/" QUOTE "TCPerror(sport=1025, dport=69)", "" },
    { 0,
      ROUTER "ICMP(type=3)/IPerror(src='10.0.0.1', dst='10.0.0.3')/UDPerror(sport=1025, dport=69)",
      "" },
    { 0,
      ROUTER "ICMP(type=3)/IPerror(src='10.9.9.9', dst='10.0.0.2')/UDPerror(sport=1025, dport=69)",
      "" },
    { 0, ROUTER "ICMP(type=3, code=1)/" QUOTE_("len=40") "TCPerror(sport=1025, dport=80, seq=100)",
      "kl" },
    { 0, ROUTER "ICMP(type=3, code=1)/" QUOTE "TCPerror(sport=1025, dport=81, seq=100)", "" },
    { 0, ROUTER "ICMP(type=10)", "" },
    /* UDP: a server may answer from another port, and without data. */
    { 'j', A "UDP(sport=1025, dport=69)/'x'", "" },
    { 0, B "UDP(sport=69, dport=1025)/'y'", "j" },
    { 0, B "UDP(sport=3000, dport=1025)", "j" },
    { 0, B "UDP(sport=69, dport=1026)/'y'", "" },
    { 0, B "TCP(sport=69, dport=1025)/'y'", "" },
    /* TCP: opening, data, resets. */
    { 'k', A "TCP(sport=1025, seq=100)", "" },
    { 'l', A "TCP(sport=1025, seq=100, ack=500, flags='PA')/'hello'", "" },
    { 'm', A "TCP(sport=2025, seq=0xffffffff)", "" },
    { 'n', A "TCP(sport=2026, seq=0xfffffffe, ack=500, flags='PA')/'hello'", "" },
    { 'o', A "TCP(sport=2027, seq=100, flags='R')", "" },
    { 'p', A "TCP(sport=2028, seq=100, flags=0)", "" },
    { 'q', A "TCP(sport=2029, seq=7, ack=0xffffffff, flags='A')", "" },
    { 0, B "TCP(sport=80, dport=1025, seq=9, ack=101, flags='SA')", "k" },
    { 0, B "TCP(sport=80, dport=1025, ack=101, flags='RA')", "k" },
    { 0, B "TCP(sport=80, dport=1025, seq=500, ack=101, flags='RA')", "kl" },
    { 0, B "TCP(sport=80, dport=1025, seq=9, ack=105, flags='SA')", "" },
    { 0, B "TCP(sport=80, dport=1025, seq=9, ack=100, flags='SA')", "" },
    { 0, B "TCP(sport=81, dport=1025, seq=9, ack=101, flags='SA')", "" },
    { 0, B "TCP(sport=80, dport=1025, seq=9, flags='S')", "" },
    { 0, B "TCP(sport=80, dport=1025, seq=500, ack=105, flags='A')", "l" },
    { 0, B "TCP(sport=80, dport=1025, seq=700, ack=103, flags='A')", "l" },
    { 0, B "TCP(sport=80, dport=1025, seq=500, ack=106, flags='A')", "" },
    { 0, B "TCP(sport=80, dport=1025, seq=500, ack=100, flags='A')", "" },
    { 0, B "TCP(sport=80, dport=1025, seq=500, flags='R')", "l" },
    { 0, B "TCP(sport=80, dport=1025, seq=510, flags='R')", "" },
    { 0, B "TCP(sport=80, dport=2025, seq=9, ack=0, flags='SA')", "m" },
    { 0, B "TCP(sport=80, dport=2025, seq=9, ack=1, flags='SA')", "" },
    { 0, B "TCP(sport=80, dport=2026, seq=500, ack=3, flags='A')", "n" },
    { 0, B "TCP(sport=80, dport=2026, seq=500, ack=4, flags='A')", "" },
    { 0, B "TCP(sport=80, dport=2026, seq=500, ack=0xffffffff, flags='A')", "n" },
    { 0, B "TCP(sport=80, dport=2027, ack=100, flags='RA')", "" },
    { 0, B "TCP(sport=80, dport=2028, ack=100, flags='RA')", "p" },
    { 0, B "TCP(sport=80, dport=2029, seq=0xffffffff, ack=7, flags='A')", "q" },
    { 0, B "TCP(sport=80, dport=2029, seq=3, ack=7, flags='A')", "q" },
    /* ARP. */
    { 'r', "Ether()/ARP(psrc='10.0.0.1', pdst='10.0.0.2')", "" },
    { 0, "Ether()/ARP(op=2, psrc='10.0.0.2', pdst='10.0.0.1')/Padding(bytes(18))", "rs" },
    { 0, "Ether()/ARP(op=2, psrc='10.0.0.2', pdst='10.0.0.9')", "rs" }, /* as Scapy: the asker's
                                                                           address does not count */
    { 0, "Ether()/ARP(op=2, psrc='10.0.0.3', pdst='10.0.0.1')", "" },
    { 0, "Ether()/ARP(op=1, psrc='10.0.0.2', pdst='10.0.0.1')", "" },
    { 0, "Ether()/ARP(op=2, hwtype=6, psrc='10.0.0.2', pdst='10.0.0.1')", "" },
    { 's', "Ether()/ARP(psrc='0.0.0.0', pdst='10.0.0.2')", "" },
    /* Tags: an answer has the same. */
    { 't', "Ether()/Dot1Q(vlan=5)/" A "UDP(sport=7, dport=8)", "" },
    { 0, "Ether()/Dot1Q(vlan=5, prio=3)/" B "UDP(sport=8, dport=7)", "t" },
    { 0, "Ether()/Dot1Q(vlan=6)/" B "UDP(sport=8, dport=7)", "" },
    { 0, "Ether()/" B "UDP(sport=8, dport=7)", "u" },
    { 0, "Ether()/Dot1AD(vlan=5)/Dot1Q(vlan=5)/" B "UDP(sport=8, dport=7)", "" },
    { 0, "Ether()/" ROUTER "ICMP(type=11)/" QUOTE "UDPerror(sport=7, dport=8)", "tu" },
    { 0, "Ether()/Dot1Q(vlan=5)/" ROUTER "ICMP(type=11)/" QUOTE "UDPerror(sport=7, dport=8)",
      "tu" },
    { 'u', "Ether()/" A "UDP(sport=7, dport=8)", "" },
    /* To many, who answer each for itself. */
    { 'v', "IP(src='10.0.0.1', dst='224.0.0.1')/ICMP(id=50)", "" },
    { 'w', "IP(src='10.0.0.1', dst='255.255.255.255')/ICMP(id=50)", "" },
    { 0, "IP(src='10.0.0.77', dst='10.0.0.1')/ICMP(type=0, id=50)", "vw" },
    { 0, "IP(src='10.0.0.77', dst='10.0.0.2')/ICMP(type=0, id=50)", "" },
    { 0, "IP(src='10.0.0.77', dst='10.0.0.1')/ICMP(type=0, id=51)", "" },
    { 'x', "IP(src='0.0.0.0', dst='255.255.255.255')/UDP(sport=68, dport=67)/'discover'", "" },
    { 0, "IP(src='10.0.0.254', dst='255.255.255.255')/UDP(sport=67, dport=68)/'offer'", "x" },
    { 0, "IP(src='10.0.0.254', dst='10.0.0.5')/UDP(sport=67, dport=68)/'offer'", "x" },
    /* Tunnels, whose quote may end within the inner header. */
    { 'y', A "IP(src='1.1.1.1', dst='2.2.2.2')/UDP(sport=5, dport=6)", "" },
    { 0, B "IP(src='2.2.2.2', dst='1.1.1.1')/UDP(sport=6, dport=5)", "y" },
    { 0, B "IP(src='2.2.2.3', dst='1.1.1.1')/UDP(sport=6, dport=5)", "" },
    { 0, B "UDP(sport=6, dport=5)", "" },
    { 0,
      ROUTER "ICMP(type=11)/" QUOTE
             "IPerror(src='1.1.1.1', dst='2.2.2.2')/UDPerror(sport=5, dport=6)",
      "y" },
    { 0, ROUTER "ICMP(type=11)/" QUOTE_("proto=4, len=48") "b'\\x45\\0\\0\\x1c\\0\\1\\0\\0'", "y" },
    /* IPv6: an error quotes the request itself, as far as the quote goes. */
    { 'A', A6 "ICMPv6EchoRequest(id=5, seq=6)", "" },
    { 0, B6 "ICMPv6EchoReply(id=5, seq=6)", "ABC" },
    { 0, B6 "ICMPv6EchoReply(id=5, seq=7)", "" },
    { 0, B6 "ICMPv6EchoReply(id=4, seq=6)", "" },
    { 0, "IPv6(src='fd00::3', dst='fd00::1')/ICMPv6EchoReply(id=5, seq=6)", "" },
    { 0, ROUTER6 "ICMPv6TimeExceeded()/" QUOTE6 "ICMPv6EchoRequest(id=5, seq=6)", "A" },
    { 0, ROUTER6 "ICMPv6TimeExceeded()/" QUOTE6 "ICMPv6EchoRequest(id=5, seq=7)", "" },
    { 0, ROUTER6 "ICMPv6TimeExceeded()/" QUOTE6 "ICMPv6EchoRequest(id=4, seq=6)", "" },
    { 0, ROUTER6 "ICMPv6TimeExceeded()/" QUOTE6 "ICMPv6EchoReply(id=5, seq=6)", "" },
    { 0, ROUTER6 "ICMPv6TimeExceeded()/" QUOTE6 "UDPerror(sport=1025, dport=69)", "D" },
    { 0, ROUTER6 "ICMPv6PacketTooBig()/" QUOTE6 "UDPerror(sport=1025, dport=69)", "D" },
    { 0, ROUTER6 "ICMPv6DestUnreach()/" QUOTE6 "UDPerror(sport=1026, dport=69)", "" },
    { 0, ROUTER6 "ICMPv6DestUnreach()/" QUOTE6 "TCPerror(sport=1025, dport=69)", "" },
    { 0, ROUTER6 "ICMPv6ParamProblem()/" QUOTE6 "ESP(spi=7)", "" },
    { 0,
      ROUTER6 "ICMPv6DestUnreach()/IPerror6(src='fd00::1', dst='fd00::3')/"
              "ICMPv6EchoRequest(id=5, seq=6)",
      "" },
    { 0,
      ROUTER6 "ICMPv6DestUnreach()/IPerror6(src='fd00::3', dst='fd00::2')/"
              "ICMPv6EchoRequest(id=5, seq=6)",
      "" },
    { 0, ROUTER6 "ICMPv6DestUnreach()/IPerror6(src='fd00::1', dst='fd00::2', plen=99, nh=58)", "" },
    { 'D', A6 "UDP(sport=1025, dport=69)/'x'", "" },
    { 0, B6 "UDP(sport=69, dport=1025)/'x'", "DE" },
    /* With extension headers, which an answer need not have. */
    { 'B', A6 "IPv6ExtHdrHopByHop()/ICMPv6EchoRequest(id=5, seq=6)", "" },
    { 'C', A6 "IPv6ExtHdrDestOpt()/IPv6ExtHdrDestOpt()/ICMPv6EchoRequest(id=5, seq=6)", "" },
    { 'E', A6 "IPv6ExtHdrHopByHop()/UDP(sport=1025, dport=69)/'x'", "" },
    { 0,
      ROUTER6 "ICMPv6ParamProblem()/" QUOTE6 "IPv6ExtHdrHopByHop()/"
              "ICMPv6EchoRequest(id=5, seq=6)",
      "B" },
    { 0,
      ROUTER6 "ICMPv6ParamProblem()/" QUOTE6 "IPv6ExtHdrHopByHop()/"
              "ICMPv6EchoRequest(id=5, seq=9)",
      "" },
    /* What a quote was cut to. */
    { 0, ROUTER6 "ICMPv6ParamProblem()/" QUOTE6 "b'\\x3a\\0\\5\\2'", "" },
    { 0,
      ROUTER6 "ICMPv6ParamProblem()/IPerror6(src='fd00::1', dst='fd00::2', plen=16, nh=0)/"
              "b'\\x3a\\0\\1\\4'",
      "" },
    /* Through two hosts and back; the quote is from behind the first of them. */
    { 'F',
      "IPv6(src='fd00::1', dst='fd00::7')/IPv6ExtHdrRouting(addresses=['fd00::8', 'fd00::2'])/"
      "UDP(sport=1027, dport=69)",
      "" },
    { 0, B6 "UDP(sport=69, dport=1027)", "F" },
    { 0, "IPv6(src='fd00::7', dst='fd00::1')/UDP(sport=69, dport=1027)", "" },
    { 0,
      ROUTER6 "ICMPv6TimeExceeded()/IPerror6(src='fd00::1', dst='fd00::8')/"
              "IPv6ExtHdrRouting(segleft=1, addresses=['fd00::7', 'fd00::2'])/"
              "UDP(sport=1027, dport=69)",
      "F" },
    { 0,
      ROUTER6 "ICMPv6TimeExceeded()/IPerror6(src='fd00::1', dst='fd00::8')/"
              "IPv6ExtHdrRouting(segleft=1, addresses=['fd00::7', 'fd00::3'])/"
              "UDP(sport=1027, dport=69)",
      "" },
    /* No answer is known to these. */
    { 'I', "Ether()/" ROUTER "ICMP(type=3)/" QUOTE "UDPerror(sport=9, dport=9)", "" },
    /* An error about an error is not sent. */
    { 'R', ROUTER "ICMP(type=3)/" QUOTE "UDPerror(sport=9)", "" },
    { 'S', "UDPerror(sport=9, dport=9)", "" },
    { 0, "UDPerror(sport=9, dport=9)/'x'", "" },
    { 'J', "Raw(b'abc')", "" },
    { 'K', "Ether()/'abc'", "" },
    { 'L', "Raw(b'')", "" },
};

enum { PACKETS = sizeof packets / sizeof *packets };

static struct clv_view views[PACKETS];

static int views_set_up(void **state)
{
    ground_set_up(state);
    struct ground *g = *state;
    for (uint32_t i = 0; i < PACKETS; i++) {
        struct clv_err err = { 0 };
        uint32_t len = 0;
        const char *text = packets[i].text;
        struct clv_draft *draft = clv_parse(g->clv, g->kept, text, strlen(text), &err);
        uint8_t *bytes = draft ? clv_build(draft, g->kept, &len, &err) : NULL;
        if (!bytes) {
            print_error("%s: %s\n", text, err.text);
            return -1;
        }
        clv_split(g->clv, &views[i], g->kept, clv_draft_layer(draft, 0), bytes, len);
    }
    return 0;
}

/* ---- All pairs. */

static void test_pairs(void **state)
{
    uint32_t wrong = 0;
    (void)state;
    for (uint32_t q = 0; q < PACKETS; q++)
        for (uint32_t a = 0; packets[q].letter && a < PACKETS; a++) {
            bool want = strchr(packets[a].answers, packets[q].letter) != NULL;
            bool have = clv_answers(&views[q], &views[a]);
            if (want == have)
                continue;
            wrong++;
            print_error("%s %s %s\n", packets[q].text, have ? "==>" : "=/=>", packets[a].text);
        }
    assert_int_equal(wrong, 0);
}

static void test_hashes(void **state)
{
    uint32_t wrong = 0, pairs = 0;
    (void)state;
    for (uint32_t q = 0; q < PACKETS; q++)
        for (uint32_t a = 0; a < PACKETS; a++) {
            if (!clv_answers(&views[q], &views[a]))
                continue;
            pairs++;
            /* The wide ones agree in any case. */
            for (int wide = clv_request_wide(&views[q]); wide < 2; wide++) {
                uint64_t asked = clv_hash_request(&views[q], wide);
                if (!asked || asked != clv_hash_answer(&views[a], wide)) {
                    wrong++;
                    print_error("%s ==> %s: other hash%s\n", packets[q].text, packets[a].text,
                                wide ? ", wide" : "");
                }
            }
        }
    assert_true(pairs > 50);
    assert_int_equal(wrong, 0);
}

static void test_wide(void **state)
{
    (void)state;
    for (uint32_t q = 0; q < PACKETS; q++)
        if (packets[q].letter) {
            bool want = strchr("vwx", packets[q].letter) != NULL;
            if (clv_request_wide(&views[q]) != want)
                fail_msg("%s", packets[q].text);
        }
}

/* Requests that differ have hashes that differ, or a scan would look through them all. */
static void test_hashes_spread(void **state)
{
    (void)state;
    for (uint32_t q = 0; q < PACKETS; q++)
        for (uint32_t r = 0; r < q; r++) {
            uint64_t x = clv_hash_request(&views[q], false), y = clv_hash_request(&views[r], false);
            bool both = packets[q].letter && packets[r].letter;
            bool alike = strchr("krtABCD", packets[r].letter) &&
                         strchr("lsuBCE", packets[q].letter);
            if (both && !alike && x && x == y)
                fail_msg("%s and %s", packets[q].text, packets[r].text);
        }
}

/* ---- Capture filters. */

static const char *filter_of(struct ground *g, const char *text)
{
    struct clv_err err = { 0 };
    struct clv_draft *draft = clv_parse(g->clv, g->arena, text, strlen(text), &err);
    if (!draft)
        fail_msg("%s: %s", text, err.text);
    assert_true(clv_answer_filter(draft, g->arena, &g->out));
    return ground_written(g);
}

static void test_filter_text(void **state)
{
    static const char *const rows[][2] = {
        { A "ICMP()", "(dst host 10.0.0.1) and (icmp)" },
        { "Ether()/" A "TCP(sport=7)",
          "(dst host 10.0.0.1) and ((tcp dst port 7) or icmp or icmp6)" },
        { A "UDP(sport=7)/'x'", "(dst host 10.0.0.1) and ((udp dst port 7) or icmp or icmp6)" },
        { A "UDP(sport=[7])", "(dst host 10.0.0.1) and ((udp dst port 7) or icmp or icmp6)" },
        { A "UDP(sport=[7, 8])", "(dst host 10.0.0.1)" },
        { A "UDP(sport=RandShort())", "(dst host 10.0.0.1)" },
        { A "UDP(sport=RawVal(b'ab'))", "(dst host 10.0.0.1)" },
        { "IP()/UDP(sport=7)", "((udp dst port 7) or icmp or icmp6)" },
        { "IP(src=['1.1.1.1', '2.2.2.2'])/UDP(sport=7)", "((udp dst port 7) or icmp or icmp6)" },
        { "IP(src='1.1.1.1', dst='10.0.0.0/8')/ICMP()", "(dst host 1.1.1.1) and (icmp)" },
        { "IP(src='0.0.0.0')/UDP(sport=68)", "((udp dst port 68) or icmp or icmp6)" },
        { "Ether()/ARP()", "(arp)" },
        { "Ether()/Dot1Q()/" A "UDP()", "" },
        { A "IP(src='1.1.1.1')/UDP()", "(dst host 10.0.0.1)" },
        { "Raw(b'x')", "" },
        { "Ether()", "" },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(filter_of(g, rows[i][0]), rows[i][1]);
}

/* The filter of each request, compiled as the kernel would, lets each of its answers through; but it
 * sees no port behind the extension headers of an answer. */
static void test_filter_lets_through(void **state)
{
    struct ground *g = *state;
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
    uint8_t frame[512] = { [12] = 0x08, [13] = 0x00 };
    uint32_t wrong = 0;
    for (uint32_t q = 0; q < PACKETS; q++) {
        struct bpf_program program;
        const char *text = filter_of(g, packets[q].text);
        if (pcap_compile(dead, &program, text, 1, PCAP_NETMASK_UNKNOWN))
            fail_msg("%s: %s", text, pcap_geterr(dead));
        for (uint32_t a = 0; a < PACKETS; a++) {
            const struct clv_view *view = &views[a];
            bool ether = !strcmp(view->layers[0].desc->name, "Ether");
            if (!clv_answers(&views[q], view) || (!ether && packets[a].text[0] != 'I') ||
                (strstr(packets[a].text, "Dot1Q") && !strstr(packets[q].text, "Dot1Q")) ||
                strstr(packets[a].text, "/IPv6ExtHdr"))
                continue;
            memcpy(frame + (ether ? 0 : 14), view->bytes, view->len);
            uint32_t len = view->len + (ether ? 0 : 14);
            struct pcap_pkthdr header = { .caplen = len, .len = len };
            bool six = !strcmp(view->layers[0].desc->name, "IPv6");
            frame[12] = ether ? frame[12] : six ? 0x86 : 0x08;
            frame[13] = ether ? frame[13] : six ? 0xdd : 0x00;
            if (!pcap_offline_filter(&program, &header, frame)) {
                wrong++;
                print_error("%s: \"%s\" drops %s\n", packets[q].text, text, packets[a].text);
            }
        }
        pcap_freecode(&program);
    }
    pcap_close(dead);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),       cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_wide),        cmocka_unit_test(test_hashes_spread),
        cmocka_unit_test(test_filter_text), cmocka_unit_test(test_filter_lets_through),
    };
    return cmocka_run_group_tests(tests, views_set_up, ground_tear_down);
}
