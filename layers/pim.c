/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIM version 2. Addresses say their own family: 2 is IPv6, all else IPv4. Names beyond Hello and
 * Join/Prune are ours, as Scapy has no layers for these messages.
 */
#include "layers.h"

enum { REGISTER = 1, HEADER_SUMMED = 8, PIM = 103 };

static uint32_t sum_words(uint32_t sum, const uint8_t *p, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += 2)
        sum += (uint32_t)(p[i] << 8 | p[i + 1]);
    return sum;
}

/* RFC 7761 4.9: over IPv6 a pseudo header counts; of a register its first eight bytes are summed. */
static uint64_t sum_message(struct clv_scope *scope)
{
    bool six = clv_scope_over(scope, "IPv6");
    uint8_t head[HEADER_SUMMED];
    uint32_t sum = 0;
    if (clv_scope_uint(scope, NULL, "type") != REGISTER)
        return six ? clv_sum_pseudo(scope) : clv_sum_layer(scope);
    if (!clv_scope_bytes(scope, 0, head, sizeof head))
        return 0;
    head[2] = head[3] = 0;
    if (six) {
        struct clv_cell src, dst;
        if (!clv_scope_cell(scope, "IPv6", "src", &src) ||
            !clv_scope_cell(scope, "IPv6", "dst", &dst))
            return 0;
        sum = sum_words(sum_words(PIM + HEADER_SUMMED, src.p, src.n), dst.p, dst.n);
    }
    sum = sum_words(sum, head, sizeof head);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~(sum + (sum >> 16)) & 0xffff;
}

/* One row a line. */
/* clang-format off */

static const struct clv_word message_types[] = {
    { 0, "Hello" },
    { 1, "Register" },
    { 2, "Register-Stop" },
    { 3, "Join/Prune" },
    { 4, "Bootstrap" },
    { 5, "Assert" },
    { 6, "Graft" },
    { 7, "Graft-Ack" },
    { 8, "Candidate-RP-Advertisement" },
    { 9, "State Refresh" },
    { 10, "DF Election" },
    { 11, "ECMP Redirect" },
    { 12, "PIM Flooding Mechanism" },
    WORD_END,
};
static const struct clv_word option_types[] = {
    { 1, "Holdtime" },
    { 2, "LAN Prune Delay" },
    { 19, "DR Priority" },
    { 20, "Generation ID" },
    { 21, "State Refresh" },
    { 24, "Address List" },
    WORD_END,
};
static const struct clv_word families[] = {
    { 1, "IPv4" },
    { 2, "IPv6" },
    WORD_END,
};

static const struct clv_under pim_under[] = {
    UNDER(103, "ip.proto"),
    UNDER_END,
};

/* The header, RFC 7761 4.9. */
static const struct clv_field pim_fields[] = {
    BITS(4, "version", TELLS(2)),
    BITS(4, "type", .key = "pim.type", .words = message_types),
    U8("reserved"),
    U16("chksum", .style = CLV_HEX, .fill = sum_message),
    END,
};
static const struct clv_line pim_lines[] = {
    { NULL, "%type%" },
    LINE_END,
};
const struct clv_desc clv_pim = {
    .name = "PIMv2Hdr",
    .title = "PIMv2",
    .source = "RFC 7761 4.9",
    .fields = pim_fields,
    .under = pim_under,
    .lines = pim_lines,
};

#define TABLE(id_, name_, title_, source_, under_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { under_, UNDER_END }; \
    const struct clv_desc clv_pim_##id_ = { \
        .name = "PIMv2" name_, \
        .title = "PIMv2 " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under

/* Encoded addresses, RFC 7761 4.9.1: family, encoding, then the address. */
#define UNICAST(before_, name_) \
    U8(before_ "addr_family", .init = 1, .words = families), \
    U8(before_ "encoding_type"), \
    IP6(name_, .when = before_ "addr_family == 2"), \
    IP4(name_)
#define GROUP(name_) \
    U8("addr_family", .init = 1, .words = families), \
    U8("encoding_type"), \
    BITS(1, "bidirection"), \
    BITS(6, "reserved"), \
    BITS(1, "admin_scope_zone"), \
    U8("mask_len", .init = 32), \
    IP6(name_, .when = "addr_family == 2"), \
    IP4(name_)
#define SOURCE \
    U8("addr_family", .init = 1, .words = families), \
    U8("encoding_type"), \
    BITS(5, "rsrvd"), \
    BITS(1, "sparse"), \
    BITS(1, "wildcard"), \
    BITS(1, "rpt", .init = 1), \
    U8("mask_len", .init = 32), \
    IP6("src_ip", .when = "addr_family == 2"), \
    IP4("src_ip")

/* ---- Hello, RFC 7761 4.9.2. */

TABLE(hello, "Hello", "Hello", "RFC 7761 4.9.2", UNDER(0, "pim.type"),
    LIST("option", .of = "pim.option")),
    .leaf = true,
};

#define OPTION(id_, name_, title_, source_, type_, ...) \
    TABLE(id_, "Hello" name_, "Hello " title_, source_, UNDER(0, "pim.option"), \
        U16("type", TELLS(type_), .words = option_types), \
        U16("length", MEASURES(REST)), \
        __VA_ARGS__), \
    }
#define VALUE(id_, name_, title_, source_, ...) \
    TABLE(id_, "Hello" name_ "Value", "Hello " title_ " Value", source_, \
          UNDER(0, "pim." #id_), __VA_ARGS__), \
    }

OPTION(holdtime, "Holdtime", "Holdtime", "RFC 7761 4.9.2", 1, U16("holdtime", .init = 105));
OPTION(prune_delay, "LANPruneDelay", "LAN Prune Delay", "RFC 7761 4.9.2", 2,
    LIST("value", .of = "pim.prune_delay_value", .text = "[PIMv2HelloLANPruneDelayValue()]"));
OPTION(dr_priority, "DRPriority", "DR Priority", "RFC 7761 4.9.2", 19,
    U32("dr_priority", .init = 1));
OPTION(generation, "GenerationID", "Generation ID", "RFC 7761 4.9.2", 20, U32("generation_id"));
OPTION(state_refresh, "StateRefresh", "State Refresh", "RFC 3973 4.7.5", 21,
    LIST("value", .of = "pim.state_refresh_value", .text = "[PIMv2HelloStateRefreshValue()]"));
OPTION(addr_list, "AddrList", "Address List", "RFC 7761 4.9.2", 24,
    LIST("value", .of = "pim.addr_list_value"));

TABLE(option, "HelloOption", "Hello Option", "RFC 7761 4.9.2", UNDER(0, "pim.option"),
    U16("type", .words = option_types),
    U16("length", MEASURES(REST)),
    BYTES("value")),
};

VALUE(prune_delay_value, "LANPruneDelay", "LAN Prune Delay", "RFC 7761 4.9.2",
    BITS(1, "t"),
    BITS(15, "propagation_delay", .init = 500),
    U16("override_interval", .init = 2500));
VALUE(state_refresh_value, "StateRefresh", "State Refresh", "RFC 3973 4.7.5",
    U8("version", .init = 1),
    U8("interval"),
    U16("reserved"));
VALUE(addr_list_value, "AddrList", "Address List", "RFC 7761 4.9.2",
    UNICAST("", "prefix"));

/* ---- Register and its stop, RFC 7761 4.9.3, 4.9.4. */

TABLE(register, "Register", "Register", "RFC 7761 4.9.3", UNDER(1, "pim.type"),
    BITS(1, "border"),
    BITS(1, "null_register"),
    BITS(30, "reserved")),
    .next = "pim.register", /* the packet, of either version */
};

TABLE(register_stop, "RegisterStop", "Register-Stop", "RFC 7761 4.9.4", UNDER(2, "pim.type"),
    GROUP("gaddr"),
    UNICAST("source_", "src_ip")),
    .leaf = true,
};

/* ---- Join/Prune, Graft, RFC 7761 4.9.5, RFC 3973 4.7.6. */

static const struct clv_field join_prune_fields[] = {
    UNICAST("up_", "up_neighbor_ip"),
    U8("reserved"),
    U8("num_group", MEASURES(COUNT)),
    U16("holdtime", .init = 210),
    LIST("jp_ips", .of = "pim.group", .size = "num_group"),
    END,
};
static const struct clv_under join_prune_under[] = {
    UNDER(3, "pim.type"),
    UNDER(6, "pim.type"),
    UNDER(7, "pim.type"),
    UNDER_END,
};
const struct clv_desc clv_pim_join_prune = {
    .name = "PIMv2JoinPrune",
    .title = "PIMv2 Join/Prune",
    .source = "RFC 7761 4.9.5, RFC 3973 4.7.6",
    .fields = join_prune_fields,
    .under = join_prune_under,
    .leaf = true,
};

TABLE(group, "GroupAddrs", "Group", "RFC 7761 4.9.5", UNDER(0, "pim.group"),
    GROUP("gaddr"),
    U16("num_joins", MEASURES(COUNT)),
    U16("num_prunes", MEASURES(COUNT)),
    LIST("join_ips", .of = "pim.join", .size = "num_joins"),
    LIST("prune_ips", .of = "pim.prune", .size = "num_prunes")),
};

TABLE(join, "JoinAddrs", "Joined Source", "RFC 7761 4.9.5", UNDER(0, "pim.join"), SOURCE), };
TABLE(prune, "PruneAddrs", "Pruned Source", "RFC 7761 4.9.5", UNDER(0, "pim.prune"), SOURCE), };

/* ---- Bootstrap, RFC 5059 4.1. */

TABLE(bootstrap, "Bootstrap", "Bootstrap", "RFC 5059 4.1", UNDER(4, "pim.type"),
    U16("fragment_tag", .style = CLV_HEX),
    U8("hash_mask_len"),
    U8("bsr_priority"),
    UNICAST("bsr_", "bsr_ip"),
    LIST("groups", .of = "pim.bootstrap.group")),
    .leaf = true,
};

TABLE(bootstrap_group, "BootstrapGroup", "Bootstrap Group", "RFC 5059 4.1",
    UNDER(0, "pim.bootstrap.group"),
    GROUP("gaddr"),
    U8("rp_count"),
    U8("frag_rp_count", MEASURES(COUNT)),
    U16("reserved2"),
    LIST("rps", .of = "pim.bootstrap.rp", .size = "frag_rp_count")),
};

TABLE(bootstrap_rp, "BootstrapRP", "Bootstrap RP", "RFC 5059 4.1", UNDER(0, "pim.bootstrap.rp"),
    UNICAST("", "rp_ip"),
    U16("holdtime"),
    U8("priority"),
    U8("reserved")),
};

/* ---- Assert, RFC 7761 4.9.6; candidate RPs, RFC 5059 4.2. */

TABLE(assert, "Assert", "Assert", "RFC 7761 4.9.6", UNDER(5, "pim.type"),
    GROUP("gaddr"),
    UNICAST("source_", "src_ip"),
    BITS(1, "rpt"),
    BITS(31, "metric_preference"),
    U32("metric")),
    .leaf = true,
};

TABLE(candidate, "CandidateRP", "Candidate RP Advertisement", "RFC 5059 4.2",
    UNDER(8, "pim.type"),
    U8("prefix_count", MEASURES(COUNT)),
    U8("priority"),
    U16("holdtime"),
    UNICAST("rp_", "rp_ip"),
    LIST("groups", .of = "pim.candidate.group", .size = "prefix_count")),
    .leaf = true,
};

TABLE(candidate_group, "CandidateRPGroup", "Candidate RP Group", "RFC 5059 4.2",
    UNDER(0, "pim.candidate.group"),
    GROUP("gaddr")),
};

/* ---- State refresh, RFC 3973 4.7.10; election of a designated forwarder, RFC 5015 3.7. */

TABLE(refresh, "StateRefresh", "State Refresh", "RFC 3973 4.7.10", UNDER(9, "pim.type"),
    GROUP("gaddr"),
    UNICAST("source_", "src_ip"),
    UNICAST("originator_", "originator_ip"),
    BITS(1, "rpt"),
    BITS(31, "metric_preference"),
    U32("metric"),
    U8("route_mask_len"),
    U8("ttl"),
    BITS(1, "prune_indicator"),
    BITS(1, "prune_now"),
    BITS(1, "assert_override"),
    BITS(5, "reserved2"),
    U8("interval", .init = 60)),
    .leaf = true,
};

/* The header's reserved byte begins with the subtype: offer 1, winner 2, backoff 3, pass 4. */
#define OTHER .when = "PIMv2Hdr.reserved in 0x30..0x4f"
TABLE(election, "DFElection", "DF Election", "RFC 5015 3.7", UNDER(10, "pim.type"),
    UNICAST("rp_", "rp_ip"),
    U32("metric_preference"),
    U32("metric"),
    U8("other_addr_family", .init = 1, .words = families, OTHER),
    U8("other_encoding_type", OTHER),
    IP6("other_ip", .when = "other_addr_family == 2"),
    IP4("other_ip", OTHER),
    U32("other_metric_preference", OTHER),
    U32("other_metric", OTHER),
    U16("interval", .when = "PIMv2Hdr.reserved in 0x30..0x3f")),
    .leaf = true,
};
