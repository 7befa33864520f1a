/* SPDX-License-Identifier: BSD-2-Clause */
/* Sample captures, made byte by byte, with what a reader must find in them. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "cleave.h"

enum capture_kind {
    CAPTURE_PCAP,
    CAPTURE_PCAP_BIG,
    CAPTURE_PCAP_NANO,
    CAPTURE_PCAP_NANO_BIG,
    CAPTURE_PCAP_KUZNETZOV,
    CAPTURE_PCAP_KUZNETZOV_BIG,
    CAPTURE_PCAP_OLD,     /* 2.2: the lengths change places */
    CAPTURE_PCAP_PERHAPS, /* 2.3: they may */
    CAPTURE_PCAPNG,
    CAPTURE_PCAPNG_BIG, /* and a second section in the other order */
    CAPTURE_KINDS
};

enum { CAPTURE_PACKETS = 12, CAPTURE_ENDS = 24, CAPTURE_ROOM = 2048 };

struct capture_packet {
    struct clv_frame frame;
    uint8_t data[64];
    size_t end; /* one past its last byte in the file */
};

struct capture {
    uint8_t bytes[CAPTURE_ROOM];
    size_t len;
    bool big;
    struct capture_packet packets[CAPTURE_PACKETS];
    unsigned n;
    size_t ends[CAPTURE_ENDS]; /* where the file may end without being cut */
    unsigned nends;
};

void capture_make(struct capture *capture, enum capture_kind kind);
/* Fails the test where frame and data are not the packet's. */
void capture_compare(const struct capture_packet *packet, const struct clv_frame *frame,
                     const uint8_t *data);

#endif
