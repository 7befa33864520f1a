/* SPDX-License-Identifier: BSD-2-Clause */
/* BFD control packets. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word diagnostics[] = {
    { 0, "No Diagnostic" },
    { 1, "Control Detection Time Expired" },
    { 2, "Echo Function Failed" },
    { 3, "Neighbor Signaled Session Down" },
    { 4, "Forwarding Plane Reset" },
    { 5, "Path Down" },
    { 6, "Concatenated Path Down" },
    { 7, "Administratively Down" },
    { 8, "Reverse Concatenated Path Down" },
    { 9, "Mis-Connectivity Defect" },
    WORD_END,
};
static const struct clv_word states[] = {
    { 0, "AdminDown" },
    { 1, "Down" },
    { 2, "Init" },
    { 3, "Up" },
    WORD_END,
};
/* Multipoint, Demand, Authentication present, Control plane independent, Final, Poll. */
static const struct clv_word flag_bits[] = {
    { 0x01, "M" },
    { 0x02, "D" },
    { 0x04, "A" },
    { 0x08, "C" },
    { 0x10, "F" },
    { 0x20, "P" },
    WORD_END,
};
static const struct clv_word auth_types[] = {
    { 0, "Reserved" },
    { 1, "Simple Password" },
    { 2, "Keyed MD5" },
    { 3, "Meticulous Keyed MD5" },
    { 4, "Keyed SHA1" },
    { 5, "Meticulous Keyed SHA1" },
    WORD_END,
};

/* RFC 5880 4.1; ports of RFC 5881, 5883, 7130, 7881. */
static const struct clv_field bfd_fields[] = {
    BITS(3, "version", .init = 1),
    BITS(5, "diag", .words = diagnostics),
    BITS(2, "sta", .init = 3, .words = states),
    FLAGS(6, "flags", .words = flag_bits),
    U8("detect_mult", .init = 3),
    U8("len", MEASURES(HEADER)),
    U32("my_discriminator", .init = 0x11111111),
    U32("your_discriminator", .init = 0x22222222),
    U32("min_tx_interval", .init = 1000000000),
    U32("min_rx_interval", .init = 1000000000),
    U32("echo_rx_interval", .init = 1000000000),
    ITEM("optional_auth", .of = "bfd.auth", .when = "flags & 4 != 0", .text = "OptionalAuth()"),
    END,
};
static const struct clv_under bfd_under[] = {
    UNDER(3784, "udp.port"),
    UNDER(4784, "udp.port"),
    UNDER(6784, "udp.port"),
    UNDER(7784, "udp.port"),
    UNDER_END,
};
static const struct clv_imply bfd_implies[] = {
    { "UDP", "sport", "3784" },
    { "UDP", "dport", "3784" },
    IMPLY_END,
};
static const struct clv_line bfd_lines[] = {
    { NULL, "my_disc=%my_discriminator% your_disc=%your_discriminator% %sta%" },
    LINE_END,
};
const struct clv_desc clv_bfd = {
    .name = "BFD",
    .title = "BFD",
    .source = "RFC 5880 4.1",
    .fields = bfd_fields,
    .under = bfd_under,
    .implies = bfd_implies,
    .lines = bfd_lines,
    .when = "len >= 24",
};

#define MD5_OF_PASSWORD "\x5f\x4d\xcc\x3b\x5a\xa7\x65\xd6\x1d\x83\x27\xde\xb8\x82\xcf\x99"
#define SHA1_OF_PASSWORD \
    "\x5b\xaa\x61\xe4\xc9\xb9\x3f\x3f\x06\x82\x25\x0b\x6c\xf8\x33\x1b\x7e\xe6\x8f\xd8"

/* The authentication section, RFC 5880 4.2 to 4.4. */
static const struct clv_field bfd_auth_fields[] = {
    U8("auth_type", .init = 1, .words = auth_types),
    U8("auth_len", MEASURES(HEADER)),
    U8("auth_keyid", .init = 1),
    U8("reserved", .when = "auth_type in 2..5"),
    U32("sequence_number", .when = "auth_type in 2..5"),
    FIXED(16, "auth_key", .when = "auth_type in 2,3", .style = CLV_HEX, .text = MD5_OF_PASSWORD),
    FIXED(20, "auth_key", .when = "auth_type in 4,5", .style = CLV_HEX, .text = SHA1_OF_PASSWORD),
    BYTES("auth_key", .text = "password"),
    END,
};
static const struct clv_under bfd_auth_under[] = {
    UNDER(0, "bfd.auth"),
    UNDER_END,
};
const struct clv_desc clv_bfd_auth = {
    .name = "OptionalAuth",
    .title = "BFD Authentication",
    .source = "RFC 5880 4.2",
    .fields = bfd_auth_fields,
    .under = bfd_auth_under,
};
