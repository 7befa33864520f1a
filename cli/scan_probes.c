/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan's probes are expressions, made and read by the engine as any other packets. What an answer must
 * hold is computed anew from its addresses and ports and a secret: so nothing is kept of a probe.
 */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

enum { OWN_PORTS = 0xf000 }; /* above those that the kernel gives to sockets */

const struct scan_method scan_methods[] = {
    { "syn", true, "tcp", "S", "filtered" },
    { "ack", true, "tcp", "A", "filtered" },
    { "fin", true, "tcp", "F", "open|filtered" },
    { "null", true, "tcp", "", "open|filtered" },
    { "xmas", true, "tcp", "FPU", "open|filtered" },
    { "udp", true, "udp", NULL, "open|filtered" },
    { "auto", false, "icmp", NULL, "down" },
    { "echo", false, "icmp", NULL, "down" },
    { "tcp", false, "tcp", "S", "down" },
    { NULL, false, NULL, NULL, NULL },
};

const struct scan_method *scan_method_find(const struct scan *scan, const char *name)
{
    bool ports = scan->own->ports;

    for (const struct scan_method *m = scan_methods; m->name; m++)
        if (m->ports == ports && (!name || !strcmp(m->name, name)))
            return m;
    return NULL;
}

/* What a service answers to: an expression above UDP. Other ports get an empty datagram. */
static const struct {
    uint16_t port;
    const char *text;
} payloads[] = {
    { 53, "DNS(rd=1,qd=DNSQR(qname='version.bind',qtype='TXT',qclass='CH'))" },
    /* A call of procedure 0 of the port mapper, RFC 5531. */
    { 111, "Raw(b'clve')/Raw(bytes(4))/Raw(b'\\0\\0\\0\\2\\0\\1\\x86\\xa0\\0\\0\\0\\2')/"
           "Raw(bytes(20))" },
    { 123, "NTPHeader(version=4,mode=3)" },
    { 137, "NBNSHeader()/NBNSNodeStatusRequest()" },
    { 161,
      "SNMP(community='public',PDU=SNMPget(varbindlist=[SNMPvarbind(oid='1.3.6.1.2.1.1.1.0')]))" },
    { 443, "Raw(b'\\xc0\\x1a\\x2a\\x3a\\x4a\\x08cleave!!\\x00')/Raw(bytes(1185))" }, /* RFC 8999 */
    { 520, "RIP(cmd=1,version=2)/RIPEntry(AF=0,metric=16)" },
    { 1434, "Raw(b'\\x02')" },
    { 1900,
      "Raw('M-SEARCH * HTTP/1.1\\r\\nHOST: 239.255.255.250:1900\\r\\nMAN: \"ssdp:discover\"\\r\\n"
      "MX: 1\\r\\nST: ssdp:all\\r\\n\\r\\n')" },
    { 3478, "Raw(b'\\x00\\x01\\x00\\x00\\x21\\x12\\xa4\\x42cleave-probe')" }, /* RFC 8489 */
    { 5060,
      "Raw('OPTIONS sip:nm SIP/2.0\\r\\nVia: SIP/2.0/UDP nm;branch=z9hG4bK1;rport\\r\\n"
      "From: <sip:nm@nm>;tag=1\\r\\nTo: <sip:nm2@nm2>\\r\\nCall-ID: 1\\r\\nCSeq: 1 OPTIONS\\r\\n"
      "Max-Forwards: 70\\r\\nContent-Length: 0\\r\\n\\r\\n')" },
    { 5353, "DNS(rd=0,qd=DNSQR(qname='_services._dns-sd._udp.local',qtype='PTR'))" },
    { 5683, "Raw(b'\\x40\\x01\\x01\\xce\\xbb.well-known\\x04core')" }, /* RFC 7252, RFC 6690 */
    { 11211, "Raw(b'\\x00\\x01\\x00\\x00\\x00\\x01\\x00\\x00version\\r\\n')" },
};

enum { PAYLOADS = sizeof payloads / sizeof *payloads };

_Static_assert((int)PAYLOADS < (int)SCAN_KINDS, "each payload is a kind of its own");

/* ---- The order. */

uint64_t scan_index(const struct scan *scan, uint64_t position)
{
    return clv_shuffle_at(&scan->shuffle, scan->shard - 1 + scan->shards * (position % scan->mine));
}

void scan_target(const struct scan *scan, uint64_t index, struct clv_addr *addr, uint16_t *port)
{
    clv_ranges_at(scan->ranges, index / scan->nports, addr);
    *port = scan->ports[index % scan->nports];
}

/* ---- Cookies. */

struct secret {
    uint32_t number;   /* a sequence number, or id and seq */
    uint16_t port, id; /* our port, the IP header's id */
};

/* Members of a group answer as themselves: then the address cannot count. */
static struct secret secret_of(const struct scan *scan, const struct clv_addr *addr, uint16_t port)
{
    uint8_t bytes[19] = { addr->len, (uint8_t)(port >> 8), (uint8_t)port };

    if (!scan->own->groups)
        memcpy(bytes + 3, addr->bytes, addr->len);
    uint64_t cookie = clv_cookie(scan->key, bytes, sizeof bytes);
    return (struct secret){ .number = (uint32_t)cookie,
                            .port = (uint16_t)(OWN_PORTS | (cookie >> 32 & 0xfff)),
                            .id = (uint16_t)(cookie >> 48) };
}

static unsigned payload_of(const struct scan *scan, uint16_t port)
{
    for (unsigned i = 0; i < PAYLOADS && !strcmp(scan->method->proto, "udp"); i++)
        if (payloads[i].port == port)
            return i + 1;
    return 0;
}

void scan_probe(const struct scan *scan, uint64_t position, struct clv_probe *probe)
{
    uint16_t port;
    uint32_t n = 0;

    *probe = (struct clv_probe){ .tag = position };
    scan_target(scan, scan_index(scan, position), &probe->dst, &port);
    struct secret secret = secret_of(scan, &probe->dst, port);
    probe->kind = scan->kinds[probe->dst.len == 16][payload_of(scan, port)];
    probe->ask = !strcmp(scan->method->name, "auto");
    if (!strcmp(scan->method->proto, "icmp")) {
        probe->values[n++] = secret.number >> 16;
        probe->values[n++] = secret.number & 0xffff;
    } else {
        probe->values[n++] = secret.port;
        probe->values[n++] = port;
    }
    if (scan->method->flags) {
        probe->values[n++] = secret.number;
        probe->values[n++] = strchr(scan->method->flags, 'A') ? secret.number : 0;
    }
    probe->values[n] = secret.id;
}

/* ---- Kinds of probes. */

static void print_bytes(const uint8_t *bytes, uint32_t n, struct clv_out *out)
{
    char text[8];

    clv_out_str(out, "/Raw(b'");
    for (uint32_t i = 0; i < n; i++) {
        snprintf(text, sizeof text, "\\x%02x", bytes[i]);
        clv_out_str(out, text);
    }
    clv_out_str(out, "')");
}

static void print_layers(const struct scan *scan, bool six, struct clv_out *out)
{
    const char *flags = scan->method->flags;
    char text[160];

    clv_out_str(out, six ? "IPv6(dst=['::1','::2'])" : "IP(dst='0.0.0.0/0',id=(0,65535))");
    if (!strcmp(scan->method->proto, "icmp")) {
        clv_out_str(out, six ? "/ICMPv6EchoRequest(id=(0,65535),seq=(0,65535))"
                             : "/ICMP(id=(0,65535),seq=(0,65535))");
        return;
    }
    snprintf(text, sizeof text, "/%s(sport=(0,65535),dport=(0,65535)%s%s%s", flags ? "TCP" : "UDP",
             flags ? ",seq=(0,4294967295),ack=(0,4294967295),window=1024,flags='" : "",
             flags ? flags : "", flags ? "'" : "");
    clv_out_str(out, text);
    if (flags && !strcmp(flags, "S"))
        clv_out_str(out, ",options=[('MSS',1460)]");
    clv_out_str(out, ")");
}

/* The kind with this payload, from 1, or with none: 0. */
static bool make_kind(struct scan *scan, bool six, unsigned payload, struct clv_err *err)
{
    struct clv *clv = scan->cli->clv;
    struct clv_arena *arena = scan->cli->arena;
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    print_layers(scan, six, &out);
    if (payload) {
        const char *text = payloads[payload - 1].text;
        uint32_t n = 0;
        struct clv_draft *draft = clv_parse(clv, arena, text, strlen(text), err);
        const uint8_t *bytes = draft ? clv_build(draft, arena, &n, err) : NULL;
        print_bytes(bytes, n, &out);
    }
    clv_out_chr(&out, 0);
    int kind = err->code || out.failed ? -1 : clv_prober_kind(scan->prober, out.buf, err);
    clv_out_free(&out);
    scan->kinds[six][payload] = kind;
    return kind >= 0;
}

enum column {
    SRC,
    TTL,
    TCP_SPORT,
    TCP_DPORT,
    TCP_SEQ,
    TCP_ACK,
    TCP_FLAGS,
    UDP_SPORT,
    UDP_DPORT,
    TYPE,
    CODE,
    ECHO_ID,
    ECHO_SEQ,
    ERR_DST,
    ERR_TCP_SPORT,
    ERR_TCP_DPORT,
    ERR_TCP_SEQ,
    ERR_UDP_SPORT,
    ERR_UDP_DPORT,
    ERR_ECHO_ID,
    ERR_ECHO_SEQ,
    ERR_ID,
    COLUMNS
};

static const char *const columns[2] = {
    "IP.src,IP.ttl,TCP.sport,TCP.dport,TCP.seq,TCP.ack,TCP.flags,UDP.sport,UDP.dport,"
    "ICMP.type,ICMP.code,ICMP.id,ICMP.seq,IPerror.dst,TCPerror.sport,TCPerror.dport,TCPerror.seq,"
    "UDPerror.sport,UDPerror.dport,ICMPerror.id,ICMPerror.seq,IPerror.id",
    "IPv6.src,IPv6.hlim,TCP.sport,TCP.dport,TCP.seq,TCP.ack,TCP.flags,UDP.sport,UDP.dport,"
    "ICMPv6DestUnreach.type,ICMPv6DestUnreach.code,ICMPv6EchoReply.id,ICMPv6EchoReply.seq,"
    "IPerror6.dst,TCPerror.sport,TCPerror.dport,TCPerror.seq,UDPerror.sport,UDPerror.dport,"
    "ICMPv6EchoRequest.id,ICMPv6EchoRequest.seq,IPerror6.fl",
};

int scan_open(struct scan *scan)
{
    const struct cli_opts *opt = &scan->cli->opt;
    const struct clv_prober_opts opts = {
        .iface = scan->iface, .source = opt->source, .groups = scan->own->groups, .stop = &cli_stop
    };
    struct clv_err err = { 0 };

    if (!strcmp(scan->method->name, "auto"))
        scan->vendors = vendors_open();
    scan->prober = clv_prober_open(scan->cli->clv, &opts, &err);
    for (int six = 0; six < 2 && !err.code; six++) {
        scan->columns[six] = clv_columns_new(scan->cli->clv, scan->cli->arena, columns[six], &err);
        for (unsigned i = 0; !err.code && i <= PAYLOADS; i++)
            if (!i || payload_of(scan, payloads[i - 1].port))
                make_kind(scan, six, i, &err);
    }
    return err.code ? cli_err(&err) : -1;
}

/* ---- Answers. */

struct answer {
    const struct scan *scan;
    struct clv_cell cells[COLUMNS];
    bool six;
    struct scan_result *result;
};

static bool has(const struct answer *a, enum column column, uint64_t value)
{
    return a->cells[column].there && a->cells[column].u == value;
}

static bool read_addr(const struct answer *a, enum column column, struct clv_addr *addr)
{
    const struct clv_cell *cell = &a->cells[column];

    if (!cell->there || (a->six && cell->n != 16))
        return false;
    addr->len = a->six ? 16 : 4;
    if (a->six)
        memcpy(addr->bytes, cell->p, 16);
    for (int i = 0; !a->six && i < 4; i++)
        addr->bytes[i] = (uint8_t)(cell->u >> (24 - 8 * i));
    return true;
}

/* The verdict, where the answer says so. */
static bool say(struct answer *a, enum scan_state state, const char *reason)
{
    a->result->state = a->scan->method->ports || state == SCAN_DOWN ? state : SCAN_UP;
    a->result->reason = reason;
    return true;
}

static bool judge_tcp(struct answer *a, struct secret secret)
{
    enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
    const char *flags = a->scan->method->flags;
    uint64_t got = a->cells[TCP_FLAGS].u;
    uint32_t next = secret.number + (strpbrk(flags, "SF") != NULL);

    if (!has(a, TCP_DPORT, secret.port))
        return false;
    if (strchr(flags, 'A'))
        return got & RST && has(a, TCP_SEQ, secret.number) && say(a, SCAN_UNFILTERED, "reset");
    if (!(got & ACK) ||
        (!has(a, TCP_ACK, next) && (*flags == 'S' || !has(a, TCP_ACK, secret.number))))
        return false;
    if (got & RST)
        return say(a, SCAN_CLOSED, "reset");
    return *flags == 'S' && got & SYN && say(a, SCAN_OPEN, "syn-ack");
}

/* By code of "destination unreachable". */
static const char *const four[] = {
    "net-unreach",   "host-unreach",     "proto-unreach",   "port-unreach",
    "frag-needed",   "source-route",     "net-unknown",     "host-unknown",
    "host-isolated", "net-prohibited",   "host-prohibited", "net-tos",
    "host-tos",      "admin-prohibited", "host-precedence", "precedence-cutoff",
};
static const char *const six[] = { "no-route",     "admin-prohibited", "beyond-scope",
                                   "addr-unreach", "port-unreach",     "policy-failed",
                                   "reject-route" };

/* Does an error quote the probe that this secret belongs to? */
static bool quotes(const struct answer *a, struct secret secret)
{
    const struct scan_method *m = a->scan->method;

    if (m->flags)
        return has(a, ERR_TCP_SPORT, secret.port) && has(a, ERR_TCP_SEQ, secret.number);
    if (!strcmp(m->proto, "udp"))
        return has(a, ERR_UDP_SPORT, secret.port) && (a->six || has(a, ERR_ID, secret.id));
    return has(a, ERR_ECHO_ID, secret.number >> 16) && has(a, ERR_ECHO_SEQ, secret.number & 0xffff);
}

static bool judge_error(struct answer *a, struct secret secret)
{
    uint64_t type = a->cells[TYPE].u, code = a->cells[CODE].u;
    const struct scan_result *r = a->result;
    bool own = r->from.len == r->addr.len && !memcmp(r->from.bytes, r->addr.bytes, r->addr.len);
    const char *reason = "time-exceeded";

    if (!quotes(a, secret))
        return false;
    if (a->six)
        reason = code < sizeof six / sizeof *six ? six[code] : "unreach";
    else if (type == 3)
        reason = code < sizeof four / sizeof *four ? four[code] : "unreach";
    if (!a->scan->method->ports)
        return say(a, own ? SCAN_UP : SCAN_DOWN, reason);
    bool closed = !strcmp(a->scan->method->proto, "udp") && own && !strcmp(reason, "port-unreach");
    return say(a, closed ? SCAN_CLOSED : SCAN_FILTERED, reason);
}

/* The port that the answer is about: of its sender, or of the packet that it quotes. */
static uint64_t port_of(const struct answer *a, bool error)
{
    const struct scan_method *m = a->scan->method;

    if (!strcmp(m->proto, "icmp"))
        return a->scan->ports[0];
    return a
        ->cells[error ? (m->flags ? ERR_TCP_DPORT : ERR_UDP_DPORT)
                      : (m->flags ? TCP_SPORT : UDP_SPORT)]
        .u;
}

static bool judge(struct answer *a, uint64_t *index)
{
    const struct scan *scan = a->scan;
    struct scan_result *r = a->result;
    bool error = a->cells[ERR_DST].there && (a->six || has(a, TYPE, 3) || has(a, TYPE, 11));
    uint64_t port = port_of(a, error) & 0xffff;

    if (!read_addr(a, SRC, &r->from) || !read_addr(a, error ? ERR_DST : SRC, &r->addr) ||
        scan->port_at[port] < 0)
        return false;
    if (clv_ranges_find(scan->ranges, &r->addr, index))
        *index = *index * scan->nports + (uint32_t)scan->port_at[port];
    else if (scan->own->groups && !error && !scan->method->flags)
        *index = SCAN_MEMBER;
    else
        return false;
    r->port = (uint16_t)port;
    struct secret secret = secret_of(scan, &r->addr, r->port);
    if (error)
        return judge_error(a, secret);
    if (scan->method->flags)
        return a->cells[TCP_FLAGS].there && judge_tcp(a, secret);
    if (!strcmp(scan->method->proto, "udp"))
        return has(a, UDP_DPORT, secret.port) && say(a, SCAN_OPEN, "udp-response");
    return (a->six || has(a, TYPE, 0)) && has(a, ECHO_ID, secret.number >> 16) &&
           has(a, ECHO_SEQ, secret.number & 0xffff) && say(a, SCAN_UP, "echo-reply");
}

bool scan_judge(const struct scan *scan, const struct clv_event *event, struct scan_result *result,
                uint64_t *index)
{
    struct answer a = { .scan = scan, .result = result };

    *result = (struct scan_result){ .sec = event->frame.sec, .nsec = event->frame.nsec };
    for (int version = 0; version < 2; version++) {
        clv_read_columns(scan->columns[version], event->view, a.cells);
        if (!a.cells[SRC].there)
            continue;
        a.six = version;
        result->ttl = (int)a.cells[TTL].u;
        return judge(&a, index);
    }
    return false;
}
