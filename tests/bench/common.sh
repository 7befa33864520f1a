# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154
# What tests/bench/run and tests/bench/wire.sh share. They set: $cleave, $programs (the folder of the
# compiled benchmarks), $work (a folder for this run), $chosen and $only (which rows), $core, and
# $other, where there is another core.

die() {
    echo "bench: $*" >&2
    exit 2
}

# wanted GROUP ROW: is it to be measured?
wanted() {
    [ "$chosen$only" ] || return 0
    case " $chosen " in
    *" $1 "* | *" $2 "*) return 0 ;;
    esac
    [ "$only" ] || return 1
    case "$1 $2" in
    *"$only"*) return 0 ;;
    esac
    return 1
}

# wanted_any GROUP ROW...: is one of them?
wanted_any() {
    group=$1
    shift
    for name; do
        wanted "$group" "$name" && return 0
    done
    return 1
}

# have PEER: is this program there? If not, the report says so. Debian's Python has Debian's Scapy;
# another one may come first in PATH.
have() {
    case $1 in
    Scapy) /usr/bin/python3 -c 'from scapy import VERSION' ;;
    *) command -v "$1" ;;
    esac >/dev/null 2>&1 && return 0
    echo "${1##*/}" >>"$work/absent"
    return 1
}

# race ROUNDS COMMAND... [--- COMMAND...]...: in turn, on one core; the first is ours, and must work.
# $inside: what runs it elsewhere.
race() {
    # shellcheck disable=SC2086 # some words
    ${inside:-} "$programs/race" -c "$core" "$@" >"$work/race" 2>"$work/log" </dev/null || failed "$@"
    read -r status _ <"$work/race"
    [ "$status" = 0 ] || failed "$@"
    awk 'NR > 1 && $1 { print "bench: peer " NR - 1 " of this race failed: exit status " $1 }' "$work/race" >&2
}

failed() {
    tail -n 20 "$work/log" >&2
    die "failed: $*"
}

# pick COMMAND wall|cpu DIVISOR [LESS]: nanoseconds of each run of the race's n-th command; nothing of a
# command that failed.
pick() {
    awk -v line="$1" -v part="$2" -v by="$3" -v less="${4:-0}" 'NR == line && $1 == 0 {
        for (i = 3; i <= NF; i++) {
            split($i, t, ":")
            printf "%s%.1f", (i > 3 ? " " : ""), (t[part == "cpu" ? 2 : 1] * 1e9 - less) / by
        }
    }' "$work/race"
}

# rate COMMAND PACKETS: a second, of each run.
rate() {
    awk -v line="$1" -v n="$2" 'NR == line && $1 == 0 {
        for (i = 3; i <= NF; i++)
            printf "%s%.0f", (i > 3 ? " " : ""), n / $i
    }' "$work/race"
}

# median "SAMPLES"
median() {
    echo "$1" | tr ' ' '\n' | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# In WORK `code` is what README shows as such.
# row GROUP ROW WORK PEER UNIT GOAL "OURS" "THEIRS" [NOTE]: samples in ns, /s, MiB or %. Goals: x2 (two
# times as fast as the peer, at least), <3 (less than 3 in this unit), le (no more than the peer), -.
row() {
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "${9:-}" \
        >>"$work/rows"
    say "bench: $2: measured${4:+, against $4}"
}
