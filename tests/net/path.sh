# SPDX-License-Identifier: BSD-2-Clause
# The part of tests/net/run about traceroute, which sources it:
# p0 (10.9.20.1) -- p1 (.20.2, .21.1) -- p2 (.21.2, .22.1) -- p3 (10.9.22.2), and fd00:20::1 likewise.

# join FROM FROM_DEVICE TO TO_DEVICE NET
join() {
    ip link add $2 netns $1 type veth peer name $4 netns $3
    ip -n $1 addr add 10.9.$5.1/24 dev $2
    ip -n $3 addr add 10.9.$5.2/24 dev $4
    ip -n $1 -6 addr add fd00:$5::1/64 dev $2 nodad 2>/dev/null
    ip -n $3 -6 addr add fd00:$5::2/64 dev $4 nodad 2>/dev/null
    ip -n $1 link set $2 up
    ip -n $3 link set $4 up
}

# way NAMESPACE NET GATEWAY: for both versions.
way() {
    ip -n $1 route add 10.9.$2 via 10.9.$3
    ip -n $1 -6 route add fd00:${2%.0/24}::/64 via fd00:$(echo $3 | sed 's/\./::/') 2>/dev/null
}

make_path() {
    for name in p0 p1 p2 p3; do
        ip netns add $name
        ip -n $name link set lo up
        ip netns exec $name sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
            echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6
            echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
            echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
            echo 0 >/proc/sys/net/ipv6/icmp/ratelimit' 2>/dev/null
    done
    join p0 e0 p1 e0 20
    join p1 e1 p2 e0 21
    join p2 e1 p3 e0 22
    way p1 22.0/24 21.2
    way p2 20.0/24 21.1
    for version in -4 -6; do
        for end in p0:20.2 p3:22.1; do
            net=${end#*:}
            [ $version = -4 ] && gate=10.9.$net || gate=fd00:${net%.*}::${net#*.}
            ip -n ${end%:*} $version route add default via $gate 2>/dev/null
        done
    done
    # Places that are refused, unreachable and silent, each at a router.
    for kind in prohibit:31 unreachable:32 blackhole:33; do
        ip -n p1 route add ${kind%:*} 10.9.${kind#*:}.0/24
        ip -n p1 -6 route add ${kind%:*} fd00:${kind#*:}::/64 2>/dev/null
    done
    ip -n p2 route add prohibit 10.9.22.64/26
}

trace() {
    in_net p0 "$cleave" traceroute "$@"
}

# hop N ADDRESS [MARK]: a line of three answers.
hop() {
    says out " *$1  $2${3:+ $3}  $ms ms  $ms ms  $ms ms"
}

path() {
    make_path
    # The name server of this machine is not to be seen from here: none is better than that.
    : >$work/resolv.conf
    mount --bind $work/resolv.conf /etc/resolv.conf 2>/dev/null
    trace_ways
    trace_marks
    trace_ends
    trace_labels
    trace_words
    ip -n p0 -6 route | grep -q fd00:20 || { echo "skipped: no IPv6 for traceroute"; return; }
    trace6
}

trace_ways() {
    for way in "" -I -T "-T -p 22" "-N 1" "-N 4" "-F" "-s 10.9.20.1" "-i e0"; do
        trace -n $way 10.9.22.2
        expect "traceroute -n $way" 0
        says out 'traceroute to 10\.9\.22\.2 \(10\.9\.22\.2\), 30 hops max, 60 byte packets'
        hop 1 '10\.9\.20\.2'
        hop 2 '10\.9\.21\.2'
        hop 3 '10\.9\.22\.2'
        lines out 4
        lines err 0
        within 0 2000
    done
    trace -n -f 2 -m 2 -q 1 10.9.22.2 1400
    expect "traceroute of one hop, with large packets" 1
    says out 'traceroute to 10\.9\.22\.2 \(10\.9\.22\.2\), 2 hops max, 1400 byte packets'
    says out " 2  10\.9\.21\.2  $ms ms"
    lines out 2
    clv traceroute --netns p0 -n -q 1 10.9.22.2
    expect "traceroute --netns" 0
    says out " 3  10\.9\.22\.2  $ms ms"
    trace localhost
    expect "traceroute to this host" 0
    hop 1 'localhost \(127\.0\.0\.1\)'
    trace 10.9.22.2 1501
    expect "traceroute with more than the mtu" 2
    says err 'traceroute: packets of 1501 bytes: e0 takes at most 1500, its mtu'
    trace 10.9.20.255
    expect "traceroute to a group" 2
    trace nosuch.invalid
    expect "traceroute to no host" 2
    says err 'traceroute: nosuch\.invalid: .+'
    printf '10.9.20.2 gate\n10.9.22.2 far\n' >$work/hosts
    mount --bind $work/hosts /etc/hosts
    trace far
    expect "traceroute by name" 0
    says out 'traceroute to far \(10\.9\.22\.2\), 30 hops max, 60 byte packets'
    hop 1 'gate \(10\.9\.20\.2\)'
    hop 3 'far \(10\.9\.22\.2\)'
    umount /etc/hosts
}

trace_marks() {
    trace -n -q 1 10.9.31.1
    expect "traceroute to a place that is refused" 1
    says out " 1  10\.9\.20\.2  $ms ms !X"
    trace -n -q 1 10.9.32.1
    expect "traceroute to an unreachable place" 1
    says out " 1  10\.9\.20\.2  $ms ms !H"
    trace -n -q 1 10.9.77.1
    expect "traceroute to an unknown net" 1
    says out " 2  10\.9\.20\.2  $ms ms !N| 1  10\.9\.20\.2  $ms ms !N"
    trace -n -q 1 -I 10.9.22.77
    expect "traceroute to a place that is refused further on" 1
    says out " 2  10\.9\.21\.2  $ms ms !X"
    lines out 3
    ip -n p2 link set e1 mtu 1300
    trace -n -q 1 -F 10.9.22.2 1400
    expect "traceroute with more than fits further on" 1
    says out " 3  10\.9\.21\.2  $ms ms !F-1300"
    ip -n p2 link set e1 mtu 1500
    ip netns exec p3 sh -c 'echo 70 >/proc/sys/net/ipv4/ip_default_ttl'
    trace -n --back 10.9.22.2
    expect "traceroute --back" 0
    hop 2 '10\.9\.21\.2'
    hop 3 '10\.9\.22\.2' "'-61'"
    ip netns exec p3 sh -c 'echo 64 >/proc/sys/net/ipv4/ip_default_ttl'
    trace -n 10.9.20.77
    expect "traceroute to a neighbour that does not answer" 1
    says out " 1  10\.9\.20\.1  3[0-9]{3}\.[0-9]{3} ms !H  $ms ms !H  $ms ms !H"
}

trace_ends() {
    trace -n -q 2 -m 4 -w 0.5 10.9.33.1
    expect "traceroute without an answer" 1
    says out ' 4  \* \*'
    lines out 5
    within 450 1500
    in_net p0 timeout --foreground --preserve-status -k 0.15 -s INT 1 \
        "$cleave" traceroute -n -f 2 -w 60 10.9.22.9
    expect "traceroute and ^C" 1
    hop 2 '10\.9\.21\.2'
    lines out 2
    within 900 1400
    # What has told of many packets tells of no more for a while.
    if ip netns exec p3 sh -c 'echo 1000 >/proc/sys/net/ipv4/icmp_ratelimit' 2>/dev/null; then
        in_net p0 "$cleave" sr 'IP(dst="10.9.22.2")/UDP(dport=(40000,40020))' --timeout 100ms
        trace -n 10.9.22.2
        expect "traceroute to a host that answers seldom" 0
        # Which of the probes is told of is the host's choice: one of a later hop, maybe.
        says out " *[0-9]+ ( \*)* 10\.9\.22\.2  $ms ms.*"
        within 0 5000
        ip netns exec p3 sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit'
    fi
    in_net p0 sh -c "'$cleave' traceroute 10.9.22.2 >/dev/full"
    expect "traceroute onto a full disk" 2
    in_net p0 sh -c "'$cleave' traceroute -n 10.9.22.2 | head -1"
    expect "traceroute into a pipe that closes" 0
    trace -n -o json -q 2 10.9.22.2
    expect "traceroute -o json" 0
    says out '\{"type":"start","host":"10\.9\.22\.2","addr":"10\.9\.22\.2","method":"udp",.*\}'
    says out '\{"type":"hop","hop":3,"probes":\[\{"addr":"10\.9\.22\.2","rtt_ms":.*\}'
    says out '\{"type":"summary","reached":true,"hops":3,"sent":[0-9]+\}'
    trace -n -o json -q 2 -m 2 -w 0.3 10.9.33.1
    expect "traceroute -o json without an answer" 1
    says out '\{"type":"hop","hop":2,"probes":\[null,null\]\}'
    says out '\{"type":"summary","reached":false,"hops":2,"sent":4\}'
}

# A router of ours, which tells of the labels that a probe came with.
label_router() {
    "$cleave" sniff -q -i e0 -f 'udp and dst host 10.9.33.1' -c 2 --timeout 5 \
        -o fields=IP.id,IP.ttl,UDP.sport,UDP.dport,UDP.chksum,UDP.len |
        while read -r id ttl sport dport sum len; do
            label=$((24000 + dport % 2))
            "$cleave" send -q "IP(src='10.9.20.2',dst='10.9.20.1')/ICMP(type=11,ext=
                ICMPExtension_Header()/ICMPExtension_MPLS(stack=[MPLS(label=$label,cos=1,s=0,ttl=1),
                MPLS(label=16,s=1,ttl=2)]))/IPerror(src='10.9.20.1',dst='10.9.33.1',id=$id,
                ttl=$ttl)/UDPerror(sport=$sport,dport=$dport,chksum=$sum,len=$len)/
                Raw(load='abcdefghijklmnopqrstuvwxyzabcdef')"
        done
}

trace_labels() {
    stack='L=2400[01],E=1,S=0,T=1/L=16,E=0,S=1,T=2'
    for way in "-e" "-o json" ""; do
        (
            export cleave
            label_router=$(sed -n '/^label_router() {/,/^}/p' "$(dirname "$self")/path.sh")
            ip netns exec p1 sh -c "$label_router
                label_router"
        ) &
        sleep 0.5
        # However late the second one is: its answer takes as long as two programs do.
        trace -n -q 2 -m 1 -w 5,100,100 $way 10.9.33.1
        expect "traceroute $way and MPLS labels" 1
        case $way in
        -e) says out " 1  10\.9\.20\.2 <MPLS:$stack>  $ms ms 10\.9\.20\.2 <MPLS:$stack>  $ms ms" ;;
        '') says out " 1  10\.9\.20\.2  $ms ms  $ms ms" ;;
        *) says out '.*"code":0,"mpls":\[\{"label":2400[01],"cos":1,"s":0,"ttl":1\},\{"label":16,.*\}\]\}.*' ;;
        esac
        wait $!
    done
}

trace6() {
    for way in "" -I -T; do
        trace -n $way fd00:22::2
        expect "traceroute -n $way over IPv6" 0
        says out 'traceroute to fd00:22::2 \(fd00:22::2\), 30 hops max, 80 byte packets'
        hop 1 'fd00:20::2'
        hop 2 'fd00:21::2'
        hop 3 'fd00:22::2'
        lines out 4
    done
    trace -n -q 1 fd00:31::1
    expect "traceroute to a place that is refused over IPv6" 1
    says out " 1  fd00:20::2  $ms ms !X"
    trace -n -q 1 fd00:32::1
    expect "traceroute to an unreachable place over IPv6" 1
    says out " 1  fd00:20::2  $ms ms !(H|N)"
    ip -n p2 link set e1 mtu 1280
    trace -n -q 1 fd00:22::2 1400
    expect "traceroute with more than fits further on over IPv6" 1
    says out " 3  fd00:21::2  $ms ms !F-1280"
    ip -n p2 link set e1 mtu 1500
    near=$(ip -n p1 -6 -o addr show dev e0 scope link | sed 's,.*inet6 \([^/ ]*\).*,\1,')
    trace -n "$near%e0"
    expect "traceroute with a zone" 0
    hop 1 "$near%e0"
    trace -6 -n 10.9.22.2
    expect "traceroute -6 to an IPv4 address" 2
}

# Word for word as the traceroute of Linux, where that is installed.
trace_words() {
    traceroute --version 2>&1 | grep -q 'traceroute for Linux' || {
        echo "skipped: no traceroute to compare with"
        return
    }
    while read -r letters; do
        # Theirs may run into a limit of the kernel's for ICMP errors.
        for try in 1 2 3; do
            test="traceroute $letters, compared"
            in_net p0 traceroute $letters
            sed -E "s/$ms ms/T/g" $work/out >$work/theirs
            trace $letters
            sed -E "s/$ms ms/T/g" $work/out >$work/ours
            cmp -s $work/theirs $work/ours && break
            sleep 1
        done
        if cmp -s $work/theirs $work/ours; then
            passed=$((passed + 1))
        else
            diff $work/theirs $work/ours >$work/out
            complain "other words than theirs"
        fi
    done <<'END'
-N 1 -n 10.9.22.2
-N 1 10.9.22.2
-N 1 -I 10.9.22.2 100
-N 1 -T -n 10.9.22.2
-N 1 -n 10.9.22.2 20
-N 1 -n -q 1 fd00:22::2
-N 1 -I fd00:22::2
-N 1 -T -n fd00:22::2
-n -f 3 -q 5 10.9.22.2
-n -m 2 10.9.22.2
localhost
::1
127.1
-N 1 -n -q 1 fd00:31::1
-n -q 2 -w 0.5 -m 4 10.9.33.1
END
}
