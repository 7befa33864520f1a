#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2154
# What is sent and received, for tests/bench/run, which starts it in a mount and network namespace of
# its own: a (10.9.0.1) -- b (10.9.0.2), both ends of a veth pair. Nothing leaves this machine.
# Times are the clock's.
set -u
# shellcheck source=cli/setup.sh
. "$root/cli/setup.sh"
# shellcheck source=tests/bench/common.sh
. "$here/common.sh"

mount -t tmpfs none /run || exit 2
for name in a b; do
    ip netns add $name
    ip -n $name link set lo up
    ip netns exec $name sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
done
ip link add a0 netns a address 02:00:00:00:00:01 type veth \
    peer name b0 netns b address 02:00:00:00:00:02 || exit 2
for end in 1:a 2:b; do
    ip -n ${end#*:} addr add 10.9.0.${end%:*}/24 dev ${end#*:}0
    ip -n ${end#*:} link set ${end#*:}0 up
done
ip netns exec a ping -c 1 -W 5 10.9.0.2 >/dev/null 2>&1 # so that they know each other

# The addresses are nobody's: the other end takes the packets and drops them.
expr="Ether(dst='02:00:00:00:00:99', src='02:00:00:00:00:01')/\
IP(src='10.9.0.1', dst='10.9.0.99')/UDP(sport=1000, dport=(1,60000))"
cat >/run/trafgen.cfg <<'X'
{ eth(da=02:00:00:00:00:99, sa=02:00:00:00:00:01),
  ipv4(sa=10.9.0.1, da=10.9.0.99, id=1, ttl=64), udp(sp=1000, dp=dinc(1, 60000)) }
X

inside="ip netns exec a"
sent() {
    $inside cat /sys/class/net/a0/statistics/tx_packets
}

send() {
    wanted wire send || return 0
    if [ "$short" ]; then n=100000 times=1; else n=1000000 times=5; fi
    set -- "$cleave" send -q -i a0 -c $n "$expr" --- "$programs/sendmmsg" a0 $n
    if have trafgen; then
        set -- "$@" --- trafgen -q -P 1 -o a0 -i /run/trafgen.cfg -n $n
    fi
    before=$(sent)
    race $times "$@"
    senders=$(grep -c '^0 ' "$work/race") # without those that failed
    [ $(($(sent) - before)) -ge $((n * times * senders)) ] || die "not all of the packets were sent"
    row wire send "\`send\`, one field changing" "bare sendmmsg loop" /s x0.95 "$(rate 1 $n)" "$(rate 2 $n)"
    ! have trafgen ||
        row wire send "\`send\`, one field changing" trafgen /s x1 "$(rate 1 $n)" "$(rate 3 $n)"
}

# answered PATTERN: the fewest answers of all runs whose last line has this.
answered() {
    grep -e "$1" "$work/log" | sed -n 's/.* \([0-9]*\) answered.*/\1/p' | sort -n | head -n 1
}

scan() {
    wanted_any wire scan sr || return 0
    if [ "$short" ]; then times=1; else times=5; fi
    syn="IP(dst='10.9.0.2')/TCP(dport=(1,65535), flags='S')"
    set -- "$cleave" scan -p - --rate 1M 10.9.0.2 --- "$cleave" sr "$syn" -o line
    peers=
    for peer in hping3 nmap; do
        have $peer || continue
        peers="$peers $peer"
        case $peer in
        hping3) set -- "$@" --- timeout 300 hping3 -q --scan 1-65535 -S 10.9.0.2 ;;
        nmap) set -- "$@" --- nmap -n -Pn -sS -p- -T5 10.9.0.2 ;;
        esac
    done
    race $times "$@"
    scanned=$(answered 'answered (')
    asked=$(answered 'answered,')
    line=3
    for peer in ${peers:-none}; do
        goal=- theirs=
        [ "$peer" != hping3 ] || goal=x3
        [ "$peer" = none ] || theirs=$(pick $line wall 1)
        [ "$peer" != none ] || peer=
        if wanted wire scan; then
            row wire scan "\`scan\` of 65535 ports" "$peer" ns $goal "$(pick 1 wall 1)" "$theirs" \
                "scan: $scanned of 65535 answered in the worst run"
        fi
        if wanted wire sr; then
            row wire sr "\`sr\`, a SYN to each of 65535 ports" "$peer" ns $goal "$(pick 2 wall 1)" "$theirs" \
                "sr: $asked of 65535 answered in the worst run"
        fi
        line=$((line + 1))
    done
}

# An echo request and its answer, from the start of the process to its end.
one() {
    wanted wire sr1 || return 0
    set -- "$cleave" sr1 -q "IP(dst='10.9.0.2')/ICMP()" -o line
    peers=
    for peer in ping hping3 fping; do
        have $peer || continue
        peers="$peers $peer"
        case $peer in
        ping) set -- "$@" --- ping -n -c 1 10.9.0.2 ;;
        hping3) set -- "$@" --- hping3 -q -n -1 -c 1 10.9.0.2 ;;
        fping) set -- "$@" --- fping -q -c 1 10.9.0.2 ;;
        esac
    done
    race "$many" "$@"
    ours=$(pick 1 wall 1) line=2
    for peer in $peers; do
        goal=-
        [ "$peer" != ping ] || goal=x0.667
        row wire sr1 "\`sr1\`, from start to end" "$peer -c 1" ns $goal "$ours" "$(pick $line wall 1)"
        line=$((line + 1))
    done
    [ "$peers" ] || row wire sr1 "\`sr1\`, from start to end" "" ns - "$ours" ""
    if have Scapy; then
        race "$slow" "$cleave" --version --- /usr/bin/python3 "$here/peers/scapy_sr1.py" 10.9.0.2
        row wire sr1 "\`sr1\`, from start to end" "Scapy sr1()" ns - "$ours" "$(pick 2 wall 1)"
    fi
}

# lost COMMAND...: of the packets that trafgen sends as fast as it can on one core, the per cent that
# the command, on the other core, does not write to /run/sniffed.pcap. Nothing of one that fails.
lost() {
    rm -f /run/sniffed.pcap
    ip netns exec b taskset -c "$core" "$@" >/dev/null 2>"$work/log" &
    waiting=0
    until ip netns exec b grep -q '^[0-9a-f]' /proc/net/packet || [ $waiting = 50 ]; do
        sleep 0.1
        waiting=$((waiting + 1))
    done
    sleep 0.3
    before=$(sent)
    $inside taskset -c "$other" trafgen -q -P 1 -o a0 -i /run/trafgen.cfg -n "$n" >/dev/null 2>&1
    sleep 1
    kill $! 2>/dev/null
    wait $! || return
    came=$("$cleave" read /run/sniffed.pcap --where 'UDP.sport == 1000' -o fields=frame.number | wc -l)
    awk "BEGIN { printf \"%.3f\", 100 * (1 - $came / ($(sent) - $before)) }"
}

sniff() {
    wanted wire sniff && have trafgen || return 0
    [ "$other" != "$core" ] || return 0
    if [ "$short" ]; then n=100000 times=1; else n=2000000 times=5; fi
    ours='' theirs='' peer=''
    for _ in $(seq $times); do
        share=$(lost "$cleave" sniff -q -i b0 -w /run/sniffed.pcap) || failed sniff
        ours="$ours $share"
        have tcpdump || continue
        peer="tcpdump -w"
        theirs="$theirs $(lost tcpdump -n -Z root -i b0 -w /run/sniffed.pcap)"
    done
    rm -f /run/sniffed.pcap
    row wire sniff "\`sniff -w\`, lost of what trafgen sends" "$peer" % le "${ours# }" "${theirs# }" \
        "sniff: $n packets of 42 bytes at full speed from the other core, into memory"
}

send
scan
one
sniff
