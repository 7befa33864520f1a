// SPDX-License-Identifier: BSD-2-Clause
// libtins split PASSES FILE: libtins parses each packet of an Ethernet capture, loaded first.
// libtins build PASSES: it serializes IP(src='192.0.2.1', dst='192.0.2.2')/TCP(dport=(1, 65535)).
// Both print the processor's nanoseconds a packet of the median pass, then: layers a packet and
// allocations a packet; or the sum of all checksums, by which equal work is told.
#include <tins/tins.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <new>
#include <vector>

static unsigned long allocations;

void *operator new(std::size_t n)
{
    allocations++;
    void *p = std::malloc(n ? n : 1);
    if (!p)
        throw std::bad_alloc();
    return p;
}

void operator delete(void *p) noexcept { std::free(p); }
void operator delete(void *p, std::size_t) noexcept { std::free(p); }

using bytes = std::vector<uint8_t>;

struct packet {
    const uint8_t *at;
    uint32_t len;
};

static double used()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

static double median(std::vector<double> took)
{
    std::sort(took.begin(), took.end());
    return took[took.size() / 2];
}

static int split(int passes, const char *path)
{
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    bytes file(in ? static_cast<std::size_t>(in.tellg()) : 0);
    in.seekg(0);
    if (!in.read(reinterpret_cast<char *>(file.data()), static_cast<long>(file.size())))
        return 2;
    std::vector<packet> packets;
    for (std::size_t at = 24; at + 16 <= file.size();) {
        uint32_t n;
        std::memcpy(&n, &file[at + 8], sizeof n);
        packets.push_back({ &file[at + 16], n });
        at += 16 + n;
    }
    std::vector<double> took;
    unsigned long layers = 0, before = 0;
    double n = static_cast<double>(packets.size());
    for (int pass = 0; pass <= passes; pass++) {
        layers = 0;
        before = allocations;
        double from = used();
        for (const packet &p : packets) {
            try {
                Tins::EthernetII ether(p.at, p.len);
                for (const Tins::PDU *pdu = &ether; pdu; pdu = pdu->inner_pdu())
                    layers++;
            } catch (const Tins::exception_base &) {
            }
        }
        if (pass)
            took.push_back((used() - from) / n);
    }
    std::printf("%.1f\t%.2f\t%.2f\n", median(took), static_cast<double>(layers) / n,
                static_cast<double>(allocations - before) / n);
    return 0;
}

static int build(int passes)
{
    const unsigned count = 1000000;
    Tins::IP ip = Tins::IP("192.0.2.2", "192.0.2.1") / Tins::TCP(1, 20);
    ip.ttl(64);
    ip.id(1);
    Tins::TCP &tcp = ip.rfind_pdu<Tins::TCP>();
    tcp.window(8192);
    tcp.flags(Tins::TCP::SYN);
    std::vector<double> took;
    unsigned long sum = 0;
    for (int pass = 0; pass <= passes; pass++) {
        sum = 0;
        double from = used();
        for (unsigned i = 0; i < count; i++) {
            tcp.dport(static_cast<uint16_t>(i % 65535 + 1));
            bytes out = ip.serialize();
            sum += out[10] << 8 | out[11];
            sum += out[36] << 8 | out[37];
        }
        if (pass)
            took.push_back((used() - from) / count);
    }
    std::printf("%.1f\t%lu\n", median(took), sum);
    return 0;
}

int main(int argc, char **argv)
{
    int passes = argc > 2 ? std::atoi(argv[2]) : 0;
    if (passes > 0 && argc > 3 && !std::strcmp(argv[1], "split"))
        return split(passes, argv[3]);
    if (passes > 0 && !std::strcmp(argv[1], "build"))
        return build(passes);
    return 2;
}
