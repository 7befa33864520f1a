/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every layer, once: LAYER(x) names the table clv_x. Order: as `ls` lists them, and, of layers under
 * one key that ask for nothing, the first is taken. No include guard: read with a LAYER of one's own.
 */

/* ether.c */
LAYER(ether)
LAYER(dot3)
LAYER(llc)
LAYER(snap)
LAYER(dot1q)
LAYER(dot1ad)

/* cooked.c */
LAYER(cooked)
LAYER(cooked2)
LAYER(loopback)
LAYER(loopback_be)

/* arp.c */
LAYER(arp)

/* ip.c */
LAYER(ip)

/* ip_options.c */
LAYER(ip_eol)
LAYER(ip_nop)
LAYER(ip_security)
LAYER(ip_lsrr)
LAYER(ip_timestamp)
LAYER(ip_timestamp_entry)
LAYER(ip_rr)
LAYER(ip_stream_id)
LAYER(ip_ssrr)
LAYER(ip_mtu_probe)
LAYER(ip_mtu_reply)
LAYER(ip_traceroute)
LAYER(ip_address_extension)
LAYER(ip_router_alert)
LAYER(ip_sdbm)
LAYER(ip_option)

/* icmp.c */
LAYER(icmp)

/* tcp.c */
LAYER(tcp)

/* tcp_options.c */
LAYER(tcp_eol)
LAYER(tcp_nop)
LAYER(tcp_mss)
LAYER(tcp_wscale)
LAYER(tcp_sackok)
LAYER(tcp_sack)
LAYER(tcp_timestamp)
LAYER(tcp_altchksum)
LAYER(tcp_altchksumopt)
LAYER(tcp_md5)
LAYER(tcp_mood)
LAYER(tcp_uto)
LAYER(tcp_ao)
LAYER(tcp_tfo)
LAYER(tcp_option)

/* udp.c */
LAYER(udp)

/* What ICMP quotes. */
LAYER(ip_error)
LAYER(icmp_error)
LAYER(tcp_error)
LAYER(udp_error)

/* igmp.c */
LAYER(igmp)
LAYER(igmp_mq)
LAYER(igmp_mr)
LAYER(igmpv2_mr)
LAYER(igmpv2_lg)
LAYER(igmpv3_mq)
LAYER(igmpv3_mr)
LAYER(igmp_record)
LAYER(igmpv3_mra)
LAYER(igmpv3_mrs)
LAYER(igmpv3_mrt)

/* dns.c */
LAYER(dns)
LAYER(dnstcp)
LAYER(dnsqr)
LAYER(dnsrrmx)
LAYER(dnsrrsoa)
LAYER(dnsrrsrv)
LAYER(dnsrr)
