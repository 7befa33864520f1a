# SPDX-License-Identifier: BSD-2-Clause
# scan, for tests/net/run, which sources it. What it looks at: b with some services, r with many
# addresses on a's link, and destinations that r refuses in the ways routers do.

scan() {
    command -v python3 >/dev/null || {
        echo "skipped: no python3 to scan"
        return
    }
    scan_net
    scan_ports
    scan_kinds
    scan_udp
    scan_hosts
    scan_link
    scan_groups
    scan_parts
    scan_resume
    scan_ends
    scan_memory
    ip -n a -6 route get fd00:91::2 >/dev/null 2>&1 && scan6
    scan_all
    kill $services
}

# b: TCP 22 and 80; UDP 53 answers a question alone, UDP 9 any datagram. r: 20 more addresses on the
# link; beyond it, one address that it prohibits, one that it cannot reach, one that it loses.
scan_net() {
    cat >$work/services.py <<'END'
import select, socket
ears = []
for family, host in (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::"):
    try:
        for port in 22, 80:
            s = socket.socket(family, socket.SOCK_STREAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            s.bind((host, port))
            s.listen(9)
            ears.append(s)
        for port in 9, 53:
            s = socket.socket(family, socket.SOCK_DGRAM)
            if family == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            s.bind((host, port))
            ears.append(s)
    except OSError:
        pass
while True:
    for s in select.select(ears, [], [])[0]:
        if s.type == socket.SOCK_STREAM:
            s.accept()[0].close()
            continue
        data, peer = s.recvfrom(2000)
        if s.getsockname()[1] == 9 or b"\7version\4bind\0\0\x10\0\3" in data:
            s.sendto(data[:2] + b"\x80" + data[3:], peer)
END
    ip netns exec b python3 $work/services.py &
    services=$!
    for i in $(seq 100 119); do
        ip -n r addr add 10.9.0.$i/24 dev r0
    done
    ip -n r route add prohibit 10.9.1.60
    ip -n r route add unreachable 10.9.1.61
    ip -n r route add blackhole 10.9.1.62
    sleep 0.5
}

scan_ports() {
    clv scan -p 20-81 10.9.1.2
    expect "scan: ports of a host behind a router" 0
    lines out 2
    says out '10\.9\.1\.2 22/tcp open.*'
    says out '10\.9\.1\.2 80/tcp open.*'
    says err 'cleave: 62 sent, 62 answered \(2 open, 60 closed\), 0 unanswered,.* packets/s of 1000; lost: 0 by the kernel, 0 by the interface'
    clv scan -p 80-81 10.9.1.2,10.9.1.60-62 -v --timeout 500ms
    expect "scan: every state of a port" 0
    says out '10\.9\.1\.2 80/tcp open.* \(syn-ack, ttl 63\)'
    says out '10\.9\.1\.2 81/tcp closed.* \(reset, ttl 63\)'
    says out '10\.9\.1\.60 80/tcp filtered.* \(admin-prohibited from 10\.9\.0\.1, ttl 64\)'
    says out '10\.9\.1\.61 81/tcp filtered.* \(host-unreach from 10\.9\.0\.1, ttl 64\)'
    says out '10\.9\.1\.62 80/tcp filtered.* \(no-response\)'
    lines out 8
    says err 'cleave: 8 sent, 6 answered \(1 open, 1 closed, 4 filtered\), 2 unanswered,.*'
    clv scan -p 80-81 10.9.1.2 -o json
    expect "scan -o json" 0
    says out '\{"type":"port","ip":"10\.9\.1\.2","port":80,"proto":"tcp","state":"open","reason":"syn-ack",.*"ttl":63,"time":"[0-9]+\.[0-9]{9}"\}'
    says out '\{"type":"summary","probes":2,"position":2,"sent":2,.*"answered":2,"unanswered":0,.*\}'
    lines out 2
    clv scan -p 9,22,80 127.0.0.1,10.9.0.2 -v
    expect "scan: addresses of our own" 0
    lines out 6
    says out '10\.9\.0\.2 22/tcp closed.*'
    in_net b "$cleave" scan -p 9,22,80 127.0.0.1,10.9.1.2
    expect "scan: services of our own" 0
    lines out 4
}

scan_kinds() {
    clv scan -p 80-82 --probe ack 10.9.1.2
    expect "scan --probe ack" 0
    lines out 3
    says out '10\.9\.1\.2 80/tcp unfiltered.*'
    for kind in fin null xmas; do
        clv scan -p 80-82 --probe $kind 10.9.1.2 -v --timeout 300ms
        expect "scan --probe $kind" 0
        says out '10\.9\.1\.2 80/tcp open\|filtered.* \(no-response\)'
        says out '10\.9\.1\.2 81/tcp closed.* \(reset, ttl 63\)'
        lines out 3
    done
}

scan_udp() {
    clv scan -p 9,53,54 --probe udp 10.9.1.2 --timeout 500ms
    expect "scan --probe udp, with a question for DNS" 0
    says out '10\.9\.1\.2 9/udp open.*'
    says out '10\.9\.1\.2 53/udp open.*'
    lines out 2
    says err '.* \(2 open, 1 closed\), 0 unanswered.*'
    clv scan -p 53 --probe udp 10.9.1.60 --timeout 500ms
    expect "scan: a filtered UDP port" 0
    says out '10\.9\.1\.60 53/udp filtered.* \(admin-prohibited from 10\.9\.0\.1, ttl 64\)'
    # The payload of each kind of service can be sent.
    clv scan -p 111,123,137,161,443,520,1434,1900,3478,5060,5353,5683,11211 --probe udp 10.9.1.2
    expect "scan: payloads of all services" 0
    says err 'cleave: 13 sent, 13 answered \(13 closed\).*'
}

scan_hosts() {
    clv scan 10.9.1.0/29 --timeout 500ms
    expect "scan: hosts behind a router" 0
    says out '10\.9\.1\.1 up'
    says out '10\.9\.1\.2 up'
    clv scan 10.9.1.2,10.9.1.61 --probe tcp -v --timeout 500ms
    expect "scan: hosts by TCP" 0
    says out '10\.9\.1\.2 up \(syn-ack, ttl 63\)'
    says out '10\.9\.1\.61 down \(host-unreach from 10\.9\.0\.1, ttl 64\)'
    clv scan 10.9.1.60-62 --probe echo --timeout 300ms
    expect "scan: hosts that are not there" 0
    lines out 0
    clv scan 10.9.1.62 --timeout 300ms
    expect "scan: no answer at all" 1
    says err 'cleave: 1 sent, 0 answered, 1 unanswered.*'
    clv scan 10.9.1.2 --retry 2 --timeout 300ms -p 80,81
    expect "scan --retry: who has answered is left in peace" 0
    says err 'cleave: [2-4] sent, 2 answered.*'
    clv scan 10.9.1.62 --retry 2 --timeout 300ms -p 80,81
    expect "scan --retry: who has not is asked again" 1
    says err 'cleave: 6 sent, 0 answered, 2 unanswered.*'
}

# 23 of 254 neighbours are there; the kernel knows none of them.
scan_link() {
    ip -n a neigh flush all
    clv scan 10.9.0.0/24 --rate 5k
    expect "scan: hosts of a net on the link" 0
    lines out 22
    says out '10\.9\.0\.119 up ([0-9a-f]{2}:){5}[0-9a-f]{2}'
    says out '10\.9\.0\.2 up'
    says err '.* 22 answered \(22 up\), 0 unanswered, .* for neighbours, 232 to silent neighbours, 1 to groups left out.*|.* 22 answered \(22 up\), 0 unanswered, .* for neighbours, 233 to silent neighbours.*'
    within 1500 7000
    ip -n a neigh flush all
    clv scan -p 1-100 10.9.0.0/24 --rate 20k
    expect "scan: ports of a net on the link" 0
    lines out 0
    says err '.* 2200 answered \(2200 closed\), 0 unanswered.* 23[23]00 to silent neighbours.*'
    within 1500 9000
    clv scan 10.9.0.100-119 --exclude 10.9.0.105-10.9.0.114
    expect "scan --exclude" 0
    lines out 10
    says out '10\.9\.0\.104 up .*'
    says out '10\.9\.0\.115 up .*'
    # tcpdump is the second witness: nothing went to what is excluded.
    command -v tcpdump >/dev/null || return
    ip netns exec r timeout --foreground -s INT 3 tcpdump -nn -i r0 -w $work/witness.pcap 2>/dev/null &
    sleep 1
    clv scan -p 1-50 10.9.0.100-119 --exclude 10.9.0.105-10.9.0.114 --rate 2k
    wait $!
    "$cleave" read $work/witness.pcap --where 'TCP.flags == "S"' -o fields=IP.dst | sort | uniq -c |
        sed 's/^ *//; s/ /	/' >$work/out
    test="scan --exclude, as tcpdump saw it"
    lines out 10
    says out '50	10\.9\.0\.119'
}

# Members of a group answer as themselves.
scan_groups() {
    ip netns exec r sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
    clv scan 10.9.0.255 --timeout 300ms
    expect "scan: a broadcast address" 1
    says err 'cleave: 0 sent, 0 answered, 0 unanswered, 1 to groups left out;.*'
    clv scan 10.9.0.255,224.0.0.1 --groups --timeout 300ms -i a0
    expect "scan --groups" 0
    says out '10\.9\.0\.1 up'
    lines out 1
}

scan_parts() {
    for k in 1 2 3; do
        clv scan -p 1-100 10.9.1.2 -v --seed 5 --shard $k/3 --rate 5k
        expect "scan --shard $k/3" 0
        cat $work/out >>$work/parts
        n=$(grep -c '' $work/out)
        [ $n = 33 ] || [ $n = 34 ] || complain "$n results"
    done
    cut -d' ' -f2 $work/parts | sort -u >$work/out
    test="the shards together"
    lines out 100
    cut -d' ' -f2 $work/parts >$work/out
    lines out 100
    rm -f $work/parts
}

# Cut short twice, in different ways; what all three runs tell is everything.
scan_resume() {
    file=$work/night.scan
    in_net a timeout --foreground --preserve-status -k 0.2 -s INT 2.5 \
        "$cleave" scan -p 1-1000 10.9.1.2 -v --rate 200 --resume $file --exclude 10.9.1.3
    expect "scan --resume and ^C" 0
    within 2450 2700
    says err 'cleave: [345][0-9][0-9] sent, .* packets/s of 200; .*'
    cp $work/out $work/all
    cp $file $work/out
    test="the file to go on with"
    says out 'position [123][0-9][0-9] of 1000'
    says out '--ports=1-1000'
    says out '--exclude=10\.9\.1\.3'
    clv scan --resume $file 10.9.1.2
    expect "scan --resume with a file that is there" 2
    in_net a timeout --foreground --preserve-status -k 0.2 -s TERM 1.5 "$cleave" scan --resume $file
    expect "scan --resume alone, and SIGTERM" 0
    cat $work/out >>$work/all
    clv scan --resume $file --rate 2k -o json
    expect "scan --resume alone, at another rate" 0
    says err 'cleave: .* packets/s of 2000; .*'
    grep -o '"port":[0-9]*' $work/out | sed 's/.*:\(.*\)/x \1\/tcp/' >>$work/all
    cut -d' ' -f2 $work/all | sort -u >$work/out
    test="what the three of them tell"
    lines out 1000
    [ ! -e $file ] || complain "the file is still there"
    in_net a "$cleave" scan -p 1 10.9.1.2 --resume /nowhere/x
    expect "scan --resume with a file that cannot be" 2
    says err 'cleave: --resume /nowhere/x: cannot be written: No such file or directory'
    lines err 1
}

scan_ends() {
    in_net a timeout --foreground --preserve-status -k 0.15 -s INT 1 "$cleave" scan -p - 10.9.1.62
    expect "scan and ^C where nothing answers" 1
    within 950 1150
    in_net a timeout --foreground --preserve-status -k 0.15 -s INT 1 "$cleave" scan 10.9.0.200-250 -p -
    expect "scan and ^C where neighbours are silent" 1
    within 950 1150
    in_net a sh -c "'$cleave' scan -v -p 1-2000 10.9.1.2 | head -2 >/dev/null"
    expect "scan into a pipe that closes" 0
    within 0 2000
    in_net a sh -c "'$cleave' scan -v -p 1-9 10.9.1.2 >/dev/full"
    expect "scan onto a full disk" 2
    in_net a setpriv --bounding-set -net_raw --inh-caps -net_raw "$cleave" scan 10.9.1.2
    expect "scan without permission" 3
    says err '.*setcap cap_net_raw\+ep .*'
    in_net a setpriv --bounding-set -net_raw --inh-caps -net_raw "$cleave" scan --dry-run 10.9.1.2
    expect "scan --dry-run without permission" 0
    clv scan 203.0.113.1 --source 10.9.0.2 -i lo
    test="scan where there is no way"
    [ $status = 1 ] || [ $status = 2 ] || complain "exit status $status"
    in_net a "$cleave" scan 10.9.0.0/24 -i nosuch0
    expect "scan on an unknown interface" 2
    ip -n a link add gone0 type veth peer name gone1 netns r
    ip -n a addr add 10.9.7.1/24 dev gone0
    ip -n a link set gone0 up
    ip -n r link set gone1 up
    in_net a sh -c "'$cleave' scan 10.9.7.0/24 -p 1-999 & sleep 1; ip link del gone0; wait \$!"
    expect "scan on an interface that goes away" 2
    within 900 3000
    command -v script >/dev/null || return
    in_net a script -qec "'$cleave' scan -p 1-1500 10.9.1.2" /dev/null
    expect "scan on a terminal" 0
    tr '\r' '\n' <$work/out | sed 's/\x1b\[K//g' >$work/lines
    cp $work/lines $work/out
    says out '[0-9.]+% of 1500, [0-9]+ packets/s, 0:00:0[0-9] left, [0-2] open'
}

# Addresses and ports without end: memory does not grow, at any speed.
scan_memory() {
    ip -n r route add blackhole 11.0.0.0/8
    in_net a sh -c "
        env --default-signal=INT '$cleave' scan --yes 11.0.0.0/8 -p - --rate 1M -v &
        sleep 2
        awk '/VmHWM/ { print \$2 }' /proc/\$!/status >$work/hwm
        sleep 2
        awk '/VmHWM/ { print \$2 }' /proc/\$!/status >>$work/hwm
        kill -INT \$!
        wait \$!"
    expect "scan: a trillion probes" 1
    [ "$(tail -1 $work/hwm)" -lt $(($(head -1 $work/hwm) + 4000)) ] ||
        complain "memory grows: $(tr '\n' ' ' <$work/hwm) kB"
    says err 'cleave: [0-9]{5,} sent, 0 answered, .*'
    ip -n r route del blackhole 11.0.0.0/8
}

scan6() {
    clv scan -p 79-81 fd00:91::2
    expect "scan: ports over IPv6" 0
    says out 'fd00:91::2 80/tcp open.*'
    lines out 1
    says err '.*3 answered \(1 open, 2 closed\).*'
    clv scan -p 53,54 --probe udp fd00:91::2
    expect "scan: UDP over IPv6" 0
    says out 'fd00:91::2 53/udp open.*'
    says err '.*2 answered \(1 open, 1 closed\).*'
    ip -n a -6 neigh flush all
    clv scan fd00:9::/125 fd00:91::2
    expect "scan: hosts over IPv6" 0
    says out 'fd00:9::1 up ([0-9a-f]{2}:){5}[0-9a-f]{2}'
    says out 'fd00:9::2 up'
    says out 'fd00:91::2 up'
    lines out 3
    far=$(ip -n r -6 -o addr show dev r0 scope link | sed 's,.*inet6 \([^/ ]*\).*,\1,')
    clv scan "$far%a0"
    expect "scan: an address of a link" 0
    says out "$far up .*"
    clv scan ff02::1%a0 --groups --timeout 300ms
    expect "scan --groups over IPv6" 0
    says out "$far up"
}

# A SYN to each port of one host brings an answer from each, and none is lost.
scan_all() {
    for run in 1 2 3 4 5; do
        clv scan -p 0-65535 10.9.1.2 --rate 20k
        expect "scan: all ports, run $run" 0
        lines out 2
        says err '.*65536 sent, 65536 answered \(2 open, 65534 closed\), 0 unanswered.*lost: 0 by the kernel, 0 by the interface'
    done
}
