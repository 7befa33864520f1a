/* SPDX-License-Identifier: BSD-2-Clause */
/* EDNS0 options (RFC 6891 6.1.2), items of DNSRROPT.rdata; the generic one comes last. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word option_codes[] = {
    { 0, "Reserved" }, { 1, "LLQ" }, { 2, "UL" }, { 3, "NSID" }, { 4, "OWN" }, { 5, "DAU" },
    { 6, "DHU" }, { 7, "N3U" }, { 8, "edns-client-subnet" }, { 9, "EXPIRE" }, { 10, "COOKIE" },
    { 11, "edns-tcp-keepalive" }, { 12, "Padding" }, { 13, "CHAIN" }, { 14, "edns-key-tag" },
    { 15, "Extended-DNS-Error" }, { 16, "edns-client-tag" }, { 17, "edns-server-tag" },
    { 18, "Report-Channel" }, { 19, "ZONEVERSION" }, WORD_END,
};
static const struct clv_under option_under[] = { UNDER(0, "dns.opt"), UNDER_END };

#define OPTION(id_, name_, title_, source_, code_, ...) \
    static const struct clv_field id_##_fields[] = { \
        U16("optcode", code_, .words = option_codes), \
        U16("optlen", MEASURES(REST)), \
        __VA_ARGS__, \
        END, \
    }; \
    const struct clv_desc clv_edns_##id_ = { \
        .name = "EDNS0" name_, \
        .title = "DNS EDNS0 " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = option_under, \
    }

/* The draft that names the sleep proxy's owner option; lengths of 8, 14, 18 and 20 bytes. */
OPTION(owner, "OWN", "Owner", "draft-cheshire-edns0-owner-option", TELLS(4),
    U8("v"),
    U8("s"),
    MAC("primary_mac"),
    MAC("wakeup_mac", .when = "left"),
    BYTES("password", .when = "left"));

#define ALGORITHMS U8("alg_code", .style = CLV_MANY)

OPTION(dau, "DAU", "DNSSEC Algorithm Understood", "RFC 6975 3", TELLS(5), ALGORITHMS);
OPTION(dhu, "DHU", "DS Hash Understood", "RFC 6975 3", TELLS(6), ALGORITHMS);
OPTION(n3u, "N3U", "NSEC3 Hash Understood", "RFC 6975 3", TELLS(7), ALGORITHMS);

/* The address is cut after the bytes that the prefix reaches into. */
OPTION(subnet, "ClientSubnet", "Client Subnet", "RFC 7871 6", TELLS(8),
    U16("family", .init = 1),
    U8("source_plen", .init = 16),
    U8("scope_plen"),
    IP4_PART(0, "address", .when = "family == 1", .size = "source_plen", .style = CLV_NET, .text = "192.168.0.0"),
    IP6_PART(0, "address", .when = "family == 2", .size = "source_plen", .style = CLV_NET, .text = "2001:db8::"),
    BYTES("address"));

OPTION(cookie, "COOKIE", "COOKIE", "RFC 7873 4", TELLS(10),
    FIXED(8, "client_cookie"),
    BYTES("server_cookie"));

OPTION(padding, "PADDING", "PADDING", "RFC 7830 3", TELLS(12),
    BYTES("padding"));

static const struct clv_word extended_errors[] = {
    { 0, "Other" }, { 1, "Unsupported DNSKEY Algorithm" }, { 2, "Unsupported DS Digest Type" },
    { 3, "Stale Answer" }, { 4, "Forged Answer" }, { 5, "DNSSEC Indeterminate" },
    { 6, "DNSSEC Bogus" }, { 7, "Signature Expired" }, { 8, "Signature Not Yet Valid" },
    { 9, "DNSKEY Missing" }, { 10, "RRSIGs Missing" }, { 11, "No Zone Key Bit Set" },
    { 12, "NSEC Missing" }, { 13, "Cached Error" }, { 14, "Not Ready" }, { 15, "Blocked" },
    { 16, "Censored" }, { 17, "Filtered" }, { 18, "Prohibited" }, { 19, "Stale NXDOMAIN Answer" },
    { 20, "Not Authoritative" }, { 21, "Not Supported" }, { 22, "No Reachable Authority" },
    { 23, "Network Error" }, { 24, "Invalid Data" },
    { 25, "Signature Expired before Valid" }, { 26, "Too Early" },
    { 27, "Unsupported NSEC3 Iterations Value" }, { 28, "Unable to conform to policy" },
    { 29, "Synthesized" }, { 30, "Invalid Query Type" }, WORD_END,
};
OPTION(error, "ExtendedDNSError", "Extended DNS Error", "RFC 8914 2", TELLS(15),
    U16("info_code", .words = extended_errors),
    BYTES("extra_text"));

OPTION(tlv, "TLV", "TLV", "RFC 6891 6.1.2", .init = 0,
    BYTES("optdata"));
