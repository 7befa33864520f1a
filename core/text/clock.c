/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of packets: local time for people, and seconds with a fraction read back. */
#include "text.h"

#include <string.h>
#include <time.h>

enum { STRETCH = 900 }; /* most zones change their clocks at its multiples */

static uint32_t day_seconds(const struct tm *tm)
{
    return (uint32_t)(tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec);
}

/* The stretch that `sec` lies in, or that second alone; false: no calendar has it. */
static bool clock_ask(struct clv_clock *clock, int64_t sec)
{
    time_t from = (time_t)(sec - sec % STRETCH), to = from + STRETCH - 1, now = (time_t)sec;
    struct tm tm, end;
    bool even = sec >= 0 && sec < INT64_C(1) << 40 && localtime_r(&from, &tm) &&
                localtime_r(&to, &end) && tm.tm_gmtoff == end.tm_gmtoff &&
                day_seconds(&end) == day_seconds(&tm) + STRETCH - 1;
    *clock = (struct clv_clock){ .from = sec, .secs = even ? STRETCH : 1 };
    if (even) {
        clock->from = from;
    } else if (!localtime_r(&now, &tm)) {
        clock->secs = 0;
        return false;
    }
    clock->day = day_seconds(&tm);
    clock->year = tm.tm_year + 1900ll;
    clock->month = (uint8_t)(tm.tm_mon + 1);
    clock->mday = (uint8_t)tm.tm_mday;
    clock->zone = (int16_t)(tm.tm_gmtoff / 60);
    return true;
}

static char *put_two(char *to, uint32_t v, char after)
{
    to[0] = (char)('0' + v / 10);
    to[1] = (char)('0' + v % 10);
    to[2] = after;
    return to + 3;
}

static void print_date(const struct clv_clock *clock, struct clv_out *out)
{
    char t[6];
    clv_out_int(out, clock->year);
    clv_out_chr(out, '-');
    clv_out_mem(out, t, (size_t)(put_two(put_two(t, clock->month, '-'), clock->mday, ' ') - t));
}

static void print_zone(int zone, struct clv_out *out)
{
    uint32_t east = (uint32_t)(zone < 0 ? -zone : zone);
    char t[8] = { ' ', zone < 0 ? '-' : '+' };
    put_two(put_two(t + 2, east / 60 % 100, '0') - 1, east % 60, 0);
    clv_out_mem(out, t, 6);
}

void clv_print_clock(const struct clv_frame *frame, bool date, struct clv_out *out)
{
    struct clv_clock *clock = &out->clock;
    uint64_t after = (uint64_t)frame->sec - (uint64_t)clock->from;
    if (after >= clock->secs) {
        if (!clock_ask(clock, frame->sec))
            return;
        after = (uint64_t)frame->sec - (uint64_t)clock->from;
    }
    uint32_t day = clock->day + (uint32_t)after, nsec = frame->nsec;
    char t[24], *to = put_two(t, day / 3600, ':');
    to = put_two(to, day / 60 % 60, ':');
    to = put_two(to, day % 60, '.');
    to = put_two(to, nsec / 10000000 % 100, 0) - 1;
    to = put_two(to, nsec / 100000 % 100, 0) - 1;
    to = put_two(to, nsec / 1000 % 100, (char)('0' + nsec / 100 % 10));
    if (date) {
        to = put_two(to, nsec % 100, 0);
        print_date(clock, out);
    }
    clv_out_mem(out, t, (size_t)(to - t) - 1);
    if (date)
        print_zone(clock->zone, out);
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
