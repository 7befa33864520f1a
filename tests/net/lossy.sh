# SPDX-License-Identifier: BSD-2-Clause
# A link that loses, doubles, delays and reorders, for tests/net/run, which sources it: s (10.9.50.2) --
# m, where a program carries the frames -- t (10.9.50.1).

make_lossy() {
    for name in s m t; do
        ip netns list | grep -qw $name || ip netns add $name
        ip -n $name link set lo up
    done
    ip netns exec m sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
    ip link add s0 netns s type veth peer name m0 netns m
    ip link add t0 netns t type veth peer name m1 netns m
    ip -n s addr add 10.9.50.2/24 dev s0
    ip -n t addr add 10.9.50.1/24 dev t0
    for end in s:s0 m:m0 m:m1 t:t0; do
        ip -n ${end%:*} link set ${end#*:} up
    done
    ip netns exec t sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit' 2>/dev/null
    link=
}

# link WORD...: from here on the link is so.
link() {
    [ -z "$link" ] || { kill $link; wait $link; } 2>/dev/null
    : >$work/link
    ip netns exec m "${cleave%/*}/lossy" m0 m1 "$@" >$work/link &
    link=$!
    until grep -q ready $work/link; do
        kill -0 $link 2>/dev/null || { failed=$((failed + 1)); echo "FAILED: lossy $*"; return; }
        sleep 0.05
    done
}

# same WHAT A B
same() {
    test=$1
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        complain "$2, not $3"
    fi
}

lossy() {
    [ -x "${cleave%/*}/lossy" ] || {
        echo "skipped: no lossy beside the program (cmake builds it with the tests)"
        return
    }
    make_lossy
    lossy_late
    lossy_twice
    lossy_lost
    kill $link
    wait $link 2>/dev/null
}

lossy_late() {
    link delay=100
    in_net s "$cleave" ping -c 2 -i 0.02 10.9.50.1
    expect "ping with a delay" 0
    says out '64 bytes from 10\.9\.50\.1: icmp_seq=1 ttl=64 time=[2-9][0-9][0-9](\.[0-9]+)? ms'
    says out '2 packets transmitted, 2 received, 0% packet loss, time [0-9]+ms'
    in_net s "$cleave" ping -c 1 -W 0.1 10.9.50.1
    expect "ping, and the answer is late" 1
    says out '1 packets transmitted, 0 received, 100% packet loss, time 0ms'
    in_net s "$cleave" sr1 'IP(dst="10.9.50.1")/ICMP()' --timeout 100ms
    expect "sr1, and the answer is late" 1
    in_net s "$cleave" sr1 'IP(dst="10.9.50.1")/ICMP(seq=7)' --timeout 100ms --retry 9 -o fields=ICMP.seq
    expect "sr1, and the first answer comes after the second request" 0
    says out 7
    link delay=40 hurry=50
    in_net s "$cleave" sr 'IP(dst="10.9.50.1")/ICMP(seq=(1,50))' -o fields=ICMP.seq
    expect "answers out of order" 0
    lines out 50
    sort -n $work/out >$work/sorted
    same "answers out of order: each once" "$(uniq $work/sorted | tr '\n' ' ')" "$(seq 50 | tr '\n' ' ')"
    cmp -s $work/out $work/sorted && { test="answers out of order"; complain "they came in order"; }
}

# Both ways: a request becomes two, and each answer.
lossy_twice() {
    link twice=100
    in_net s "$cleave" ping -c 3 -i 0.2 10.9.50.1
    expect "ping, and each answer comes again" 0
    says out "64 bytes from 10\.9\.50\.1: icmp_seq=1 ttl=64 time=$ms ms \(DUP!\)"
    says out '3 packets transmitted, 3 received, \+[6-9] duplicates, 0% packet loss, time [0-9]+ms'
    in_net s "$cleave" sr 'IP(dst="10.9.50.1")/ICMP(seq=(1,50))' -o fields=ICMP.seq
    expect "sr, and each answer comes again" 0
    lines out 50
    says err '.*50 answered, 0 unanswered, 1[0-9][0-9] duplicates.*'
    in_net s "$cleave" scan -p 1-100 10.9.50.1 -v
    expect "scan: answers that come twice" 0
    lines out 100
    says err '.*100 answered .* [1-3][0-9][0-9] duplicates.*'
}

lossy_lost() {
    # Neither end asks for the other's address, whose answer may be lost, too.
    ip -n s neigh replace 10.9.50.1 dev s0 nud permanent lladdr "$(ip netns exec t cat /sys/class/net/t0/address)"
    ip -n t neigh replace 10.9.50.2 dev t0 nud permanent lladdr "$(ip netns exec s cat /sys/class/net/s0/address)"
    link loss=30 twice=30
    in_net s "$cleave" sr --retry 30 --timeout 100ms 'IP(dst="10.9.50.1")/ICMP(seq=(1,50))' -o fields=ICMP.seq
    expect "answers that are lost and doubled" 0
    lines out 50
    in_net s "$cleave" sr --timeout 300ms 'IP(dst="10.9.50.1")/ICMP(seq=(1,50))' -o fields=ICMP.seq
    expect "answers that are lost" 0
    n=$(wc -l <$work/out)
    says err ".*50 sent, $n answered, $((50 - n)) unanswered.*"
    in_net s "$cleave" scan -p 1-100 10.9.50.1 -v --retry 30 --timeout 100ms
    expect "scan: answers that are lost" 0
    lines out 100
    says err '.*100 answered .* 0 unanswered.*'
    in_net s "$cleave" ping -c 50 -i 0.02 -W 0.3 10.9.50.1
    expect "ping over a link that loses" 0
    n=$(grep -c 'icmp_seq=.* ms$' $work/out)
    says out "50 packets transmitted, $n received,( \+[0-9]+ duplicates,)? $((100 - 2 * n))% packet loss, time [0-9]+ms"
    in_net s "$cleave" arping -c 20 -i 50ms 10.9.50.1
    expect "arping over a link that loses" 0
    in_net s "$cleave" traceroute -n -q 10 -w 0.5 10.9.50.1
    expect "traceroute over a link that loses" 0
    same "traceroute: each probe is told of" "$(grep -oE "$ms ms|\*" $work/out | grep -c '')" 10
    link loss=100
    in_net s "$cleave" sr1 'IP(dst="10.9.50.1")/ICMP()' --timeout 100ms --retry 2
    expect "sr1 over a link that loses all" 1
    says err '.*3 sent, 0 answered, 1 unanswered.*'
}
