/* SPDX-License-Identifier: BSD-2-Clause */
/* loop FILE: libpcap reads a capture, and nothing is done with its packets but to count them. */
#include <pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char why[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *head;
    const u_char *bytes;
    unsigned long n = 0, size = 0;
    pcap_t *file = argc > 1 ? pcap_open_offline(argv[1], why) : NULL;
    if (!file)
        return 2;
    while (pcap_next_ex(file, &head, &bytes) == 1) {
        n++;
        size += head->caplen;
    }
    pcap_close(file);
    printf("%lu packets, %lu bytes\n", n, size);
    return 0;
}
