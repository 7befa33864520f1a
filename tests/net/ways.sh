# SPDX-License-Identifier: BSD-2-Clause
# The way of a packet at the first try, for tests/net/run, which sources it: routes that are more
# specific, rules, two interfaces, VLANs, addresses of our own, what is not known yet.

ways() {
    two_ways
    rules
    vlan
    own_address
    nothing_known
}

# A second link, a1 (10.8.0.2) -- r2 (10.8.0.1), and a route through it for one host alone.
two_ways() {
    ip link add a1 netns a type veth peer name r2 netns r
    ip -n a addr add 10.8.0.2/24 dev a1
    ip -n r addr add 10.8.0.1/24 dev r2
    ip -n a link set a1 up
    ip -n r link set r2 up
    ip -n a route add 10.9.1.2/32 via 10.8.0.1
    ip -n b route add 10.8.0.0/24 via 10.9.1.1
    clv sr1 'IP(dst="10.9.1.2")/ICMP()' -o fields=IP.src,IP.dst
    expect "a more specific route" 0
    says out '10\.9\.1\.2	10\.8\.0\.2'
    clv sr1 'IP(dst="10.9.1.1")/ICMP()' -o fields=IP.src,IP.dst
    expect "the default route beside it" 0
    says out '10\.9\.1\.1	10\.9\.0\.2'
    clv sr1 -i a0 'IP(dst="10.9.1.2")/ICMP()' -o fields=IP.dst
    expect "an interface that is named wins over the route" 0
    says out '10\.9\.0\.2'
    clv sr 'IP(dst=["10.9.0.1", "10.8.0.1"])/ICMP()' -o fields=IP.src,IP.dst
    expect "one set through two interfaces" 0
    says out '10\.9\.0\.1	10\.9\.0\.2'
    says out '10\.8\.0\.1	10\.8\.0\.2'
    clv send 'IP(dst="10.8.0.1")/UDP(dport=(1,9))' 'IP(dst="10.9.0.1")/UDP(dport=(1,9))'
    expect "send through two interfaces" 0
    says err 'cleave: 18 packets sent, 504 bytes.*'
    ip -n a route del 10.9.1.2/32
}

# A rule by source address chooses another table.
rules() {
    ip -n a addr add 10.9.77.1/32 dev a1
    ip -n a rule add from 10.9.77.1 table 77 &&
        ip -n a route add default via 10.8.0.1 dev a1 table 77 || {
        echo "skipped: no policy rules here"
        return
    }
    ip -n r route add 10.9.77.1/32 via 10.8.0.2
    ip -n b route add 10.9.77.1/32 via 10.9.1.1
    clv sr1 --source 10.9.77.1 'IP(dst="10.9.1.2")/ICMP()' -o fields=IP.src,IP.dst
    expect "a rule for our source address" 0
    says out '10\.9\.1\.2	10\.9\.77\.1'
    in_net a sh -c "
        timeout 5 '$cleave' sniff -i a1 -c 1 -f 'icmp[icmptype] == icmp-echo' -o fields=IP.src &
        sleep 0.5
        '$cleave' send -q 'IP(src=\"10.9.77.1\", dst=\"10.9.1.2\")/ICMP()'
        wait \$!"
    expect "the rule holds for an address in the packet, too" 0
    says out '10\.9\.77\.1'
    ip -n a rule del from 10.9.77.1 table 77
    ip -n a addr del 10.9.77.1/32 dev a1
}

vlan() {
    ip -n a link add link a0 name a0.7 type vlan id 7 2>/dev/null &&
        ip -n r link add link r0 name r0.7 type vlan id 7 || {
        echo "skipped: no VLANs here"
        return
    }
    ip -n a addr add 10.7.0.2/24 dev a0.7
    ip -n r addr add 10.7.0.1/24 dev r0.7
    ip -n a link set a0.7 up
    ip -n r link set r0.7 up
    clv sr1 'IP(dst="10.7.0.1")/ICMP()' -o fields=IP.src,IP.dst
    expect "through a VLAN interface" 0
    says out '10\.7\.0\.1	10\.7\.0\.2'
    clv sr1 -i a0 "Ether(dst=\"$(ip netns exec r cat /sys/class/net/r0/address)\")/Dot1Q(vlan=7)/IP(src=\"10.7.0.2\", dst=\"10.7.0.1\")/ICMP()" -o line
    expect "a tag of our own on the interface below" 0
    ip -n a link del a0.7
}

own_address() {
    clv sr1 'IP(dst="10.9.0.2")/ICMP()' -o fields=IP.src,IP.dst
    expect "an address of our own" 0
    says out '10\.9\.0\.2	10\.9\.0\.2'
    clv sr1 'IP(dst="10.9.0.2")/TCP(dport=9)' -o fields=TCP.flags
    expect "a closed port of our own" 0
    says out 'RA'
    clv ping -c 1 10.9.0.2
    expect "ping ourselves" 0
}

# Neither the neighbour nor the gateway has been spoken to.
nothing_known() {
    ip -n a neigh flush all
    clv sr1 'IP(dst="10.9.1.2")/ICMP()' -o fields=IP.src
    expect "a gateway whose hardware address is not known yet" 0
    says out '10\.9\.1\.2'
    # A router tells of no more than one a second, once it has told of many.
    clv sr1 --timeout 1s --retry 5 'IP(dst="10.200.0.1")/ICMP()' -o line
    expect "no answer, or the router's" 0
    says out '.*dest-unreach.*|.*ICMP.*'
    ip -n a link del a1
    ip -n a route del default
    clv sr1 'IP(dst="10.200.0.1")/ICMP()'
    expect "no route" 2
    says err 'cleave: .*10\.200\.0\.1.*'
    ip -n a route add default via 10.9.0.1
}
