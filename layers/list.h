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

/* radiotap.c */
LAYER(radiotap)
LAYER(radiotap_present)

/* dot11.c */
LAYER(dot11)
LAYER(dot11_fcs)
LAYER(dot11_qos)
LAYER(dot11_asso_req)
LAYER(dot11_asso_resp)
LAYER(dot11_reasso_req)
LAYER(dot11_reasso_resp)
LAYER(dot11_probe_req)
LAYER(dot11_probe_resp)
LAYER(dot11_beacon)
LAYER(dot11_atim)
LAYER(dot11_disas)
LAYER(dot11_auth)
LAYER(dot11_deauth)
LAYER(dot11_action)
LAYER(dot11_ack)

/* dot11_elt.c */
LAYER(dot11_elt_rates)
LAYER(dot11_elt_dsss_set)
LAYER(dot11_elt_country)
LAYER(dot11_elt_erp)
LAYER(dot11_elt_rsn)
LAYER(dot11_elt_wpa)
LAYER(dot11_elt_vendor)
LAYER(dot11_elt_any)
LAYER(dot11_country_triplet)
LAYER(dot11_rsn_cipher)
LAYER(dot11_rsn_akm)
LAYER(dot11_rsn_pmkids)

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

/* sctp.c */
LAYER(sctp)
LAYER(sctp_error)
LAYER(sctp_data)
LAYER(sctp_init)
LAYER(sctp_init_ack)
LAYER(sctp_sack)
LAYER(sctp_heartbeat)
LAYER(sctp_heartbeat_ack)
LAYER(sctp_abort)
LAYER(sctp_shutdown)
LAYER(sctp_shutdown_ack)
LAYER(sctp_chunk_error)
LAYER(sctp_cookie_echo)
LAYER(sctp_cookie_ack)
LAYER(sctp_shutdown_complete)
LAYER(sctp_auth)
LAYER(sctp_idata)
LAYER(sctp_asconf_ack)
LAYER(sctp_reconf)
LAYER(sctp_pad)
LAYER(sctp_forward)
LAYER(sctp_asconf)
LAYER(sctp_iforward)
LAYER(sctp_chunk)
LAYER(sctp_gap)
LAYER(sctp_skip)
LAYER(sctp_iskip)
LAYER(sctp_p_heartbeat)
LAYER(sctp_p_ip4)
LAYER(sctp_p_ip6)
LAYER(sctp_p_cookie)
LAYER(sctp_p_unknown)
LAYER(sctp_p_preserve)
LAYER(sctp_p_host)
LAYER(sctp_p_families)
LAYER(sctp_p_ecn)
LAYER(sctp_p_random)
LAYER(sctp_p_chunks)
LAYER(sctp_p_hmac)
LAYER(sctp_p_extensions)
LAYER(sctp_p_forward)
LAYER(sctp_p_add)
LAYER(sctp_p_del)
LAYER(sctp_p_error)
LAYER(sctp_p_primary)
LAYER(sctp_p_success)
LAYER(sctp_p_adaptation)
LAYER(sctp_param)

/* dhcp.c */
LAYER(bootp)
LAYER(dhcp)
LAYER(dhcp_option)
