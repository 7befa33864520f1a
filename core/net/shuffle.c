/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An order of the numbers below any size, without memory: a Feistel network over twice `half` bits,
 * which is a bijection whatever its rounds are; a number that comes out too large goes in again. And
 * SipHash-2-4 (Aumasson and Bernstein, 2012), for cookies.
 */
#include "../base/base.h"

void clv_shuffle_init(struct clv_shuffle *shuffle, uint64_t size, uint64_t seed)
{
    uint32_t half = 1;
    while (half < 32 && size > 1ull << 2 * half)
        half++;
    *shuffle = (struct clv_shuffle){ .size = size, .half = half, .mask = (1ull << half) - 1 };
    for (uint32_t i = 0; i < clv_len(shuffle->keys); i++)
        shuffle->keys[i] = clv_random(seed, i, size);
}

static uint64_t once(const struct clv_shuffle *shuffle, uint64_t x)
{
    uint64_t left = x >> shuffle->half, right = x & shuffle->mask;
    for (uint32_t i = 0; i < clv_len(shuffle->keys); i++) {
        uint64_t next = left ^ (clv_mix(right ^ shuffle->keys[i]) & shuffle->mask);
        left = right;
        right = next;
    }
    return left << shuffle->half | right;
}

uint64_t clv_shuffle_at(const struct clv_shuffle *shuffle, uint64_t index)
{
    do
        index = once(shuffle, index);
    while (index >= shuffle->size);
    return index;
}

static uint64_t turn(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = turn(v[1], 13) ^ v[0];
    v[3] = turn(v[3], 16) ^ v[2];
    v[0] = turn(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = turn(v[1], 17) ^ v[2];
    v[3] = turn(v[3], 21) ^ v[0];
    v[2] = turn(v[2], 32);
}

uint64_t clv_cookie(const uint64_t key[2], const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                      key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };
    for (size_t at = 0; at <= n; at += 8) {
        uint64_t word = n - at < 8 ? (uint64_t)(n & 0xff) << 56 : 0;
        for (size_t i = 0; i < 8 && at + i < n; i++)
            word |= (uint64_t)p[at + i] << 8 * i;
        v[3] ^= word;
        sip_round(v);
        sip_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
