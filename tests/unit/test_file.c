/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capture files. Samples of both formats are made here byte by byte; each is read whole, cut at
 * every byte, spoilt at every byte, packed and piped: what came before the damage is always given.
 */
#include "capture.h"
#include "net/file.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

static const size_t rooms[] = { 0, 16, 61 };

/* Read what lies in a block of just its size; every packet is compared with the sample's. */
static unsigned read_all(const struct capture *sample, const uint8_t *bytes, size_t n, size_t room,
                         unsigned sound, struct clv_err *err, int *last)
{
    uint8_t *exact = malloc(n ? n : 1);
    memset(err, 0, sizeof *err);
    assert_non_null(exact);
    memcpy(exact, bytes, n);
    struct clv_reader *reader = clv_reader_memory("sample", exact, n, room, err);
    unsigned count = 0;
    *last = -1;
    if (reader) {
        struct clv_frame frame;
        const uint8_t *data;
        while ((*last = clv_reader_next(reader, &frame, &data, err)) == 1) {
            if (count < sound)
                capture_compare(&sample->packets[count], &frame, data);
            count++;
            assert_int_equal(frame.number, count);
        }
        /* The end stays the end. */
        struct clv_err again = { 0 };
        assert_int_equal(clv_reader_next(reader, &frame, &data, &again), *last);
        assert_string_equal(again.text, err->text);
    }
    if (*last < 0) {
        assert_int_not_equal(err->code, CLV_OK);
        assert_non_null(strstr(err->text, "sample: "));
    }
    clv_reader_close(reader);
    free(exact);
    return count;
}

static void test_whole(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < CAPTURE_KINDS; kind++) {
        struct capture sample;
        capture_make(&sample, kind);
        for (size_t i = 0; i < clv_len(rooms); i++) {
            struct clv_err err;
            int last;
            unsigned n = read_all(&sample, sample.bytes, sample.len, rooms[i], sample.n, &err,
                                  &last);
            assert_string_equal(err.text, "");
            assert_int_equal(n, sample.n);
            assert_int_equal(last, 0);
        }
    }
}

static void test_cut(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < CAPTURE_KINDS; kind++) {
        struct capture sample;
        capture_make(&sample, kind);
        for (size_t at = 0; at < sample.len; at++) {
            unsigned whole = 0;
            bool clean = false;
            for (unsigned i = 0; i < sample.n; i++)
                whole += sample.packets[i].end <= at;
            for (unsigned i = 0; i < sample.nends; i++)
                clean = clean || sample.ends[i] == at;
            for (size_t i = 0; i < clv_len(rooms); i++) {
                struct clv_err err;
                int last;
                unsigned n = read_all(&sample, sample.bytes, at, rooms[i], whole, &err, &last);
                assert_int_equal(n, whole);
                assert_int_equal(last, clean ? 0 : -1);
                if (!clean)
                    assert_int_equal(err.code, CLV_BAD_FILE);
            }
        }
    }
}

/* A spoilt byte may change packets, but none that ends before it, and never crashes anything. */
static void test_spoilt(void **state)
{
    static const uint8_t masks[] = { 0x01, 0x80, 0xff };
    (void)state;
    for (unsigned kind = 0; kind < CAPTURE_KINDS; kind++) {
        struct capture sample;
        capture_make(&sample, kind);
        for (size_t at = 0; at < sample.len * clv_len(masks); at++) {
            size_t place = at / clv_len(masks);
            unsigned whole = 0;
            struct clv_err err;
            int last;
            for (unsigned i = 0; i < sample.n; i++)
                whole += sample.packets[i].end <= place;
            sample.bytes[place] ^= masks[at % clv_len(masks)];
            unsigned n = read_all(&sample, sample.bytes, sample.len, 0, whole, &err, &last);
            sample.bytes[place] ^= masks[at % clv_len(masks)];
            assert_true(n >= whole);
        }
    }
}

static size_t pack_gzip(const uint8_t *in, size_t n, uint8_t *out, size_t room)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (uint8_t *)(uintptr_t)in;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static size_t pack_zstd(const uint8_t *in, size_t n, uint8_t *out, size_t room)
{
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    assert_non_null(zstd);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    size_t rc = ZSTD_compress2(zstd, out, room, in, n);
    assert_false(ZSTD_isError(rc));
    ZSTD_freeCCtx(zstd);
    return rc;
}

/* In two members or frames; zstd begins with a frame to be skipped, gzip ends in zeros. */
static size_t pack(const struct capture *sample, bool zstd, uint8_t *out, size_t room,
                   size_t *whole)
{
    size_t half = sample->len / 2, n = 0;
    if (zstd) {
        memcpy(out, "\x50\x2a\x4d\x18\x03\0\0\0xyz", 11);
        n = 11;
    }
    for (int part = 0; part < 2; part++) {
        const uint8_t *in = sample->bytes + (part ? half : 0);
        size_t len = part ? sample->len - half : half;
        n += (zstd ? pack_zstd : pack_gzip)(in, len, out + n, room - n);
    }
    *whole = n;
    if (!zstd) {
        memset(out + n, 0, 5);
        n += 5;
    }
    return n;
}

static void test_packed(void **state)
{
    static uint8_t packed[1 << 16];
    (void)state;
    for (unsigned kind = 0; kind < CAPTURE_KINDS * 2; kind++) {
        struct capture sample;
        struct clv_err err;
        int last;
        size_t whole;
        capture_make(&sample, kind / 2);
        size_t len = pack(&sample, kind % 2, packed, sizeof packed, &whole);
        for (size_t i = 0; i < clv_len(rooms); i++) {
            unsigned n = read_all(&sample, packed, len, rooms[i], sample.n, &err, &last);
            assert_string_equal(err.text, "");
            assert_int_equal(n, sample.n);
        }
        for (size_t at = 0; at < whole; at++) {
            unsigned n = read_all(&sample, packed, at, 0, sample.n, &err, &last);
            assert_true(n <= sample.n);
            /* Where one member ends the file may end, if that is between two packets. */
            assert_true(last < 0 || n < sample.n);
        }
        for (size_t at = 0; at < len; at++) {
            packed[at] ^= 0x11;
            read_all(&sample, packed, len, 0, 0, &err, &last);
            packed[at] ^= 0x11;
        }
    }
}

/* Damage late in a packed file takes none of what lies well before it. */
static void test_packed_damage(void **state)
{
    enum { RECORDS = 20000, SIZE = 24 + RECORDS * 32 };
    uint8_t *plain = malloc(SIZE), *packed = malloc(2 * SIZE);
    struct capture none = { .n = 0 };
    (void)state;
    assert_non_null(plain);
    assert_non_null(packed);
    memcpy(plain, "\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0", 24);
    for (unsigned i = 0; i < RECORDS; i++) {
        uint8_t *p = plain + 24 + (size_t)32 * i;
        memcpy(p, "\0\0\0\0\0\0\0\0\x10\0\0\0\x10\0\0\0", 16);
        for (unsigned k = 0; k < 16; k++)
            p[16 + k] = (uint8_t)clv_random(1, i, k);
    }
    for (int zstd = 0; zstd < 2; zstd++) {
        struct clv_err err;
        int last;
        size_t n = (zstd ? pack_zstd : pack_gzip)(plain, SIZE, packed, (size_t)2 * SIZE);
        packed[n - 1] ^= 1; /* the check of the whole */
        assert_int_equal(read_all(&none, packed, n, 0, 0, &err, &last), RECORDS);
        assert_int_equal(last, -1);
        memset(packed + n * 3 / 4, 0x5a, n / 4);
        unsigned got = read_all(&none, packed, n, 0, 0, &err, &last);
        assert_in_range(got, RECORDS / 2, RECORDS - 1);
        assert_int_equal(last, -1);
        assert_non_null(strstr(err.text, " (unpacked): "));
    }
    free(plain);
    free(packed);
}

static void expect_refusal(const void *bytes, size_t n, const char *text)
{
    struct clv_err err = { 0 };
    assert_null(clv_reader_memory("sample", bytes, n, 0, &err));
    assert_int_equal(err.code, CLV_BAD_FILE);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
}

static void test_refused(void **state)
{
    (void)state;
    expect_refusal("", 0, "the file is empty");
    expect_refusal("ab", 2, "all it holds is 61 62 'ab'");
    expect_refusal("#!/bin/sh\nexit\n", 15, "it begins with 23 21 2f 62 69 6e 2f 73 '#!/bin/s'");
    expect_refusal("\xd4\xc3\xb2\x00 1234567890", 15, "d4 c3 b2 00 20 31 32 33; what can be read");
    expect_refusal("\xfd"
                   "7zXZ\0more..",
                   12, "an xz file, not pcap or pcapng: unpack it with xz -d");
    expect_refusal("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0", 10,
                   "pcap file header at offset 0: it is cut: 24 bytes needed, 10 there");
    expect_refusal("\xd4\xc3\xb2\xa1\x03\0\x01\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0", 24,
                   "its version is 3.1, 2.0 to 2.4 can be read");
    expect_refusal("\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1b\1\0\0\0", 16,
                   "its byte-order magic is 0x1b2b3c4d");
    struct clv_err err = { 0 };
    assert_null(clv_reader_open("/nonexistent/file", &err));
    assert_int_equal(err.code, CLV_SYSTEM);
    assert_non_null(strstr(err.text, "/nonexistent/file: cannot be opened: No such file"));
    memset(&err, 0, sizeof err);
    assert_null(clv_reader_open("/", &err));
    assert_int_equal(err.code, CLV_SYSTEM);
}

static void expect_damage(struct capture *sample, unsigned packets, const char *text)
{
    struct clv_err err;
    int last;
    unsigned n = read_all(sample, sample->bytes, sample->len, 0, packets, &err, &last);
    assert_int_equal(n, packets);
    assert_int_equal(last, -1);
    assert_string_equal(err.text, text);
}

static void test_damage_told(void **state)
{
    struct capture sample;
    (void)state;
    capture_make(&sample, CAPTURE_PCAP);
    sample.len = sample.packets[2].end + 5;
    expect_damage(
        &sample, 3,
        "sample: packet 4 at offset 150: the record header is cut: 16 bytes needed, 5 there");
    capture_make(&sample, CAPTURE_PCAP);
    memcpy(sample.bytes + sample.packets[0].end + 8, "\x01\0\0\x01", 4);
    expect_damage(&sample, 1,
                  "sample: packet 2 at offset 60: its captured length is 16777217 bytes, at most "
                  "16777216 are read");
    capture_make(&sample, CAPTURE_PCAPNG);
    sample.bytes[sample.packets[0].end - 4]++;
    expect_damage(&sample, 0,
                  "sample: packet 1 at offset 88: its block is 72 bytes long in front, 73 behind");
    capture_make(&sample, CAPTURE_PCAPNG_BIG);
    sample.bytes[sample.packets[3].end + 12] = 2;
    expect_damage(&sample, 4,
                  "sample: section header block at offset 372, after packet 4: its version is 2.0, "
                  "1.x can be read");
    capture_make(&sample, CAPTURE_PCAPNG);
    sample.bytes[88 + 8] = 9;
    expect_damage(&sample, 0,
                  "sample: packet 1 at offset 88: it is of interface 9, the section has 2 so far");
    capture_make(&sample, CAPTURE_PCAPNG);
    sample.bytes[88 + 20] = 41;
    expect_damage(&sample, 0,
                  "sample: packet 1 at offset 88: its captured length is 41 bytes, its block has "
                  "room for 40");
}

/* Standard input, a byte at a time, packed. */
static void test_pipe(void **state)
{
    static uint8_t packed[1 << 16];
    struct capture sample;
    struct clv_err err = { 0 };
    size_t whole;
    int ends[2], keep = dup(STDIN_FILENO);
    (void)state;
    capture_make(&sample, CAPTURE_PCAPNG);
    size_t len = pack(&sample, true, packed, sizeof packed, &whole);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        close(ends[0]);
        for (size_t i = 0; i < len; i++)
            if (write(ends[1], packed + i, 1) != 1)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    struct clv_reader *reader = clv_reader_open("-", &err);
    assert_non_null(reader);
    struct clv_frame frame;
    const uint8_t *data;
    for (unsigned i = 0; i < sample.n; i++) {
        assert_int_equal(clv_reader_next(reader, &frame, &data, &err), 1);
        capture_compare(&sample.packets[i], &frame, data);
    }
    assert_int_equal(clv_reader_next(reader, &frame, &data, &err), 0);
    clv_reader_close(reader);
    dup2(keep, STDIN_FILENO);
    close(keep);
}

static void do_nothing(int signal)
{
    (void)signal;
}

/* A signal ends a wait, and takes nothing. */
static void test_interrupted(void **state)
{
    struct capture sample;
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;
    struct sigaction act = { .sa_handler = do_nothing }, old;
    int ends[2], keep = dup(STDIN_FILENO);
    (void)state;
    capture_make(&sample, CAPTURE_PCAP);
    size_t cut = sample.packets[0].end + 10, left = sample.len - cut;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(write(ends[1], sample.bytes, cut), cut);
    struct clv_reader *reader = clv_reader_open("-", &err);
    assert_non_null(reader);
    assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 1);
    sigaction(SIGALRM, &act, &old);
    ualarm(20000, 20000);
    assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), -1);
    ualarm(0, 0);
    assert_int_equal(err.sys, EINTR);
    assert_int_equal(write(ends[1], sample.bytes + cut, left), left);
    close(ends[1]);
    memset(&err, 0, sizeof err);
    for (unsigned i = 1; i < sample.n; i++) {
        assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 1);
        capture_compare(&sample.packets[i], &frame, bytes);
    }
    assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 0);
    clv_reader_close(reader);
    sigaction(SIGALRM, &old, NULL);
    dup2(keep, STDIN_FILENO);
    close(keep);
    close(ends[0]);
}

/* A record far larger than the buffer, and one whose length lies: memory follows the bytes. */
static void test_large(void **state)
{
    (void)state;
    size_t n = 24 + 16 + (size_t)CLV_RECORD_MAX;
    uint8_t *bytes = calloc(1, n);
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *data;
    assert_non_null(bytes);
    memcpy(bytes, "\xd4\xc3\xb2\xa1\x02\0\x04\0", 8);
    memcpy(bytes + 24 + 8, "\0\0\0\x01\0\0\0\x01", 8);
    bytes[n - 1] = 7;
    struct clv_reader *reader = clv_reader_memory("sample", bytes, n, 0, &err);
    assert_non_null(reader);
    assert_int_equal(clv_reader_next(reader, &frame, &data, &err), 1);
    assert_int_equal(frame.caplen, CLV_RECORD_MAX);
    assert_int_equal(data[frame.caplen - 1], 7);
    assert_int_equal(clv_reader_next(reader, &frame, &data, &err), 0);
    clv_reader_close(reader);
    reader = clv_reader_memory("sample", bytes, 1000, 0, &err);
    assert_non_null(reader);
    assert_int_equal(clv_reader_next(reader, &frame, &data, &err), -1);
    assert_true(reader->in.room <= CLV_STREAM_ROOM);
    assert_string_equal(err.text,
                        "sample: packet 1 at offset 24: the packet is cut: 16777216 bytes "
                        "needed, 960 there");
    clv_reader_close(reader);
    free(bytes);
}

static void test_links(void **state)
{
    (void)state;
    assert_string_equal(clv_link_name(1), "EN10MB");
    assert_string_equal(clv_link_name(276), "LINUX_SLL2");
    assert_null(clv_link_name(12));
    assert_null(clv_link_name(-1));
    assert_null(clv_link_name(65535));
    assert_int_equal(clv_link_number("en10mb"), 1);
    assert_int_equal(clv_link_number("LINKTYPE_ETHERNET"), 1);
    assert_int_equal(clv_link_number("DLT_RAW"), 101);
    assert_int_equal(clv_link_number("12"), 12);
    assert_int_equal(clv_link_number("65536"), -1);
    assert_int_equal(clv_link_number("99999999999999999999"), -1);
    assert_int_equal(clv_link_number("EN10M"), -1);
    assert_int_equal(clv_link_number(""), -1);
    unsigned named = 0;
    for (int i = 0; i <= 65535; i++) {
        const char *name = clv_link_name(i);
        if (name)
            assert_int_equal(clv_link_number(name), i);
        named += name != NULL;
    }
    assert_true(named > 190);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),         cmocka_unit_test(test_cut),
        cmocka_unit_test(test_spoilt),        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_packed_damage), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damage_told),   cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_interrupted),   cmocka_unit_test(test_large),
        cmocka_unit_test(test_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
