/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What answers what: one table, in which alone protocols stand. Its texts are filters over the
 * request and expressions with fields of the request in them; all are compiled once. A request is a
 * few layers that carry, each at most once, and one that asks; so is its answer.
 */
#include "answer.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * In `answer` and `record`, %Layer.field% is the request's, %Layer#% the bytes behind its header;
 * +N and +# add a number, and how many these bytes are. %mac% is our own hardware address, %cookie% a
 * number that the same request has again, %records% a `record` for each address found, %address% in
 * it that address.
 */
struct row {
    const char *layer;
    const char *answer;  /* an expression that the layers above go on; of a carrier ends in '/' */
    const char *when;    /* a filter; NULL: always */
    const char *to;      /* of a link layer, a filter: it was sent to us */
    const char *about;   /* the field with the address asked for; NULL: of the carrier below */
    const char *over;    /* in the place of the answer of the carrier below */
    const char *name;    /* the field with the name asked for */
    const char *record;  /* an answer's part for each address of this name */
    uint8_t len;         /* bytes of these addresses */
    bool unknown;        /* the name has no address */
    bool six;            /* `about` is of IPv6 */
    bool carries, group; /* group: asked of everybody, `to` does not count */
    bool data;           /* only with bytes behind the header */
};

#define IP4_PLAIN   "IP.frag == 0 and IP.flags & 1 == 0"
#define TCP_PORTS   "TCP(sport=%TCP.dport%,dport=%TCP.sport%,window=65535,"
#define DNS_PLAIN   "DNS.qr == 0 and DNS.opcode == 0 and DNS.qdcount == 1"
#define DNS_ADDRESS DNS_PLAIN " and DNSQR.qclass == 1 and DNSQR.qtype == "
#define DNS_ANSWER                                                                                 \
    "DNS(id=%DNS.id%,qr=1,aa=1,rd=%DNS.rd%,ra=1,"                                                  \
    "qd=[DNSQR(qname='%DNSQR.qname%',qtype=%DNSQR.qtype%,qclass=%DNSQR.qclass%)],"

static const struct row rows[] = {
    { "Ether", "Ether(src='%mac%',dst='%Ether.src%')/", .to = "Ether.dst == '%mac%'",
      .carries = true },
    { "Dot1Q", "Dot1Q(prio=%Dot1Q.prio%,vlan=%Dot1Q.vlan%)/", .carries = true },
    { "IP", "IP(src='%IP.dst%',dst='%IP.src%',flags='DF')/", .when = IP4_PLAIN, .about = "IP.dst",
      .carries = true },
    { "IPv6", "IPv6(src='%IPv6.dst%',dst='%IPv6.src%')/", .about = "IPv6.dst", .six = true,
      .carries = true },
    { "UDP", "UDP(sport=%UDP.dport%,dport=%UDP.sport%)/", .carries = true },
    /* One that tells its own address asks nobody. */
    { "ARP", "ARP(op=2,hwsrc='%mac%',psrc='%ARP.pdst%',hwdst='%ARP.hwsrc%',pdst='%ARP.psrc%')",
      .when = "ARP.op == 1 and not (ARP.psrc == ARP.pdst)", .about = "ARP.pdst", .group = true },
    { "ICMPv6ND_NS",
      "ICMPv6ND_NA(R=0,S=1,O=1,tgt='%ICMPv6ND_NS.tgt%')/ICMPv6NDOptDstLLAddr(lladdr='%mac%')",
      .when = "not (IPv6.src == ::)", .about = "ICMPv6ND_NS.tgt", .six = true, .group = true,
      .over = "IPv6(src='%ICMPv6ND_NS.tgt%',dst='%IPv6.src%')/" },
    /* Somebody wants to have the address: all are told that it is taken. */
    { "ICMPv6ND_NS",
      "ICMPv6ND_NA(R=0,S=0,O=1,tgt='%ICMPv6ND_NS.tgt%')/ICMPv6NDOptDstLLAddr(lladdr='%mac%')",
      .when = "IPv6.src == ::", .about = "ICMPv6ND_NS.tgt", .six = true, .group = true,
      .over = "IPv6(src='%ICMPv6ND_NS.tgt%',dst='ff02::1')/" },
    { "ICMP", "ICMP(type=0,id=%ICMP.id%,seq=%ICMP.seq%)/%ICMP#%",
      .when = "ICMP.type == 8 and ICMP.code == 0" },
    { "ICMPv6EchoRequest",
      "ICMPv6EchoReply(id=%ICMPv6EchoRequest.id%,seq=%ICMPv6EchoRequest.seq%,"
      "data=%ICMPv6EchoRequest.data%)",
      .when = NULL },
    /* The other side's own numbers tell how far a connection is: none of ours is kept. */
    { "TCP", TCP_PORTS "flags='SA',seq=%cookie%,ack=%TCP.seq+1%,options=[('MSS',1400)])",
      .when = "TCP.flags & 0x17 == 2" },
    { "TCP", TCP_PORTS "flags='FA',seq=%TCP.ack%,ack=%TCP.seq+#+1%)",
      .when = "TCP.flags & 0x17 == 0x11" },
    { "TCP", TCP_PORTS "flags='A',seq=%TCP.ack%,ack=%TCP.seq+#%)",
      .when = "TCP.flags & 0x17 == 0x10", .data = true },
    { "DNS", DNS_ANSWER "rcode=3)", .when = DNS_PLAIN, .name = "DNSQR.qname", .unknown = true },
    { "DNS", DNS_ANSWER "an=[%records%])", .when = DNS_ADDRESS "1", .name = "DNSQR.qname",
      .record = "DNSRR(rrname='%DNSQR.qname%',type='A',ttl=60,rdata='%address%')", .len = 4 },
    { "DNS", DNS_ANSWER "an=[%records%])", .when = DNS_ADDRESS "28", .name = "DNSQR.qname",
      .record = "DNSRR(rrname='%DNSQR.qname%',type='AAAA',ttl=60,rdata='%address%')", .len = 16 },
    { "DNS", DNS_ANSWER "rcode=0)", .when = DNS_PLAIN, .name = "DNSQR.qname" },
};

enum { ROWS = sizeof rows / sizeof *rows, LAYERS = 8 };

/* ---- Compiled. */

/* A stretch of text, then a value of the request. */
struct piece {
    struct piece *next;
    const char *text;
    size_t n;
    enum piece_kind {
        PIECE_NONE,
        PIECE_FIELD,
        PIECE_DATA,
        PIECE_MAC,
        PIECE_COOKIE,
        PIECE_RECORDS,
        PIECE_ADDRESS
    } what;
    struct clv_columns *columns;
    const struct clv_desc *desc;
    bool quoted, sum, plus_data;
    uint32_t plus;
};

struct rule {
    const struct row *row;
    const struct clv_desc *desc;
    struct clv_filter *when, *to, *ours;
    struct clv_columns *name;
    struct piece *answer, *over, *record;
};

struct rules {
    struct cli *cli;
    struct rules_opts opts;
    char mac[3 * 16 + 1];
    struct rule all[ROWS];
};

/* A text that does not compile is a fault of the table, which a test of any request finds. */
static struct clv_filter *filter_make(struct rules *rules, const char *text)
{
    struct clv_err err = { 0 };
    struct clv_filter *filter = clv_filter_new(rules->cli->clv, rules->cli->arena, text, &err);

    if (!filter)
        cli_err_text(&err, "a filter of answer", text, strlen(text));
    return filter;
}

static struct clv_columns *columns_make(struct rules *rules, const char *text)
{
    struct clv_err err = { 0 };
    struct clv_columns *columns = clv_columns_new(rules->cli->clv, rules->cli->arena, text, &err);

    if (!columns)
        cli_err_text(&err, "a field of answer", text, strlen(text));
    return columns;
}

/* "Layer.field+#+1", "Layer#", or a word of ours. */
static bool piece_mean(struct rules *rules, struct piece *piece, const char *text, size_t n)
{
    static const struct {
        const char *word;
        enum piece_kind what;
    } words[] = { { "mac", PIECE_MAC },
                  { "cookie", PIECE_COOKIE },
                  { "records", PIECE_RECORDS },
                  { "address", PIECE_ADDRESS } };
    char name[64];

    snprintf(name, sizeof name, "%.*s", (int)n, text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(name, words[i].word)) {
            piece->what = words[i].what;
            return true;
        }
    for (char *plus; (plus = strrchr(name, '+')); *plus = 0) {
        piece->sum = true;
        if (plus[1] == '#')
            piece->plus_data = true;
        else
            piece->plus += (uint32_t)strtoul(plus + 1, NULL, 10);
    }
    size_t layer = strcspn(name, ".#");
    piece->what = name[layer] == '#' ? PIECE_DATA : PIECE_FIELD;
    if (piece->what == PIECE_FIELD && !(piece->columns = columns_make(rules, name)))
        return false;
    name[layer] = 0;
    piece->desc = clv_layer_named(rules->cli->clv, name);
    return piece->desc || !cli_fail("answer: no layer '%s'", name);
}

static bool pieces_make(struct rules *rules, const char *text, struct piece **to)
{
    while (text && *text) {
        struct piece *piece = clv_arena_take(rules->cli->arena, sizeof *piece);
        if (!piece)
            return !cli_fail("out of memory");
        size_t n = strcspn(text, "%");
        *piece = (struct piece){ .text = text, .n = n, .quoted = n && text[n - 1] == '\'' };
        *to = piece;
        to = &piece->next;
        text += n;
        if (!*text)
            return true;
        n = strcspn(++text, "%");
        if (!piece_mean(rules, piece, text, n))
            return false;
        text += n + 1;
    }
    return true;
}

/* `to`, with our hardware address in it. */
static bool to_make(struct rules *rules, struct rule *rule)
{
    const char *text = rule->row->to, *mac = text ? strstr(text, "%mac%") : NULL;
    char filled[128];

    if (!mac || !*rules->mac)
        return true;
    snprintf(filled, sizeof filled, "%.*s%s%s", (int)(mac - text), text, rules->mac, mac + 5);
    return (rule->to = filter_make(rules, filled));
}

/* Is it an address that we answer for? */
static bool ours_make(struct rules *rules, struct rule *rule)
{
    const char *about = rule->row->about;
    const char *condition = rule->row->six ? rules->opts.six : rules->opts.four;
    struct clv_out out;

    if (!about || !condition)
        return true;
    clv_out_init(&out, NULL, NULL);
    for (const char *s = condition; *s; s++)
        if (s[0] == '%' && s[1] == 's') {
            clv_out_str(&out, about);
            s++;
        } else {
            clv_out_chr(&out, *s);
        }
    clv_out_chr(&out, 0);
    rule->ours = out.failed ? NULL : filter_make(rules, out.buf);
    clv_out_free(&out);
    return rule->ours;
}

static bool rule_make(struct rules *rules, struct rule *rule, const struct row *row)
{
    rule->row = row;
    rule->desc = clv_layer_named(rules->cli->clv, row->layer);
    if (!rule->desc)
        return !cli_fail("answer: no layer '%s'", row->layer);
    if (row->name && !(rule->name = columns_make(rules, row->name)))
        return false;
    if (row->when && !(rule->when = filter_make(rules, row->when)))
        return false;
    return to_make(rules, rule) && ours_make(rules, rule) &&
           pieces_make(rules, row->answer, &rule->answer) &&
           pieces_make(rules, row->over, &rule->over) &&
           pieces_make(rules, row->record, &rule->record);
}

struct rules *rules_new(struct cli *cli, const struct rules_opts *opts)
{
    struct rules *rules = clv_arena_take(cli->arena, sizeof *rules);

    if (!rules) {
        cli_fail("out of memory");
        return NULL;
    }
    memset(rules, 0, sizeof *rules);
    rules->cli = cli;
    rules->opts = *opts;
    for (unsigned i = 0; i < opts->mac.len; i++)
        snprintf(rules->mac + 3 * i, 4, "%02x:", opts->mac.bytes[i]);
    if (opts->mac.len)
        rules->mac[3 * opts->mac.len - 1] = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (!rule_make(rules, &rules->all[i], &rows[i]))
            return NULL;
    return rules;
}

/* ---- Answering. */

struct asked {
    struct rules *rules;
    const struct clv_view *view;
    const struct clv_frame *frame;
    const struct rule *carriers[LAYERS]; /* from the outermost on */
    uint32_t n;
    const struct name *names; /* found */
    size_t nnames;
    struct clv_out *out;
};

/* The bytes behind the header of a layer. */
static uint32_t data_of(const struct asked *asked, const struct clv_desc *desc,
                        const uint8_t **bytes)
{
    int at = clv_view_find(asked->view, desc, 0);

    if (at < 0)
        return 0;
    const struct clv_layer *layer = &asked->view->layers[at];
    *bytes = asked->view->bytes + layer->off + layer->head;
    return layer->end - layer->off - layer->head;
}

static void data_write(const struct asked *asked, const struct clv_desc *desc)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = NULL;
    uint32_t n = data_of(asked, desc, &bytes);

    clv_out_str(asked->out, "b'");
    for (uint32_t i = 0; i < n; i++) {
        const char text[] = { '\\', 'x', digits[bytes[i] >> 4], digits[bytes[i] & 15] };
        clv_out_mem(asked->out, text, sizeof text);
    }
    clv_out_chr(asked->out, '\'');
}

static void field_write(const struct asked *asked, const struct piece *piece)
{
    const uint8_t *bytes;
    struct clv_out value;

    clv_out_init(&value, NULL, NULL);
    clv_print_columns(piece->columns, asked->view, asked->frame, &value);
    size_t n = value.len && !value.failed ? value.len - 1 : 0;
    if (piece->sum) {
        uint32_t sum = piece->plus;
        clv_out_chr(&value, 0);
        sum += value.failed ? 0 : (uint32_t)strtoul(value.buf, NULL, 0);
        sum += piece->plus_data ? data_of(asked, piece->desc, &bytes) : 0;
        clv_out_dec(asked->out, sum);
    }
    for (size_t i = 0; !piece->sum && i < n; i++) {
        if (piece->quoted && (value.buf[i] == '\\' || value.buf[i] == '\''))
            clv_out_chr(asked->out, '\\');
        clv_out_chr(asked->out, value.buf[i]);
    }
    clv_out_free(&value);
}

static void pieces_write(const struct asked *asked, const struct rule *rule,
                         const struct piece *piece, const struct clv_addr *addr);

static void records_write(const struct asked *asked, const struct rule *rule)
{
    bool any = false;

    for (size_t i = 0; i < asked->nnames; i++) {
        const struct clv_addr *addr = &asked->names[i].addr;
        if (addr->len != rule->row->len)
            continue;
        if (any)
            clv_out_chr(asked->out, ',');
        any = true;
        pieces_write(asked, rule, rule->record, addr);
    }
}

static void pieces_write(const struct asked *asked, const struct rule *rule,
                         const struct piece *piece, const struct clv_addr *addr)
{
    const struct rules *rules = asked->rules;
    char text[INET6_ADDRSTRLEN] = "";

    for (; piece; piece = piece->next) {
        clv_out_mem(asked->out, piece->text, piece->n);
        switch (piece->what) {
        case PIECE_NONE: break;
        case PIECE_FIELD: field_write(asked, piece); break;
        case PIECE_DATA: data_write(asked, piece->desc); break;
        case PIECE_MAC: clv_out_str(asked->out, rules->mac); break;
        case PIECE_COOKIE:
            clv_out_dec(asked->out,
                        (uint32_t)(clv_hash_request(asked->view, false) ^ rules->opts.seed));
            break;
        case PIECE_RECORDS: records_write(asked, rule); break;
        case PIECE_ADDRESS:
            if (addr)
                inet_ntop(addr->len == 16 ? AF_INET6 : AF_INET, addr->bytes, text, sizeof text);
            clv_out_str(asked->out, text);
            break;
        }
    }
}

static bool holds(const struct clv_filter *filter, const struct asked *asked)
{
    return !filter || clv_filter_match(filter, asked->view, asked->frame);
}

/* The name that is asked for, as it stands in the table; it has addresses, or shall have none. */
static bool name_fits(const struct rule *rule, struct asked *asked)
{
    const struct names *names = asked->rules->opts.names;
    struct clv_out name;

    if (!rule->name)
        return true;
    if (!names)
        return false;
    clv_out_init(&name, NULL, NULL);
    clv_print_columns(rule->name, asked->view, asked->frame, &name);
    bool ok = !name.failed;
    size_t n = ok ? name.len - 1 : 0;
    n -= n && name.buf[n - 1] == '.';
    for (size_t i = 0; i < n; i++)
        name.buf[i] = (char)tolower((unsigned char)name.buf[i]);
    if (ok) {
        name.buf[n] = 0;
        asked->nnames = names_find(names, name.buf, &asked->names);
    }
    clv_out_free(&name);
    return ok && rule->row->unknown == !asked->nnames;
}

/* Does this rule answer what lies on the carriers? */
static bool rule_fits(const struct rule *rule, struct asked *asked)
{
    const struct clv_filter *ours = rule->ours;
    const uint8_t *bytes;

    for (uint32_t i = 0; i < asked->n; i++) {
        const struct rule *carrier = asked->carriers[i];
        if (!holds(carrier->when, asked) || (!rule->row->group && !holds(carrier->to, asked)))
            return false;
        if (carrier->row->about && !rule->row->about)
            ours = carrier->ours;
    }
    return ours && holds(ours, asked) && holds(rule->when, asked) &&
           (!rule->row->data || data_of(asked, rule->desc, &bytes)) && name_fits(rule, asked);
}

static const struct rule *find_carrier(const struct rules *rules, const struct clv_desc *desc)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rules->all[i].desc == desc && rules->all[i].row->carries)
            return &rules->all[i];
    return NULL;
}

/* The layers that carry, each once; the index of the one behind them, -1: something else. */
static int carriers_find(struct asked *asked)
{
    uint32_t i = 0;

    for (; i < asked->view->n; i++) {
        const struct rule *carrier = find_carrier(asked->rules, asked->view->layers[i].desc);
        if (!carrier)
            return (int)i;
        for (uint32_t k = 0; k < asked->n; k++)
            if (asked->carriers[k] == carrier)
                return -1;
        if (asked->n == LAYERS)
            return -1;
        asked->carriers[asked->n++] = carrier;
    }
    return -1;
}

bool rules_answer(struct rules *rules, const struct clv_view *request,
                  const struct clv_frame *frame, struct clv_out *out)
{
    struct asked asked = { .rules = rules, .view = request, .frame = frame, .out = out };
    int at = carriers_find(&asked);

    for (size_t i = 0; at >= 0 && i < ROWS; i++) {
        const struct rule *rule = &rules->all[i];
        if (rule->row->carries || rule->desc != request->layers[at].desc ||
            !rule_fits(rule, &asked))
            continue;
        for (uint32_t k = 0; k < asked.n; k++) {
            bool over = rule->over && k + 1 == asked.n;
            pieces_write(&asked, rule, over ? rule->over : asked.carriers[k]->answer, NULL);
        }
        pieces_write(&asked, rule, rule->answer, NULL);
        return !out->failed;
    }
    return false;
}
