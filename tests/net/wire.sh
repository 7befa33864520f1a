# SPDX-License-Identifier: BSD-2-Clause
# send and sr in full, for tests/net/run, which sources it.

wire() {
    from_captures
    again_and_again
    many
    other_places
    without_rights
    large
    ping_objects
}

# Three packets 300 ms apart.
from_captures() {
    for t in 1.0 1.3 1.6; do
        echo '{"frame":{"time":"'$t'","link":"RAW"},"layers":[{"layer":"IP","src":"10.9.0.2","dst":"10.9.0.1","id":'${t#*.}'},{"layer":"ICMP","id":9}]}'
    done >$work/spaced.json
    "$cleave" build --json $work/spaced.json -w $work/spaced.pcap
    clv send $work/spaced.pcap
    expect "send a capture file" 0
    within 0 400
    says err 'cleave: 3 packets sent, 84 bytes.*'
    clv send $work/spaced.pcap --realtime -o fields=IP.id
    expect "send it as fast as its times say" 0
    within 600 1000
    lines out 3
    clv send $work/spaced.pcap --interval 50ms -c 5
    expect "send it again up to a count" 0
    within 200 500
    says err 'cleave: 5 packets sent, 140 bytes, .* packets/s of 20'
    clv sr $work/spaced.pcap -o fields=IP.src,ICMP.id
    expect "answers to a capture file" 0
    lines out 3
    says out '10\.9\.0\.1	9'
    head -c 60 $work/spaced.pcap >$work/cut.pcap
    clv send $work/cut.pcap
    expect "a capture file that is cut" 2
    says err 'cleave: .*/cut\.pcap: packet 1 .*'
}

again_and_again() {
    in_net a sh -c "
        '$cleave' sr --loop --interval 100ms 'IP(dst=\"10.9.0.1\")/ICMP()' -o line &
        sleep 0.75; kill \$!; wait \$!"
    expect "sr --loop until it is stopped" 0
    says err 'cleave: [5-8] sent, [5-8] answered, [01] unanswered.* of 10'
    in_net a sh -c "
        '$cleave' send --loop --rate 100 'IP(dst=\"10.9.0.1\")/ICMP()' &
        sleep 0.5; kill \$!; wait \$!"
    expect "send --loop until it is stopped" 0
    says err 'cleave: [345][0-9] packets sent, .* of 100'
    clv sr --first --rate 20 'IP(dst="10.9.0.1")/ICMP(seq=(1,100))' -o fields=ICMP.seq
    expect "sr --first" 0
    lines out 1
    within 0 500
}

# What came to the other end, by its kernel's count.
arrived() {
    ip netns exec r cat /sys/class/net/r0/statistics/rx_packets
}

many() {
    before=$(arrived)
    clv send 'IP(dst="10.9.0.1", id=(1,4))/UDP(dport=(1,5000))'
    expect "a set to one destination" 0
    says err 'cleave: 20000 packets sent, 560000 bytes, .* packets/s'
    came=$(($(arrived) - before))
    [ $came -ge 20000 ] && [ $came -le 20100 ] && passed=$((passed + 1)) ||
        complain "$came packets came"
    clv send 'IP(dst="10.9.0.1")/UDP(dport=(1,5000))' --rate 20k -c 10k
    expect "a high rate" 0
    within 490 1500
    says err 'cleave: 10000 packets sent, .* (19|20)[0-9]{3}(\.[0-9]+)? packets/s of 20000'
    in_net r sh -c "
        timeout 5 '$cleave' sniff -i r0 -c 3 -f 'udp and len > 100' -o fields=UDP.dport,UDP.chksum,Raw.load &
        sleep 0.5
        ip netns exec a '$cleave' send -q 'IP(dst=\"10.9.0.1\")/UDP(dport=(7,9))/(\"x\"*100)'
        wait \$!"
    expect "packets of a set are right" 0
    "$cleave" build 'IP(src="10.9.0.2", dst="10.9.0.1")/UDP(dport=(7,9))/("x"*100)' \
        -o fields=UDP.dport,UDP.chksum,Raw.load >$work/want
    cmp -s $work/want $work/out && passed=$((passed + 1)) || complain "other packets came"
    clv send 'IP(dst="10.9.0.77")/UDP(dport=(1,500))'
    expect "a set to nobody" 2
    says err 'cleave: no neighbour on a0 answers for 10\.9\.0\.77'
    clv send 'IP(dst="10.9.0.1")/UDP(dport=(1,500))/Raw(load="x"*2000)'
    expect "a set that is too long" 2
    says err 'cleave: a packet of 2042 bytes does not fit a0: its mtu is 1500'
}

other_places() {
    ip -n a addr add 10.9.0.77/24 dev a0
    clv sr1 --source 10.9.0.77 'IP(dst="10.9.0.1")/ICMP()' -o fields=IP.dst
    expect "another address of ours" 0
    says out '10\.9\.0\.77'
    clv sr1 --source fd00::1 'IP(dst="10.9.0.1")/ICMP()' -o fields=IP.dst
    expect "an address of the other family is left alone" 0
    says out '10\.9\.0\.2'
    ip -n a addr del 10.9.0.77/24 dev a0
    in_net r "$cleave" sr1 --netns a 'IP(dst="10.9.0.1")/ICMP()' -o fields=IP.dst
    expect "from within another namespace" 0
    says out '10\.9\.0\.2'
    clv send --netns nowhere 'IP(dst="10.9.0.1")/ICMP()'
    expect "a namespace that is not there" 2
    says err 'cleave: --netns nowhere: there is no such namespace.*'
}

# ping through the kernel's ping socket, where the system lets everybody have one.
without_rights() {
    ip netns exec a sh -c 'echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range' 2>/dev/null &&
        cp "$cleave" /run/cleave && chmod 755 /run /run/cleave &&
        setpriv --reuid=65534 --regid=65534 --clear-groups /run/cleave --version >/dev/null 2>&1 || {
        echo "skipped: no other user, or no ping sockets here"
        return
    }
    nobody="setpriv --reuid=65534 --regid=65534 --clear-groups /run/cleave"
    in_net a $nobody ping -c 2 -i 0.2 10.9.1.2
    expect "ping without privileges" 0
    says out "64 bytes from 10\.9\.1\.2: icmp_seq=2 ttl=63 time=$ms ms"
    says out '2 packets transmitted, 2 received, 0% packet loss, time [0-9]+ms'
    in_net a $nobody ping -c 1 -s 1000 127.0.0.1
    expect "a larger one to ourselves" 0
    says out "1008 bytes from 127\.0\.0\.1: icmp_seq=1 ttl=64 time=$ms ms"
    in_net a $nobody ping -c 1 -t 1 10.9.1.2
    expect "an error from the router" 1
    says out 'From 10\.9\.0\.1 icmp_seq=1 Time to live exceeded'
    in_net a $nobody ping -c 1 -W 5 10.9.0.99
    expect "an error from our own kernel" 1
    says out 'From 10\.9\.0\.2 icmp_seq=1 Destination Host Unreachable'
    in_net a $nobody ping -c 1 ::1
    expect "IPv6 without privileges" 0
    says out "64 bytes from ::1: icmp_seq=1 ttl=64 time=$ms ms"
    in_net a $nobody sr1 'IP(dst="10.9.0.1")/ICMP(id=7)'
    expect "what is no ping needs them" 3
    ip netns exec a sh -c 'echo 1 0 >/proc/sys/net/ipv4/ping_group_range'
    in_net a $nobody ping -c 1 10.9.1.2
    expect "ping where the system does not allow it" 3
    says err "ping: sending on a0 is not permitted: .*setcap cap_net_raw.*"
}

# Every port of one host: each answers, and no answer is lost. And a net where nobody answers.
large() {
    clv sr 'IP(dst="10.9.0.1")/TCP(dport=(1,65535), flags="S")' --rate 20k -o fields=TCP.sport
    expect "a SYN to each port" 0
    says err 'cleave: 65535 sent, 65535 answered, 0 unanswered.*'
    ip -n a route add 10.64.0.0/12 via 10.9.0.1
    ip -n r route add blackhole 10.64.0.0/12
    small=$(most_memory 10.64.0.0/21)
    large=$(most_memory 10.64.0.0/16)
    test="memory of sr over a /16"
    [ "$small" -gt 0 ] && [ "$large" -lt $((small + 40000)) ] && passed=$((passed + 1)) ||
        complain "$large KiB, where a /21 takes $small"
}

# The most memory in KiB that sr held for a net, whose packets wait 500 ms each.
most_memory() {
    ASAN_OPTIONS=quarantine_size_mb=1 ip netns exec a "$cleave" sr -q --rate 20k --timeout 500ms \
        "IP(dst=\"$1\")/ICMP()" >/dev/null 2>&1 &
    most=0
    while kill -0 $! 2>/dev/null; do
        now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$!/status 2>/dev/null)
        [ "${now:-0}" -le $most ] || most=$now
        sleep 0.1
    done
    echo $most
}

# ping's objects, a line each.
ping_objects() {
    clv ping -n -o json -c 2 -i 0.2 10.9.1.2
    expect "ping as JSON" 0
    lines out 4
    says out '\{"type":"start","host":"10\.9\.1\.2","addr":"10\.9\.1\.2","size":56\}'
    says out "\\{\"type\":\"reply\",\"seq\":2,\"addr\":\"10\\.9\\.1\\.2\",\"time\":\"[0-9.]+\",\"bytes\":64,\"ttl\":63,\"rtt_ms\":$ms,\"duplicate\":false,\"corrupt\":false\\}"
    says out "\\{\"type\":\"summary\",\"sent\":2,\"received\":2,\"duplicates\":0,\"corrupted\":0,\"errors\":0,\"loss_percent\":0,.*\\}"
    clv ping -n -o json -c 1 -t 1 10.9.1.2
    expect "an error as JSON" 1
    says out '\{"type":"error","seq":1,"addr":"10\.9\.0\.1","icmp_type":11,"icmp_code":0\}'
}
