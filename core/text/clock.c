/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of packets: local time for people, and seconds with a fraction read back. */
#include "text.h"

#include <string.h>
#include <time.h>

static void print_number(uint32_t v, int digits, struct clv_out *out)
{
    uint32_t unit = 1;
    while (--digits > 0)
        unit *= 10;
    for (; unit; unit /= 10)
        clv_out_chr(out, (char)('0' + v / unit % 10));
}

static void print_part(int v, char after, struct clv_out *out)
{
    print_number((uint32_t)v, 2, out);
    clv_out_chr(out, after);
}

void clv_print_clock(const struct clv_frame *frame, bool date, struct clv_out *out)
{
    time_t sec = (time_t)frame->sec;
    struct tm tm;
    if (!localtime_r(&sec, &tm))
        return;
    if (date) {
        clv_out_int(out, tm.tm_year + 1900ll);
        clv_out_chr(out, '-');
        print_part(tm.tm_mon + 1, '-', out);
        print_part(tm.tm_mday, ' ', out);
    }
    print_part(tm.tm_hour, ':', out);
    print_part(tm.tm_min, ':', out);
    print_part(tm.tm_sec, '.', out);
    print_number(date ? frame->nsec : frame->nsec / 1000, date ? 9 : 6, out);
    if (date) {
        long zone = tm.tm_gmtoff / 60;
        clv_out_str(out, zone < 0 ? " -" : " +");
        zone = zone < 0 ? -zone : zone;
        print_number((uint32_t)(zone / 60 * 100 + zone % 60), 4, out);
    }
}

bool clv_text_time(const char *s, size_t n, uint64_t *sec, uint32_t *nsec)
{
    const char *dot = memchr(s, '.', n);
    size_t whole = dot ? (size_t)(dot - s) : n;
    uint32_t unit = 100000000;
    *nsec = 0;
    for (size_t i = 0; i < whole; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    if (!clv_text_num(s, whole, sec) || (dot && whole + 1 == n))
        return false;
    for (size_t i = whole + 1; i < n; i++, unit /= 10) {
        if (s[i] < '0' || s[i] > '9' || !unit)
            return false;
        *nsec += (uint32_t)(s[i] - '0') * unit;
    }
    return true;
}
