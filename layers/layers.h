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

/* words.c */
extern const struct clv_word clv_ethertypes[], clv_ip_protocols[], clv_hardware_types[];
extern const struct clv_word clv_arp_ops[], clv_ip_flags[], clv_tcp_flags[];
extern const struct clv_word clv_icmp_types[], clv_icmp_unreachable[], clv_icmp_redirect[];
extern const struct clv_word clv_icmp_exceeded[], clv_icmp_parameter[], clv_icmp_photuris[];
extern const struct clv_word clv_tcp_ports[], clv_udp_ports[];

/* The engine's own (core/model/raw.c). */
extern const struct clv_desc clv_raw, clv_padding;

/* ether.c */
extern const struct clv_desc clv_ether, clv_dot3, clv_llc, clv_snap, clv_dot1q, clv_dot1ad;

/* cooked.c */
extern const struct clv_desc clv_cooked, clv_cooked2, clv_loopback, clv_loopback_be;

/* arp.c */
extern const struct clv_desc clv_arp;

/* ip.c */
extern const struct clv_desc clv_ip, clv_ip_error;

/* ip_options.c */
extern const struct clv_desc clv_ip_eol, clv_ip_nop, clv_ip_security, clv_ip_lsrr;
extern const struct clv_desc clv_ip_timestamp, clv_ip_timestamp_entry, clv_ip_rr, clv_ip_stream_id;
extern const struct clv_desc clv_ip_ssrr, clv_ip_mtu_probe, clv_ip_mtu_reply, clv_ip_traceroute;
extern const struct clv_desc clv_ip_address_extension, clv_ip_router_alert, clv_ip_sdbm;
extern const struct clv_desc clv_ip_option;

/* icmp.c */
extern const struct clv_desc clv_icmp, clv_icmp_error;

/* tcp.c */
extern const struct clv_desc clv_tcp, clv_tcp_error;

/* tcp_options.c */
extern const struct clv_desc clv_tcp_eol, clv_tcp_nop, clv_tcp_mss, clv_tcp_wscale, clv_tcp_sackok;
extern const struct clv_desc clv_tcp_sack, clv_tcp_timestamp, clv_tcp_altchksum;
extern const struct clv_desc clv_tcp_altchksumopt, clv_tcp_md5, clv_tcp_mood, clv_tcp_uto;
extern const struct clv_desc clv_tcp_ao, clv_tcp_tfo, clv_tcp_option;

/* udp.c */
extern const struct clv_desc clv_udp, clv_udp_error;

#endif
