# SPDX-License-Identifier: BSD-2-Clause
# The IPv6 part of tests/net/run, which sources it:
# a (fd00:9::2) -- r (fd00:9::1, fd00:91::1) -- b (fd00:91::2), beside the IPv4 addresses.

make_net6() {
    ip -n a -6 addr add fd00:9::2/64 dev a0 nodad &&
        ip -n r -6 addr add fd00:9::1/64 dev r0 nodad &&
        ip -n r -6 addr add fd00:91::1/64 dev r1 nodad &&
        ip -n b -6 addr add fd00:91::2/64 dev b0 nodad &&
        ip -n a -6 route add default via fd00:9::1 &&
        ip -n b -6 route add default via fd00:91::1 &&
        ip netns exec r sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
            echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
}

six() {
    make_net6 2>/dev/null || { echo "skipped: no IPv6 here"; return; }
    far=$(ip -n r -6 -o addr show dev r0 scope link | sed 's,.*inet6 \([^/ ]*\).*,\1,')
    own=$(ip -n a -6 -o addr show dev a0 scope link | sed 's,.*inet6 \([^/ ]*\).*,\1,')
    packets6
    ping6_without_rights
    ping6
    ping6_words
}

packets6() {
    clv sr1 'IPv6(dst="::1")/ICMPv6EchoRequest(id=7)' -o fields=IPv6.src,ICMPv6EchoReply.id
    expect "IPv6 on loopback" 0
    says out '::1	7|::1	0x7'
    clv sr1 'IPv6(dst="::1")/TCP(dport=9)' -o fields=TCP.flags
    expect "a closed port on the IPv6 loopback" 0
    says out 'RA'
    ip -n a -6 neigh flush all
    clv sr1 'IPv6(dst="fd00:9::1")/ICMPv6EchoRequest()' -o fields=IPv6.src,IPv6.hlim
    expect "an IPv6 neighbour that the kernel does not know" 0
    says out 'fd00:9::1	64'
    clv sr1 'IPv6(dst="fd00:91::2")/ICMPv6EchoRequest()' -o fields=IPv6.src,IPv6.hlim
    expect "IPv6 through a router" 0
    says out 'fd00:91::2	63'
    clv sr1 'IPv6(dst="fd00:91::2")/UDP(dport=40000)/"x"' -o line
    expect "a closed UDP port over IPv6" 0
    says out '.*==> .*ICMPv6DestUnreach fd00:91::2 > fd00:9::2 .*port-unreachable.*'
    clv sr1 'IPv6(dst="fd00:91::2", hlim=1)/TCP(dport=80)' -o line
    expect "an IPv6 hop limit that ends at the router" 0
    says out '.*==> .*ICMPv6TimeExceeded fd00:9::1 > fd00:9::2 .*'
    clv sr1 'IPv6(dst="fd00:91::2")/IPv6ExtHdrDestOpt()/ICMPv6EchoRequest(seq=7)' \
        -o fields=IPv6.src,ICMPv6EchoReply.seq
    expect "an answer without the extension headers of its request" 0
    says out 'fd00:91::2	0x7'
    clv sr1 'IPv6(dst="fd00:91::2", hlim=1)/IPv6ExtHdrDestOpt()/UDP(dport=7)/"x"' \
        -o fields=IPv6.src,ICMPv6TimeExceeded.code
    expect "an error that quotes extension headers" 0
    says out 'fd00:9::1	0'
    clv sr 'IPv6(dst="fd00:91::2")/TCP(dport=(1,50))' -o fields=TCP.sport
    expect "fifty ports over IPv6" 0
    lines out 50
    clv sr1 "IPv6(dst='$far%a0')/ICMPv6EchoRequest()" -o fields=IPv6.src
    expect "a link-local address with its zone" 0
    says out "$far"
    clv sr1 'IPv6(dst="ff02::1%a0")/ICMPv6EchoRequest()' -o fields=IPv6.src
    expect "a group on the link" 0
    says out 'fe80::.*'
    clv sr1 "IPv6(dst='fe80::1%nosuch')/ICMPv6EchoRequest()"
    expect "a zone that is no interface" 2
    says err ".*nosuch.*"
    clv sr1 'IPv6(dst="fd00:9::77")/ICMPv6EchoRequest()'
    expect "an IPv6 neighbour that does not answer" 1
    says err '.*no neighbour answers.*'
}

ping6() {
    clv ping -c 2 -i 0.1 fd00:91::2
    expect "ping to an IPv6 address" 0
    says out 'PING fd00:91::2\(fd00:91::2\) 56 data bytes'
    says out "64 bytes from fd00:91::2: icmp_seq=2 ttl=63 time=$ms ms"
    says out '2 packets transmitted, 2 received, 0% packet loss, time 1[0-9][0-9]ms'
    says out "rtt min/avg/max/mdev = $four ms"
    lines out 7
    lines err 0
    clv ping -c 1 fd00:9::2
    expect "ping to an IPv6 address of our own" 0
    clv ping -c 1 "$own%a0"
    expect "ping to our own address on a link" 0
    says out "64 bytes from $own%a0: icmp_seq=1 ttl=64 time=$ms ms"
    clv ping -c 1 "$far%a0"
    expect "ping with a zone" 0
    says out "PING $far%a0\($far%a0\) 56 data bytes"
    says out "64 bytes from $far%a0: icmp_seq=1 ttl=64 time=$ms ms"
    clv ping -c 1 -I a0 "$far"
    expect "ping with an interface for a zone" 0
    says out "PING $far\($far\) from $own%a0 a0: 56 data bytes"
    clv ping -c 1 ff02::1%a0
    expect "ping to a group of IPv6" 0
    says out "64 bytes from $far%a0: icmp_seq=1 ttl=64 time=$ms ms"
    clv ping -c 1 -t 1 -D fd00:91::2
    expect "ping with a hop limit that ends at the router" 1
    says out '\[[0-9]{10}\.[0-9]{6}\] From fd00:9::1 icmp_seq=1 Time exceeded: Hop limit'
    clv ping -c 1 fd00:77::1
    expect "ping to an IPv6 net that the router does not know" 1
    says out 'From fd00:9::1 icmp_seq=1 Destination unreachable: No route'
    clv ping -c 1 fd00:9::88
    expect "ping to an IPv6 neighbour that does not answer" 1
    says out 'From fd00:9::2 icmp_seq=1 Destination unreachable: Address unreachable'
    clv ping -c 1 -s 1453 fd00:91::2
    expect "ping with more than fits into IPv6" 1
    says err 'ping: local error: message too long, mtu: 1500'
    ip -n r link set r1 mtu 1280
    clv ping -c 1 -s 1400 fd00:91::2
    expect "ping with more than fits further on" 1
    says out 'From fd00:9::1 icmp_seq=1 Packet too big: mtu=1280'
    ip -n r link set r1 mtu 1500
    clv ping -c 1 -b -4 -6 ::1
    expect "ping -4 -6" 2
    clv ping -c 1 -6 10.9.0.1
    expect "ping -6 to an IPv4 address" 2
    clv ping -c 1 -s 65528 ::1
    expect "ping with more than IPv6 can carry" 2
    [ -d /run/netns ] && ip netns exec h2 true 2>/dev/null || return
    in_net h2 "$cleave" ping -c 2 -i 0.3 ff02::1%e0
    expect "ping, and two IPv6 hosts answer" 0
    says out "64 bytes from fe80::[0-9a-f:]+%e0: icmp_seq=1 ttl=64 time=$ms ms"
    says out "64 bytes from fe80::[0-9a-f:]+%e0: icmp_seq=1 ttl=64 time=$ms ms \(DUP!\)"
    says out '2 packets transmitted, 2 received, \+[12] duplicates, 0% packet loss, time 3[0-9]+ms'
}

ping6_words() {
    # Names: of the host itself, of an alias, of one host with two kinds of addresses.
    printf '127.0.0.1 localhost\n::1 localhost six\nfd00:91::2 bob\n10.9.1.2 bob\nfd00:91::2 bill\n' \
        >$work/hosts
    mount --bind $work/hosts /etc/hosts
    same_words <<END
-c 2 -i 0.2 fd00:91::2
-c 1 ::1
-c 1 localhost
-c 1 six
-n -c 1 six
-c 1 bob
-c 1 bill
-q -c 1 bob
-f -c 3 bob
-c 1 -t 1 bob
-4 -c 1 ::1
-6 -c 1 10.9.0.1
-4 -6 -c 1 ::1
-c 3 -i 0.2 -D fd00:9::1
-s 0 -c 1 fd00:91::2
-s 15 -c 1 fd00:91::2
-s 1452 -c 1 fd00:91::2
-c 1 -I a0 fd00:91::2
-c 1 -I fd00:9::2 fd00:91::2
-c 1 -I $own%a0 $far
-c 1 $far%a0
-c 1 $far
-c 2 -i 0.3 ff02::2%a0
-c 1 fe80::1%nosuch
-f -t 1 -c 5 fd00:91::2
-c 1 fd00:77::2
-c 1 fd00:9::89
-c 1 fd00:9::2
-O -c 2 -i 0.3 -W 1 fd00:91::99
-f -c 30 fd00:91::2
-6 -c 1 nosuch.invalid
END
    umount /etc/hosts
    ip -n a -6 route del default
    printf 'fd00:91::2 bob\n10.9.1.2 bob\n' >$work/hosts
    mount --bind $work/hosts /etc/hosts
    same_words <<END
-c 1 -6 bob
-c 1 fd00:91::2
END
    ip -n a -4 route add default via 10.9.0.1 2>/dev/null
    clv ping -c 1 bob
    expect "ping to a name, the way to one of whose addresses is not there" 0
    says out "64 bytes from bob \(10\.9\.1\.2\): icmp_seq=1 ttl=63 time=$ms ms"
    umount /etc/hosts
}

# Errors that the kernel's ping socket tells of.
ping6_without_rights() {
    ip netns exec a sh -c 'echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range' 2>/dev/null &&
        cp "$cleave" /run/cleave && chmod 755 /run /run/cleave &&
        setpriv --reuid=65534 --regid=65534 --clear-groups /run/cleave --version >/dev/null 2>&1 || {
        echo "skipped: no other user, or no ping sockets here"
        return
    }
    nobody="setpriv --reuid=65534 --regid=65534 --clear-groups /run/cleave"
    in_net a $nobody ping -n -c 1 fd00:91::2
    expect "ping of IPv6 without privileges, through a router" 0
    says out "64 bytes from fd00:91::2: icmp_seq=1 ttl=63 time=$ms ms"
    in_net a $nobody ping -n -o json -c 1 -t 1 fd00:91::2
    expect "an error of IPv6 from the router" 1
    says out '\{"type":"error","seq":1,"addr":"fd00:9::1","icmp_type":3,"icmp_code":0\}'
    ip netns exec a sh -c 'echo 1 0 >/proc/sys/net/ipv4/ping_group_range'
}
