/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of tables share: every table by name, lists of words, and a few macros. A table
 * states each fact of its protocol once; nothing here runs but the few hooks named in a table.
 */
#ifndef CLV_LAYERS_H
#define CLV_LAYERS_H

#include "../core/cleave.h"

/* A row of `under`: the key, then the space, then .to or .sure. */
/* clang-format off */
#define UNDER(key_, ...) { .key = (key_), .space = __VA_ARGS__ }
/* clang-format on */

/*
 * A value in BER, X.690 8.1: three rows, of which X_tag and X_len make themselves. BER_HEAD begins a
 * table that is one value.
 */
/* clang-format off */
#define CLV_FIRST_(a_, ...)    a_
#define CLV_FIRST(...)         CLV_FIRST_(__VA_ARGS__, 0)
#define BER(kind_, tag_, ...) \
    U8(CLV_FIRST(__VA_ARGS__) "_tag", .style = CLV_HEX, .init = (tag_)), \
    CLV_ROW(clv_ber_len, 0, CLV_FIRST(__VA_ARGS__) "_len", MEASURES(FIELD)), \
    { .kind = &(kind_), .size = CLV_FIRST(__VA_ARGS__) "_len", .name = __VA_ARGS__ }
#define BER_HEAD(tag_) \
    U8("tag", .init = (tag_), .style = CLV_TELL | CLV_HEX), \
    CLV_ROW(clv_ber_len, 0, "len", MEASURES(REST))
#define BER_INT(...)           BER(clv_ber_int, 0x02, __VA_ARGS__)
#define BER_STR(...)           BER(clv_bytes, 0x04, __VA_ARGS__)
#define BER_OID(...)           BER(clv_oid, 0x06, __VA_ARGS__)
#define BER_SEQ_OF(of_, ...)   BER(clv_item, 0x30, __VA_ARGS__, .style = CLV_MANY, .of = of_)
/* clang-format on */

/* words.c */
extern const struct clv_word clv_ethertypes[], clv_ip_protocols[], clv_hardware_types[];
extern const struct clv_word clv_arp_ops[], clv_ip_flags[], clv_tcp_flags[];
extern const struct clv_word clv_icmp_types[], clv_icmp_unreachable[], clv_icmp_redirect[];
extern const struct clv_word clv_icmp_exceeded[], clv_icmp_parameter[], clv_icmp_photuris[];
extern const struct clv_word clv_tcp_ports[], clv_udp_ports[];

/* dhcp6.c */
extern const struct clv_word clv_dhcp6_types[];

/* dns.c */
extern const struct clv_word clv_dns_types[], clv_dns_classes[], clv_dns_errors[];

/* tls_handshake.c, tls_ext.c */
extern const struct clv_word clv_tls_versions[], clv_tls_groups[], clv_tls_signatures[];

/* Every table; clv_raw and clv_padding are the engine's own. */
#define LAYER(x) extern const struct clv_desc clv_##x;
#include "list.h"
#undef LAYER

#endif
