/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files written: what is read back is what was put, and what cannot be held is refused. */
#include "net/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_writer.XXXXXX";

static char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const uint8_t data[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* The i-th of many packets; ng: what only pcapng holds as well. */
static struct clv_frame frame_at(unsigned i, bool ng)
{
    static const char *const names[] = { NULL, "eth0", "wlan0" };
    static const int64_t times[] = { 0,           1700000000, 4294967295, -1,
                                     17179869184, INT64_MIN,  INT64_MAX };
    struct clv_frame frame = { .number = i + 1, .link = 1, .caplen = i % 37 };
    frame.sec = times[i % (ng ? 7 : 3)];
    frame.nsec = i % 5 * 249999999;
    frame.len = frame.caplen + i % 3;
    if (ng) {
        frame.link = i % 2 ? 101 : 1;
        frame.iface = names[i % 3];
        frame.comment = i % 4 ? NULL : "a remark";
    }
    return frame;
}

static void expect_same(const struct clv_frame *a, const struct clv_frame *b)
{
    assert_int_equal(a->number, b->number);
    assert_int_equal(a->sec, b->sec);
    assert_int_equal(a->nsec, b->nsec);
    assert_int_equal(a->caplen, b->caplen);
    assert_int_equal(a->len, b->len);
    assert_int_equal(a->link, b->link);
    assert_string_equal(a->iface ? a->iface : "", b->iface ? b->iface : "");
    assert_string_equal(a->comment ? a->comment : "", b->comment ? b->comment : "");
}

static void round_trip(const char *name, unsigned count, bool ng)
{
    struct clv_err err = { 0 };
    struct clv_writer *writer = clv_writer_open(path_of(name), &err);
    struct clv_frame frame;
    const uint8_t *bytes;
    assert_non_null(writer);
    for (unsigned i = 0; i < count; i++) {
        frame = frame_at(i, ng);
        assert_true(clv_writer_put(writer, &frame, data, &err));
        if (i % 1000 == 7)
            assert_true(clv_writer_flush(writer, &err));
    }
    assert_true(clv_writer_close(writer, &err));
    struct clv_reader *reader = clv_reader_open(path_of(name), &err);
    assert_string_equal(err.text, "");
    for (unsigned i = 0; i < count; i++) {
        struct clv_frame want = frame_at(i, ng);
        if (!want.len)
            want.len = want.caplen;
        assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 1);
        expect_same(&want, &frame);
        assert_memory_equal(bytes, data, frame.caplen);
    }
    assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 0);
    clv_reader_close(reader);
    unlink(path_of(name));
}

static void test_round_trip(void **state)
{
    (void)state;
    round_trip("a.pcap", 50000, false);
    round_trip("a", 1, false);
    round_trip("empty.cap", 0, false);
    round_trip("a.pcapng", 50000, true);
    round_trip("a.ntar", 3, false);
    round_trip("empty.PcapNG", 0, true);
}

/* As many interfaces as a section may have; one more is refused. */
static void test_many_interfaces(void **state)
{
    char name[16];
    struct clv_err err = { 0 };
    struct clv_frame frame = { .link = 1, .iface = name };
    const uint8_t *bytes;
    struct clv_writer *writer = clv_writer_open(path_of("many.pcapng"), &err);
    (void)state;
    assert_non_null(writer);
    for (unsigned i = 0; i < 2 * (unsigned)CLV_IFACE_MAX; i++) {
        snprintf(name, sizeof name, "if%u", i / 2);
        assert_true(clv_writer_put(writer, &frame, data, &err));
    }
    strcpy(name, "one more");
    assert_false(clv_writer_put(writer, &frame, data, &err));
    assert_int_equal(err.code, CLV_LIMIT);
    memset(&err, 0, sizeof err);
    assert_true(clv_writer_close(writer, &err));
    struct clv_reader *reader = clv_reader_open(path_of("many.pcapng"), &err);
    assert_non_null(reader);
    for (unsigned i = 0; i < 2 * (unsigned)CLV_IFACE_MAX; i++) {
        snprintf(name, sizeof name, "if%u", i / 2);
        assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 1);
        assert_string_equal(frame.iface, name);
    }
    assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 0);
    clv_reader_close(reader);
    unlink(path_of("many.pcapng"));
}

static void expect_put_refusal(struct clv_writer *writer, const struct clv_frame *frame,
                               const char *text)
{
    struct clv_err err = { 0 };
    assert_false(clv_writer_put(writer, frame, data, &err));
    assert_int_equal(err.code, CLV_LIMIT);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
}

/* What is refused leaves the file as it was. */
static void test_refused(void **state)
{
    struct clv_err err = { 0 };
    struct clv_frame good = { .link = 1, .caplen = 4 }, bad;
    struct clv_writer *writer = clv_writer_open(path_of("a.pcap"), &err);
    const uint8_t *bytes;
    (void)state;
    assert_non_null(writer);
    bad = good;
    bad.link = -1;
    expect_put_refusal(writer, &bad, "packet 1 begins with a layer that has no link type");
    assert_true(clv_writer_put(writer, &good, data, &err));
    bad.link = 65536;
    expect_put_refusal(writer, &bad, "packet 2 is of link type 65536, the highest is 65535");
    bad.link = 101;
    expect_put_refusal(writer, &bad,
                       "packet 2 is of link type 101 RAW, those before it of 1 EN10MB: a pcap file "
                       "holds one link type; give the file a name ending in .pcapng");
    bad = good;
    bad.sec = 4294967296;
    expect_put_refusal(writer, &bad, "is of second 4294967296, a pcap file holds 0 to 4294967295");
    bad.sec = -1;
    expect_put_refusal(writer, &bad, "is of second -1,");
    bad = good;
    bad.caplen = CLV_RECORD_MAX + 1;
    expect_put_refusal(writer, &bad, "packet 2 has 16777217 bytes, at most 16777216 are written");
    assert_true(clv_writer_put(writer, &good, data, &err));
    assert_true(clv_writer_close(writer, &err));
    struct clv_reader *reader = clv_reader_open(path_of("a.pcap"), &err);
    assert_int_equal(clv_reader_next(reader, &good, &bytes, &err), 1);
    assert_int_equal(clv_reader_next(reader, &good, &bytes, &err), 1);
    assert_int_equal(clv_reader_next(reader, &good, &bytes, &err), 0);
    clv_reader_close(reader);
    unlink(path_of("a.pcap"));

    assert_null(clv_writer_open(path_of("a.pcapng.gz"), &err));
    assert_non_null(strstr(err.text, "captures are written unpacked"));
    memset(&err, 0, sizeof err);
    assert_null(clv_writer_open(path_of("no/such/folder"), &err));
    assert_int_equal(err.code, CLV_SYSTEM);
    assert_non_null(strstr(err.text, "/no/such/folder: cannot be opened for writing: No such"));
}

static void comment_trip(const char *comment)
{
    struct clv_err err = { 0 };
    struct clv_writer *writer = clv_writer_open(path_of("c.pcapng"), &err);
    struct clv_frame frame = { .link = 1, .caplen = 3, .comment = comment };
    const uint8_t *bytes;
    assert_non_null(writer);
    assert_true(clv_writer_put(writer, &frame, data, &err));
    assert_true(clv_writer_close(writer, &err));
    struct clv_reader *reader = clv_reader_open(path_of("c.pcapng"), &err);
    assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 1);
    assert_string_equal(frame.comment, comment);
    clv_reader_close(reader);
    unlink(path_of("c.pcapng"));
}

/* An option holds 65,535 bytes; longer comments are several, a line or more each. */
static void test_comment_length(void **state)
{
    enum { LONG = 300000 };
    char *comment = malloc(LONG + 1);
    struct clv_err err = { 0 };
    struct clv_frame frame = { .link = 1, .comment = comment };
    (void)state;
    assert_non_null(comment);
    memset(comment, 'x', LONG);
    comment[LONG] = 0;
    struct clv_writer *writer = clv_writer_open(path_of("c.pcapng"), &err);
    expect_put_refusal(writer, &frame, "the comment of packet 1 is too long: a line");
    clv_writer_close(writer, &err);
    for (unsigned i = 0; i < LONG; i += 30000)
        comment[i] = '\n';
    comment_trip(comment);
    comment[LONG - 1] = '\n';
    comment_trip(comment);
    memset(comment, '\n', LONG);
    comment_trip(comment);
    comment[65536] = 0;
    comment_trip(comment);
    memset(comment, 'x', 65535);
    comment_trip(comment);
    comment[65535] = 0;
    comment_trip(comment);
    free(comment);
}

/* A full disk, and a pipe whose reader went away. */
static void test_system_errors(void **state)
{
    struct clv_err err = { 0 };
    struct clv_frame frame = { .link = 1, .caplen = 36 };
    (void)state;
    struct clv_writer *writer = clv_writer_open("/dev/full", &err);
    if (!writer)
        skip();
    assert_true(clv_writer_put(writer, &frame, data, &err));
    assert_false(clv_writer_flush(writer, &err));
    assert_int_equal(err.sys, ENOSPC);
    assert_non_null(
        strstr(err.text, "/dev/full: cannot be written, it has 0 packets: No space left"));
    memset(&err, 0, sizeof err);
    assert_false(clv_writer_put(writer, &frame, data, &err));
    assert_int_equal(err.sys, ENOSPC);
    memset(&err, 0, sizeof err);
    assert_false(clv_writer_close(writer, &err));
    assert_int_equal(err.sys, ENOSPC);

    int ends[2], keep = dup(STDOUT_FILENO);
    memset(&err, 0, sizeof err);
    fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    signal(SIGPIPE, SIG_IGN);
    writer = clv_writer_open("-", &err);
    bool put = writer && clv_writer_put(writer, &frame, data, &err);
    bool closed = writer && clv_writer_close(writer, &err);
    dup2(keep, STDOUT_FILENO);
    close(keep);
    signal(SIGPIPE, SIG_DFL);
    assert_true(put);
    assert_false(closed);
    assert_int_equal(err.sys, EPIPE);
    assert_non_null(strstr(err.text, "standard output: cannot be written, it has 0 packets: "));
}

/* A file that takes `room` bytes of many packets: it ends behind a whole one, and the count is right. */
static void cut(const char *name, rlim_t room)
{
    struct clv_err err = { 0 };
    struct clv_writer *writer = clv_writer_open(path_of(name), &err);
    struct clv_frame frame = { .link = 1, .caplen = 36, .iface = "eth0" };
    const uint8_t *bytes;
    struct rlimit old, limit;
    assert_non_null(writer);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = room;
    for (unsigned i = 0; i < 100; i++) {
        assert_true(clv_writer_put(writer, &frame, data, &err));
        if (i % 10 == 9)
            frame.iface = i & 16 ? "eth1" : "eth2";
    }
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_false(clv_writer_flush(writer, &err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    uint64_t count = clv_writer_count(writer);
    assert_int_equal(err.sys, EFBIG);
    memset(&err, 0, sizeof err);
    assert_false(clv_writer_close(writer, &err));
    memset(&err, 0, sizeof err);
    struct clv_reader *reader = clv_reader_open(path_of(name), &err);
    for (uint64_t i = 0; i < count; i++)
        assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 1);
    if (reader)
        assert_int_equal(clv_reader_next(reader, &frame, &bytes, &err), 0);
    else
        assert_true(room < 28);
    clv_reader_close(reader);
    unlink(path_of(name));
}

static void test_cut(void **state)
{
    (void)state;
    for (rlim_t room = 1; room < 1500; room += room < 200 ? 1 : 97) {
        cut("c.pcap", room);
        cut("c.pcapng", room);
    }
}

/* The bytes of a small file, as other tools expect them. */
static void test_bytes(void **state)
{
    static const uint8_t want[] = {
        0x4d, 0x3c, 0xb2, 0xa1, 2, 0,   4, 0, 0, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    4,    0, 113, 0, 0, 0, 0x00, 0xf1, 0x53, 0x65, 0x15, 0xcd,
        0x5b, 0x07, 3,    0,    0, 0,   9, 0, 0, 0,    '0',  '1',  '2',
    };
    struct clv_err err = { 0 };
    struct clv_frame frame = {
        .sec = 1700000000, .nsec = 123456789, .link = 113, .caplen = 3, .len = 9
    };
    struct clv_writer *writer = clv_writer_open(path_of("b.pcap"), &err);
    uint8_t got[sizeof want + 1];
    (void)state;
    assert_non_null(writer);
    assert_true(clv_writer_put(writer, &frame, data, &err));
    assert_true(clv_writer_close(writer, &err));
    FILE *file = fopen(path_of("b.pcap"), "rb");
    assert_non_null(file);
    assert_int_equal(fread(got, 1, sizeof got, file), sizeof want);
    fclose(file);
    assert_memory_equal(got, want, sizeof want);
    unlink(path_of("b.pcap"));
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_many_interfaces),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_comment_length),
        cmocka_unit_test(test_bytes),      cmocka_unit_test(test_system_errors),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
