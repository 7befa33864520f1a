# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2016
# What needs no network, for tests/bench/run, which sources it. Times are the processor's, so that
# what else the machine does counts little.

# The project's captures, and the shared ones where they are.
captures() {
    corpus=${CORPUS:-$root/../shared/corpus}
    [ -d "$corpus" ] || corpus=
    # shellcheck disable=SC2086 # none or one
    find "$root/pcaps" $corpus -type f \( -name '*.pcap' -o -name '*.cap' -o -name '*.pcapng' -o \
        -name '*.gz' -o -name '*.zst' \) "$@"
}

# sample NAME EVERY LEAST FILE...: $data/NAME.pcap, and how many packets it has, and different ones.
sample() {
    name=$1
    shift
    "$programs/sample" "$data/$name.pcap" "$@" 2>"$data/$name.count" ||
        die "$name.pcap: $(cat "$data/$name.count")"
}

# Made once: all.pcap, all Ethernet packets that there are; large.pcap, the same copied; part.pcap and
# few.pcap for slow peers; empty.pcap for how long they take to start.
make_captures() {
    made="$packets $most $(captures -printf '%s %p\n' | sort | cksum) $(cksum <"$here/sample.c")"
    if [ "$(cat "$data/.made" 2>/dev/null)" != "$made" ]; then
        say "bench: making captures in $data"
        mkdir -p "$data" || exit 2
        rm -f "$data/.made"
        captures -print0 | sort -z | xargs -0 -x -s 1000000 \
            "$programs/sample" "$data/all.pcap" 1 1 2>"$data/all.count" || die "no all.pcap"
        sample large 1 "$packets" "$data/all.pcap"
        read -r n _ <"$data/all.count"
        sample part $((n / most + 1)) $((most / 2)) "$data/all.pcap"
        sample few $((n * 5 / most + 1)) $((most / 4)) "$data/all.pcap"
        sample empty 1 1
        echo "$made" >"$data/.made"
    fi
    large=$data/large.pcap part=$data/part.pcap few=$data/few.pcap empty=$data/empty.pcap
    read -r nlarge _ <"$data/large.count"
    read -r npart _ <"$data/part.count"
    read -r nfew _ <"$data/few.count"
}

# reads ROW WORK GOAL "OPTIONS..." PEER COMMAND...: both read large.pcap.
reads() {
    name=$1 does=$2 goal=$3 options=$4 peer=$5
    shift 5
    wanted reading "$name" || return 0
    if have "${peer%% *}"; then
        set -- --- "$@" "$large"
    else
        set -- && peer=
    fi
    # shellcheck disable=SC2086 # one word an option
    race "$rounds" "$cleave" read "$large" $options "$@"
    row reading "$name" "$does" "$peer" ns "$goal" "$(pick 1 cpu "$nlarge")" "$(pick 2 cpu "$nlarge")"
}

# reads_part ROW WORK GOAL "OPTIONS..." PEER PACKETS FILE COMMAND... : the peer reads FILE, a part of it,
# with the time that it takes to start, on empty.pcap, taken off.
reads_part() {
    name=$1 does=$2 goal=$3 options=$4 peer=$5 n=$6 file=$7
    shift 7
    wanted reading "$name" || return 0
    theirs='' note=''
    # shellcheck disable=SC2086
    if have "${peer%% *}"; then
        race "$slow" "$cleave" read "$large" $options --- "$@" "$file" --- "$@" "$empty"
        start=$(median "$(pick 3 cpu 1)")
        theirs=$(pick 2 cpu "$n" "$start")
        note="$peer: $n packets, without $(awk "BEGIN { printf \"%.2f\", $start / 1e9 }") s to start"
    else
        peer=''
        race "$slow" "$cleave" read "$large" $options
    fi
    row reading "$name" "$does" "$peer" ns "$goal" "$(pick 1 cpu "$nlarge")" "$theirs" "$note"
}

reading() {
    reads line '`read -o line`' x2 "-o line" "tcpdump -nn -tt" tcpdump -nn -tt -r
    where
    reads_part fields '`read -o fields=IP.src,IP.dst,TCP.dport`' x100 "-o fields=IP.src,IP.dst,TCP.dport" \
        "tshark -T fields" "$npart" "$part" tshark -n -T fields -e ip.src -e ip.dst -e tcp.dstport -r
    reads_part json '`read -o json`' x200 "-o json" "tshark -T ek" "$npart" "$part" tshark -n -T ek -r
    reads tree '`read -o tree`, every field' x1 "-o tree" "tcpdump -nn -vvv" tcpdump -nn -vvv -r
    reads_part expr '`read -o expr`, proved by rebuilding' x300 "-o expr" "Scapy command()" "$nfew" "$few" \
        /usr/bin/python3 "$here/peers/scapy_command.py"
}

where() {
    wanted reading where || return 0
    race "$rounds" "$cleave" read "$large" --where 'TCP.dport == 80' -o fields=frame.number \
        --- "$programs/loop" "$large"
    row reading where "\`read --where 'TCP.dport == 80'\`" "bare libpcap loop" ns x0.667 \
        "$(pick 1 cpu "$nlarge")" "$(pick 2 cpu "$nlarge")"
}

# build_peer SOURCE COMMAND...: what is not C is built here, if what it needs is there. $peer is the
# program, which there may be from before.
build_peer() {
    source=$here/peers/$1
    peer=$programs/${1%.*}
    shift
    # shellcheck disable=SC3013 # -nt is in POSIX since 2024
    if ! [ "$peer" -nt "$source" ] && command -v "$1" >/dev/null; then
        rm -f "$peer"
        quiet "$programs/.log" "$@" || say "bench: ${peer##*/} cannot be built"
    fi
}

build_peers() {
    tins=$programs/libtins gopacket=$programs/gopacket
    [ ! -d /usr/include/tins ] ||
        build_peer libtins.cc g++ -O2 -Wall -Wextra "$here/peers/libtins.cc" -o "$tins" -ltins
    # Debian's packages alone, no network.
    export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$programs/.go" GOMAXPROCS=1
    [ ! -d /usr/share/gocode/src/github.com/google/gopacket ] ||
        build_peer gopacket.go go build -o "$gopacket" "$here/peers/gopacket.go"
}

# in_turn NAME COMMAND...: one line of figures, added to $work/NAME, on one core. Ours must work.
in_turn() {
    name=$1
    shift
    taskset -c "$core" "$@" >>"$work/$name" 2>"$work/log" && return
    [ "$1" != "$bench" ] || failed "$@"
    say "bench: ${1##*/} failed: $(tail -n 1 "$work/log")"
}

# column NAME N: of these lines, joined; last NAME N: of the last.
column() {
    cut -f "$2" "$work/$1" | paste -s -d ' '
}
last() {
    tail -n 1 "$work/$1" | cut -f "$2"
}

library() {
    wanted_any library split values build patch prove || return 0
    build_peers
    bench=$programs/bench
    if wanted library split; then splits; fi
    if wanted_any library build patch; then builds; fi
    if wanted library values; then
        in_turn values "$bench" -t -r "$rounds" -o values "$data/all.pcap"
        row library values "library: split, load every field" "" ns - "$(column values 1)" "" \
            "values, prove: $(cut -d " " -f 1 "$data/all.count") packets; values: $(last values 3) allocations"
    fi
    if wanted library prove; then
        in_turn prove "$bench" -t -r "$slow" -o expr "$data/all.pcap"
        row library prove "library: split, print, build, compare" "" ns - "$(column prove 1)" ""
    fi
}

splits() {
    for _ in $(seq "$slow"); do
        in_turn split "$bench" -t -r "$slow" -o split "$large"
        if have "$gopacket"; then in_turn split.gopacket "$gopacket" "$slow" "$large"; fi
        if have "$tins"; then in_turn split.libtins "$tins" split "$slow" "$large"; fi
    done
    peers='' found="split: $(last split 2) layers a packet, $(last split 3) allocations in all"
    for peer in gopacket libtins; do
        [ -s "$work/split.$peer" ] || continue
        found="$found; $peer: $(last split.$peer 2) layers, $(last split.$peer 3) allocations a packet"
        peers="$peers $peer"
    done
    for peer in ${peers:-none}; do
        theirs='' goal=-
        if [ "$peer" = none ]; then peer=; else goal=x5 theirs=$(column "split.$peer" 1); fi
        row library split "library: split a packet into layers" "$peer" ns $goal "$(column split 1)" "$theirs" "$found"
    done
}

# Equal work: the checksums of all packets come to the same.
builds() {
    for _ in $(seq "$slow"); do
        in_turn build "$bench" -t -r "$slow" -o build "$few"
        in_turn patch "$bench" -t -r "$slow" -o patch "$few"
        if have "$tins"; then in_turn build.libtins "$tins" build "$slow"; fi
    done
    peer='' theirs=''
    if [ -s "$work/build.libtins" ]; then
        peer="libtins serialize()" theirs=$(column build.libtins 1)
        [ "$(last build 2)" = "$(last build.libtins 2)" ] || die "libtins builds other packets"
    fi
    [ "$(last build 2)" = "$(last patch 2)" ] || die "patched packets are others"
    if wanted library build; then
        row library build "library: build IP/TCP, port changed" "$peer" ns x2 "$(column build 1)" "$theirs"
    fi
    if wanted library patch; then
        row library patch "library: the next packet of such a set" "$peer" ns x2 "$(column patch 1)" "$theirs"
    fi
}

process() {
    if wanted process version; then
        race "$many" "$cleave" --version --- /bin/true
        row process version "\`cleave --version\`, start to end" /bin/true ns '<3e6' "$(pick 1 wall 1)" \
            "$(pick 2 wall 1)"
    fi
    wanted process memory || return 0
    gib=4
    [ ! "$short" ] || gib=0.1
    size=$(stat -c %s "$data/all.pcap")
    read -r n _ <"$data/all.count"
    n=$(awk "BEGIN { printf \"%d\", $gib * 2 ^ 30 / $size * $n }")
    "$programs/sample" - 1 "$n" "$data/all.pcap" 2>"$work/log" |
        "$programs/race" -i 1 "$cleave" read - -o line >"$work/race"
    read -r status kib _ <"$work/race"
    [ "$status" = 0 ] || failed "read - of $gib GiB"
    row process memory "memory of \`read\`, $gib GiB from a pipe" "" MiB '<16' \
        "$(awk "BEGIN { printf \"%.1f\", $kib / 1024 }")" ""
}
