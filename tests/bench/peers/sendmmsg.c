/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendmmsg IFACE COUNT: as little as can be done to send the packets of
 * Ether(dst='02:00:00:00:00:99', src='02:00:00:00:00:01')/IP(src='10.9.0.1', dst='10.9.0.99')/
 * UDP(sport=1000, dport=(1,60000)), 64 of them at a time, checksums right.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, SIZE = 42, PORTS = 60000, AT_IP = 14, AT_UDP = 34 };

static const uint8_t first[SIZE] = {
    2,         0,          0, 0,  0, 0x99, 2, 0, 0,  0,  0, 1, 8,  0, /* Ether */
    0x45,      0,          0, 28, 0, 1,    0, 0, 64, 17, 0, 0, 10, 9, 0, 1, 10, 9, 0, 99, /* IP */
    1000 >> 8, 1000 & 255, 0, 0,  0, 8,    0, 0,                                          /* UDP */
};

static uint32_t sum(const uint8_t *bytes, int n)
{
    uint32_t total = 0;
    for (int i = 0; i < n; i += 2)
        total += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    return total;
}

static uint32_t checksum(uint32_t total)
{
    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    return ~total & 0xffff;
}

static void put16(uint8_t *to, uint32_t v)
{
    to[0] = (uint8_t)(v >> 8);
    to[1] = (uint8_t)v;
}

int main(int argc, char **argv)
{
    static uint8_t packets[BATCH][SIZE];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = { 0 };
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
    unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    to.sll_ifindex = argc > 1 ? (int)if_nametoindex(argv[1]) : 0;
    if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof to)) {
        perror("sendmmsg");
        return 2;
    }
    for (int i = 0; i < BATCH; i++) {
        memcpy(packets[i], first, SIZE);
        put16(packets[i] + AT_IP + 10, checksum(sum(first + AT_IP, AT_UDP - AT_IP)));
        parts[i] = (struct iovec){ packets[i], SIZE };
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
    }
    /* Addresses and UDP but for the port, and the rest of the pseudo header. */
    uint32_t fixed = sum(first + AT_IP + 12, SIZE - AT_IP - 12) + IPPROTO_UDP + SIZE - AT_UDP;
    for (unsigned long done = 0; done < count;) {
        unsigned n = count - done < BATCH ? (unsigned)(count - done) : BATCH;
        for (unsigned i = 0; i < n; i++) {
            uint32_t port = (uint32_t)((done + i) % PORTS + 1), chksum = checksum(fixed + port);
            put16(packets[i] + AT_UDP + 2, port);
            put16(packets[i] + AT_UDP + 6, chksum ? chksum : 0xffff);
        }
        int sent = sendmmsg(fd, messages, n, 0);
        if (sent < 0 && errno != ENOBUFS && errno != EINTR) {
            perror("sendmmsg");
            return 2;
        }
        done += sent > 0 ? (unsigned)sent : 0;
    }
    close(fd);
    return 0;
}
