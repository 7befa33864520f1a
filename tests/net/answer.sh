# SPDX-License-Identifier: BSD-2-Clause
# answer, for tests/net/run, which sources it: v (10.9.30.1, fd00:30::1) answers for addresses that no
# host has, the kernel of w (10.9.30.2, fd00:30::2) asks.

make_answer() {
    for name in v w; do
        ip netns add $name
        ip -n $name link set lo up
        ip netns exec $name sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
    done
    ip link add w0 netns w type veth peer name v0 netns v
    ip -n v addr add 10.9.30.1/24 dev v0
    ip -n w addr add 10.9.30.2/24 dev w0
    ip -n v -6 addr add fd00:30::1/64 dev v0 nodad
    ip -n w -6 addr add fd00:30::2/64 dev w0 nodad
    ip -n v link set v0 up
    ip -n w link set w0 up
    hwaddr=$(ip netns exec v cat /sys/class/net/v0/address)
}

answer() {
    make_answer
    answer_words
    answer_neighbours
    answer_echo
    answer_tcp
    answer_dns
    answer_choice
}

# answering ARGUMENT...: in v, until `answered`; what it says goes to $work/answer.out and .err.
answering() {
    rm -f $work/answer.err
    ip netns exec v "$cleave" answer -i v0 --timeout 20 "$@" >$work/answer.out 2>$work/answer.err \
        </dev/null &
    answerer=$!
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q '^cleave: answering' $work/answer.err 2>/dev/null && break
        sleep 0.05
    done
}

# answered TEST STATUS: it is asked to end, and has ended so.
answered() {
    kill $answerer 2>/dev/null
    wait $answerer
    status=$?
    cp $work/answer.out $work/out
    cp $work/answer.err $work/err
    expect "$@"
}

answer_words() {
    in_net v "$cleave" answer -i v0 10.9.30.1
    expect "answer for an address of the host itself" 2
    says err 'cleave: 10\.9\.30\.1 is an address of this host: .*'
    in_net v "$cleave" answer -i nosuch0 10.9.30.50
    expect "answer on no interface" 2
    in_net v "$cleave" answer -i v0 10.9.30.50 --timeout 200ms
    expect "answer, and nobody asks" 1
    says err 'cleave: answering on v0: .*'
    says err 'cleave: 0 requests, 0 answered, .*'
    within 150 1000
    in_net v "$cleave" answer -i v0 10.9.30.0/24 --timeout 100ms
    expect "answer for a net that an address of the host is in" 1
    says err 'cleave: 10\.9\.30\.0/24 without 10\.9\.30\.1, .*'
    in_net v setpriv --bounding-set -net_raw --inh-caps -net_raw "$cleave" answer -i v0 10.9.30.50
    expect "answer without permission" 3
}

answer_neighbours() {
    ip -n w neigh flush all
    answering 10.9.30.50 fd00:30::50
    in_net w ping -c 1 -W 2 10.9.30.50
    expect "ping to an address that is answered for" 0
    in_net w "$cleave" sr1 'Ether()/ARP(pdst="10.9.30.50")' -o fields=ARP.psrc,ARP.hwsrc
    expect "ARP for it" 0
    says out "10\.9\.30\.50	$hwaddr"
    in_net w "$cleave" sr1 'ARP(pdst="10.9.30.51")' --timeout 300ms
    expect "ARP for its neighbour" 1
    in_net w ping -c 1 -W 2 10.9.30.1
    expect "ping to the host itself" 0
    in_net w ping -c 1 -W 2 fd00:30::50
    expect "ping to an IPv6 address that is answered for" 0
    ip -n w addr add fd00:30::50/64 dev w0
    sleep 1.5
    in_net w ip -6 addr show dev w0
    test="an address that is answered for is taken"
    says out '.*fd00:30::50/64.*dadfailed.*'
    ip -n w addr del fd00:30::50/64 dev w0
    answered "answer to ARP and neighbour solicitations" 0
    says out "Ether / ARP who has .* ==> Ether / ARP 10\.9\.30\.50 is at $hwaddr"
    says out '.*ICMPv6ND_NS.* ==> .*ICMPv6ND_NA.*'
    command -v arping >/dev/null || return
    answering 10.9.30.50 --mac 02:00:00:00:00:05
    in_net w arping -c 1 -I w0 10.9.30.50
    expect "arping with another hardware address" 0
    says out '.*02:00:00:00:00:05.*'
    answered "answer --mac" 0
}

answer_echo() {
    ip -n w neigh flush all
    answering 10.9.30.50 fd00:30::50 -o json --where 'not TCP'
    in_net w ping -c 3 -i 0.1 -W 2 -s 1000 10.9.30.50
    expect "ping with more bytes" 0
    says out '3 packets transmitted, 3 received, 0% packet loss, .*'
    in_net w ping -c 1 -W 2 -s 0 10.9.30.50
    expect "ping without bytes" 0
    in_net w ping -c 1 -W 2 -p ff00275c fd00:30::50
    expect "ping with odd bytes" 0
    says out '1 packets transmitted, 1 received, 0% packet loss, .*'
    answered "answer to echo requests, as JSON" 0
    says out '\{"frame".*"layer":"ICMP","type":0,.*'
    answering 10.9.30.50 --delay 200ms -c 2 --where ICMP -w $work/pairs.pcapng -o fields=ICMP.seq
    ip -n w neigh replace 10.9.30.50 dev w0 nud reachable \
        lladdr $hwaddr
    in_net w ping -c 2 -i 0.05 -W 2 10.9.30.50
    expect "ping with a delay" 0
    says out '64 bytes from 10\.9\.30\.50: icmp_seq=1 ttl=64 time=2[0-4][0-9] ms'
    wait $answerer
    status=$?
    cp $work/answer.out $work/out
    expect "answer -c 2" 0
    says out 2
    ip -n w neigh flush all
    clv read $work/pairs.pcapng -o fields=ICMP.type
    expect "what answer wrote" 0
    lines out 4
}

# A handshake, bytes that are acknowledged, and an end that both sides know of.
answer_tcp() {
    command -v python3 >/dev/null || {
        echo "skipped: no python3 to connect with"
        return
    }
    for host in 10.9.30.50 fd00:30::50; do
        answering 10.9.30.50 fd00:30::50 -o fields=TCP.flags
        in_net w python3 -c "
import socket
s = socket.create_connection(('$host', 80), 3)
s.sendall(b'x' * 3000)
s.shutdown(socket.SHUT_WR)
s.settimeout(3)
assert s.recv(10) == b''
print('closed')"
        expect "a TCP connection to $host" 0
        says out closed
        in_net w sh -c 'cat /proc/net/tcp /proc/net/tcp6 | awk "\$4 == \"01\" || \$4 == \"08\""'
        expect "no connection is left" 0
        lines out 0
        answered "answer to TCP" 0
        says out SA
        says out FA
    done
    # The other way: a handshake by hand, from an address whose ARP alone is answered for.
    ip netns exec w timeout 20 python3 -c "
import socket
s = socket.create_server(('10.9.30.2', 8080))
s.settimeout(8)
print(s.accept()[0].recv(10))" >$work/server 2>&1 &
    server=$!
    answering 10.9.30.60 --where ARP
    sleep 0.5
    in_net v sh -c "
        '$cleave' sr1 'IP(src=\"10.9.30.60\",dst=\"10.9.30.2\")/TCP(sport=1025,dport=8080,seq=7,flags=\"S\")' \
            --promisc -o fields=TCP.flags,TCP.seq >$work/synack
        read flags seq <$work/synack
        '$cleave' send \"IP(src='10.9.30.60',dst='10.9.30.2')/TCP(sport=1025,dport=8080,seq=8,ack=\$((seq + 1)),flags='PA')/'hello'\"
        echo \$flags"
    expect "a handshake by hand" 0
    says out SA
    wait $server
    cp $work/server $work/out
    says out "b'hello'"
    answered "answer --where ARP" 0
}

answer_dns() {
    command -v python3 >/dev/null || return
    printf '# names\nfd00::7 six.example.com both.example.com\n10.0.0.7 both.example.com\n' >$work/table
    answering 10.9.30.53 --dns WWW.Example.com=10.0.0.5 --dns $work/table --dns www.example.com=10.0.0.6
    for asked in 'www.eXample.com A' 'both.example.com AAAA' 'six.example.com A' \
        'both.example.com MX' 'no.example.com A'; do
        in_net w "$cleave" sr1 "IP(dst='10.9.30.53')/UDP(sport=RandShort())/DNS(rd=1,qd=[DNSQR(qname='${asked% *}',qtype='${asked#* }')])" \
            -o fields=DNS.rcode,DNS.ancount,DNSRR.rdata,DNSQR.qname
        expect "DNS for $asked" 0
        cat $work/out >>$work/dns
    done
    cp $work/dns $work/out
    says out '0	2	10\.0\.0\.5,10\.0\.0\.6	www\.eXample\.com\.'
    says out '0	1	fd00::7	both\.example\.com\.'
    says out '0	0		six\.example\.com\.'
    says out '0	0		both\.example\.com\.'
    says out '3	0		no\.example\.com\.'
    printf 'nameserver 10.9.30.53\noptions timeout:2 attempts:1\n' >$work/resolv
    in_net w unshare -m sh -c "
        mount --bind $work/resolv /etc/resolv.conf && python3 -c \"
import socket
print(socket.gethostbyname('www.example.com'))\""
    expect "the C library's own resolver" 0
    says out '10\.0\.0\.[56]'
    answered "answer to DNS" 0
}

answer_choice() {
    answering 10.9.30.48/29 --where 'ARP or ICMP.seq == 2'
    in_net w ping -c 2 -i 0.2 -W 1 10.9.30.50
    expect "one of two requests is chosen" 0
    says out '2 packets transmitted, 1 received, .*'
    in_net w ping -c 1 -W 1 10.9.30.56
    expect "an address behind the net" 1
    answered "answer --where" 0
    # A kernel that forwards would forward these, too.
    ip netns exec v sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    in_net v "$cleave" answer -i v0 10.9.30.50 --timeout 50ms
    expect "answer on a router" 1
    says err 'cleave: this host forwards packets.* --mac 02:00:00:00:00:05'
    ip netns exec v sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
    answering 10.9.30.50
    in_net w "$cleave" sr1 -i w0 'Ether(dst="ff:ff:ff:ff:ff:ff")/Dot1Q(vlan=5,prio=3)/ARP(pdst="10.9.30.50")' \
        -o fields=Dot1Q.vlan,Dot1Q.prio,ARP.hwsrc
    expect "ARP with a VLAN tag" 0
    says out "5	3	$hwaddr"
    in_net w "$cleave" sr1 -i w0 \
        "Ether(dst='$hwaddr')/Dot1Q(vlan=5)/IP(dst='10.9.30.50')/ICMP(id=4)/'abc'" \
        -o fields=Dot1Q.vlan,ICMP.type,Raw.load
    expect "an echo request with a VLAN tag" 0
    says out "5	0	b'abc'"
    # Another station's frame, which the interface hears as well.
    in_net w "$cleave" sr1 -i w0 --timeout 300ms \
        "Ether(dst='02:00:00:00:00:77')/IP(dst='10.9.30.50')/ICMP()"
    expect "an echo request to another hardware address" 1
    answered "answer to these" 0
}
