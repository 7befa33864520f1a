# SPDX-License-Identifier: BSD-2-Clause
# The part of tests/net/run about arping, which sources it: p0 (10.9.20.1) and p1 (10.9.20.2 to .5) of
# path.sh.

arping() {
    in_net p0 "$cleave" arping "$@"
}

arp() {
    for i in 3 4 5; do
        ip -n p1 addr add 10.9.20.$i/24 dev e0
    done
    ip -n p1 link set e0 address 00:00:5e:01:02:0c
    arp_one
    arp_net
    arp_claims
    arp_words
}

arp_one() {
    arping -c 2 -i 0.2 10.9.20.2
    expect "arping" 0
    says out 'ARPING 10\.9\.20\.2 from 10\.9\.20\.1 e0'
    says out 'Unicast reply from 10\.9\.20\.2 \[00:00:5E:01:02:0C\]  [0-9]+\.[0-9]{3}ms'
    says out 'Sent 2 probes \(1 broadcast\(s\)\)'
    says out 'Received 2 response\(s\)'
    lines out 5
    lines err 0
    within 1100 2000
    arping -b -c 2 -i 0.1 10.9.20.2
    expect "arping -b" 0
    says out 'Sent 2 probes \(2 broadcast\(s\)\)'
    arping -f 10.9.20.2
    expect "arping -f" 0
    within 0 800
    arping -q -c 1 10.9.20.2
    expect "arping -q" 0
    lines out 0
    arping -s 10.9.1.99 -I e0 -c 1 10.9.20.5
    expect "arping -s" 0
    says out 'ARPING 10\.9\.20\.5 from 10\.9\.1\.99 e0'
    arping -w 0.5 10.9.20.77
    expect "arping without an answer" 1
    says out 'Received 0 response\(s\)'
    within 450 1500
    arping -c 3 -w 0.5 10.9.20.2
    expect "arping -w with fewer replies than -c" 1
    arping -c 1 10.9.22.2
    expect "arping beyond a router" 1
    says err 'arping: 10\.9\.22\.2 is no neighbour: the way to it is through 10\.9\.20\.2'
    arping 10.9.20.1
    expect "arping to an address of our own" 2
    says err 'arping: 10\.9\.20\.1 is an address of this host: name its interface, -I'
    arping fd00:20::2
    expect "arping to an IPv6 address" 2
    in_net p0 timeout --foreground --preserve-status -k 0.15 -s INT 0.7 "$cleave" arping -i 0.2 10.9.20.2
    expect "arping and ^C" 0
    says out 'Received [34] response\(s\)'
    within 650 1000
}

arp_net() {
    arping 10.9.20.7/28
    expect "arping to a net" 0
    says out 'ARPING 10\.9\.20\.0/28 from 10\.9\.20\.1 e0'
    for i in 2 3 4 5; do
        says out "10\.9\.20\.$i        00:00:5e:01:02:0c(  .*)?"
    done
    says out 'Sent 28 probes \(28 broadcast\(s\)\)'
    says out 'Received 4 response\(s\)'
    lines out 7
    arping -f 10.9.20.0/24
    expect "arping -f to a net" 0
    lines out 4
    arping -c 1 10.9.20.16/30
    expect "arping to a net where nobody is" 1
    lines out 3
    arping -o json -c 1 10.9.20.0/29
    expect "arping -o json" 0
    says out '\{"type":"start","target":"10\.9\.20\.0/29","source":"10\.9\.20\.1","iface":"e0"\}'
    says out '\{"type":"reply","addr":"10\.9\.20\.5","mac":"00:00:5e:01:02:0c",.*,"duplicate":false\}'
    says out '\{"type":"summary","sent":8,"broadcasts":8,"received":4,"hosts":4\}'
    lines out 6
    # The lists of makers, in each of their forms.
    mount -t tmpfs none /usr/share || return
    mkdir /usr/share/nmap /usr/share/wireshark /usr/share/ieee-data
    printf '# Wireshark\n00:00:5E\tShort\tLong Inc.\n00:00:5E:10:00:00/28\tOther\tOther\n' \
        >/usr/share/wireshark/manuf
    maker 'Long Inc\.'
    printf '# nmap\n000000 Nobody\n00005E Maker One\n' >/usr/share/nmap/nmap-mac-prefixes
    maker 'Maker One'
    printf 'OUI/MA-L\tOrganization\r\n\r\n00-00-5E   (hex)\t\tMaker \033Two\r\n%s\r\n' \
        '00005E     (base 16)		Maker Base' >/usr/share/ieee-data/oui.txt
    maker 'Maker \\x1bTwo'
    printf 'Registry,Assignment,Organization Name,Organization Address\r\n%s\r\n%s\r\n' \
        'MA-L,00005E,"The ""Big"" One, Ltd",There' 'MA-L,00005F,Other,There' \
        >/usr/share/ieee-data/oui.csv
    maker 'The "Big" One, Ltd'
    printf 'MA-M,00005E0,Small\r\n' >/usr/share/ieee-data/mam.csv
    printf 'MA-S,00005E010,Part,"There\r\n' >/usr/share/ieee-data/oui36.csv
    maker Part
    umount /usr/share
}

# maker PATTERN: who made the interface of p1.
maker() {
    arping -f 10.9.20.2/30
    expect "arping and a list of makers" 0
    says out "10\.9\.20\.2        00:00:5e:01:02:0c  $1"
}

# Duplicates, and what we tell of ourselves.
arp_claims() {
    arping -D -c 2 10.9.20.2
    expect "arping -D of an address in use" 1
    says out 'ARPING 10\.9\.20\.2 from 0\.0\.0\.0 e0'
    says out 'Sent 1 probes \(1 broadcast\(s\)\)'
    arping -D -c 1 10.9.20.99
    expect "arping -D of a free address" 0
    ip -n p0 link add free0 type veth peer name free1
    ip -n p0 link set free0 up
    ip -n p0 link set free1 up
    ip -n p0 route del default
    arping -D -c 1 -I free0 10.9.99.1
    expect "arping -D on an interface without an address or a route" 0
    says out 'ARPING 10\.9\.99\.1 from 0\.0\.0\.0 free0'
    ip -n p0 route add default via 10.9.20.2
    mac=$(ip netns exec p0 cat /sys/class/net/e0/address)
    for letter in U A; do
        in_net p0 sh -c "
            ip netns exec p1 timeout 5 '$cleave' sniff -i e0 -f arp -c 1 -o fields=ARP.op,ARP.hwsrc,ARP.psrc,ARP.pdst &
            sleep 0.5
            '$cleave' arping -q -$letter -c 1 -I e0 10.9.20.1
            echo status \$?
            wait \$!"
        expect "arping -$letter" 0
        says out "[12]	$mac	10\.9\.20\.1	10\.9\.20\.1"
        says out 'status 0'
    done
}

# Word for word as the arping of iputils, where that is installed.
arp_words() {
    command arping -V 2>/dev/null | grep -q iputils || {
        echo "skipped: no arping to compare with"
        return
    }
    while read -r letters; do
        test="arping $letters, compared"
        in_net p0 arping $letters
        { sed -E "s/[0-9.]+ms/T/g" $work/out; echo $status; } >$work/theirs
        arping $letters
        { sed -E "s/[0-9.]+ms/T/g" $work/out; echo $status; } >$work/ours
        if cmp -s $work/theirs $work/ours; then
            passed=$((passed + 1))
        else
            diff $work/theirs $work/ours >$work/out
            complain "other words than theirs"
        fi
    done <<'END'
-c 2 10.9.20.2
-f -b -I e0 10.9.20.3
-c 1 10.9.20.77
-q -f 10.9.20.2
-D -c 2 -I e0 10.9.20.2
-U -c 1 -I e0 10.9.20.1
-c 1 -I e0 10.9.20.1
END
}
