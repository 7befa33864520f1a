/* SPDX-License-Identifier: BSD-2-Clause */
/* Bit fields, Internet checksums (RFC 1071) and stateless random numbers. */
#include "base.h"

#include <string.h>

uint64_t clv_bits_get(const uint8_t *p, uint32_t bit, uint32_t n, bool little)
{
    uint64_t v = 0;
    p += bit >> 3;
    bit &= 7;
    if (little && !((bit | n) & 7)) {
        for (uint32_t i = n / 8; i--;)
            v = v << 8 | p[i];
        return v;
    }
    if (little) {
        for (uint32_t i = 0; i < n; i++)
            v |= (uint64_t)(p[(bit + i) >> 3] >> ((bit + i) & 7) & 1) << i;
        return v;
    }
    uint32_t need = bit + n;
    if (need > 64) {
        for (uint32_t i = 0; i < n; i++)
            v = v << 1 | ((uint32_t)p[(bit + i) >> 3] >> (7 - ((bit + i) & 7)) & 1u);
        return v;
    }
    for (uint32_t i = 0; i < (need + 7) / 8; i++)
        v = v << 8 | p[i];
    v >>= (8 - (need & 7)) & 7;
    return n >= 64 ? v : v & ((1ull << n) - 1);
}

void clv_bits_put(uint8_t *p, uint32_t bit, uint32_t n, uint64_t v, bool little)
{
    if (!((bit | n) & 7)) {
        p += bit >> 3;
        n >>= 3;
        for (uint32_t i = 0; little && i < n; i++, v >>= 8)
            p[i] = (uint8_t)v;
        for (uint32_t i = n; !little && i--; v >>= 8)
            p[i] = (uint8_t)v;
        return;
    }
    if (!little && (bit & 7) + n <= 64 && n) {
        uint32_t need = (bit & 7) + n, shift = (8 - (need & 7)) & 7;
        uint64_t mask = (n < 64 ? (1ull << n) - 1 : UINT64_MAX) << shift;
        p += bit >> 3;
        v = v << shift & mask;
        for (uint32_t i = (need + 7) / 8; i--; v >>= 8, mask >>= 8)
            p[i] = (uint8_t)((p[i] & ~mask) | v);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t b = little ? bit + i : bit + n - 1 - i;
        uint32_t mask = little ? 1u << (b & 7) : 0x80u >> (b & 7);
        uint32_t rest = p[b >> 3] & ~mask;
        p[b >> 3] = (uint8_t)(v >> i & 1 ? rest | mask : rest);
    }
}

/*
 * A one's complement sum is the same in any byte order and in words of any width, but for where its
 * bytes stand: words of 64 bits as they lie, whose carries are counted, then folded. 0 only if all is.
 */
uint64_t clv_sum_add(uint64_t sum, const uint8_t *p, size_t n)
{
    uint64_t all = 0, carries = 0, word;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&word, p, 8);
        all += word;
        carries += all < word;
    }
    all = (all & UINT32_MAX) + (all >> 32) + carries;
    for (uint32_t half; n >= 4; p += 4, n -= 4) {
        memcpy(&half, p, 4);
        all += half;
    }
    uint8_t rest[4] = { n > 0 ? p[0] : 0, n > 1 ? p[1] : 0, n > 2 ? p[2] : 0 };
    uint32_t last;
    memcpy(&last, rest, 4);
    all += last;
    while (all >> 16)
        all = (all & 0xffff) + (all >> 16);
    uint16_t folded = (uint16_t)all;
    uint8_t bytes[2];
    memcpy(bytes, &folded, 2);
    return sum + ((uint32_t)bytes[0] << 8 | bytes[1]);
}

uint16_t clv_sum_fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint64_t clv_mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ull;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ull;
    return x ^ x >> 32;
}

uint64_t clv_random(uint64_t seed, uint64_t index, uint64_t lane)
{
    return clv_mix(clv_mix(clv_mix(seed ^ 0x9e3779b97f4a7c15ull) + index) +
                   lane * 0xa24baed4963ee407ull);
}
