# SPDX-License-Identifier: BSD-2-Clause
# Real peers, for tests/net/run, which sources it: nginx, dnsmasq, and tcpdump as a second witness.
# Each is left out where it is not installed.

peers() {
    web
    names
    leases
    witness
}

has() {
    command -v "$1" >/dev/null && return
    echo "skipped: $1 is missing"
    return 1
}

# wait_for PORT TCP|UDP: somebody in r listens there.
wait_for() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        ip netns exec r ss -Hln --$2 "sport = $1" 2>/dev/null | grep -q . && return
        sleep 0.1
    done
}

web() {
    has nginx || return
    cat >$work/nginx.conf <<END
daemon off;
master_process off;
user root;
pid $work/nginx.pid;
error_log $work/nginx.log;
events {}
http {
    access_log off;
    server { listen 10.9.0.1:80; return 200 "hello\n"; }
}
END
    ip netns exec r nginx -c $work/nginx.conf -p $work >/dev/null 2>&1 &
    server=$!
    wait_for 80 tcp
    clv sr 'IP(dst="10.9.0.1")/TCP(dport=[80, 81], flags="S")' -o fields=TCP.sport,TCP.flags
    expect "nginx and a closed port" 0
    says out '80	SA'
    says out '81	RA'
    in_net a sh -c "
        timeout 8 '$cleave' sniff -i a0 -f 'tcp port 80' --stop-when HTTPResponse \
            --where 'HTTPRequest or HTTPResponse' \
            -o fields=HTTPRequest.Path,HTTPResponse.Status_Code,frame.len,Raw.load &
        sleep 0.7
        printf 'GET /index HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n' | socat - TCP:10.9.0.1:80 >/dev/null
        wait \$!"
    expect "sniff what a browser says and gets" 0
    says out "'/index'		[0-9]+	"
    says out "	'200'	[0-9]+	b'hello.n'"
    kill $server
}

dns_server() {
    ip netns exec r dnsmasq --no-daemon --conf-file=/dev/null --no-resolv --no-hosts --user=root \
        --bind-interfaces --listen-address=10.9.0.1 --address=/www.example.test/10.1.2.3 \
        --txt-record=www.example.test,some,text --host-record=six.example.test,fd00::7 \
        --local=/test/ --dhcp-range=10.9.0.100,10.9.0.110,1h --dhcp-leasefile=$work/leases \
        --no-ping --pid-file=$work/dnsmasq.pid >$work/dnsmasq.log 2>&1 &
    server=$!
    wait_for 53 udp
}

names() {
    has dnsmasq || return
    dns_server
    ask='IP(dst="10.9.0.1")/UDP(sport=RandShort())/DNS(id=RandShort(), qd=[DNSQR(qname="NAME", qtype="TYPE")])'
    for row in 'www.example.test A 0	10\.1\.2\.3' 'six.example.test AAAA 0	fd00::7' \
        'www.example.test TXT .*some.*text.*' 'none.test A 3	'; do
        set -- $row
        expr=$(echo "$ask" | sed "s/NAME/$1/; s/TYPE/$2/")
        clv sr1 "$expr" -o fields=DNS.rcode,DNSRR.rdata
        expect "dnsmasq: $2 of $1" 0
        says out "${row#* * }"
    done
    clv sr 'IP(dst="10.9.0.1")/UDP(sport=(20000,20099))/DNS(id=(1,100), qd=[DNSQR(qname="www.example.test")])' \
        --rate 2k -c 100 -o fields=DNS.id
    expect "a hundred questions" 0
    lines out 100
    kill $server
    wait $server 2>/dev/null # its ports are free then
}

leases() {
    has dnsmasq || return
    dns_server
    mac=$(ip netns exec a cat /sys/class/net/a0/address)
    bytes=$(echo $mac | sed 's/\([0-9a-f][0-9a-f]\):*/\\x\1/g')
    ask="Ether(dst='ff:ff:ff:ff:ff:ff')/IP(src='0.0.0.0', dst='255.255.255.255')/UDP(sport=68, dport=67)/BOOTP(xid=77, flags='B', chaddr=b'$bytes')"
    clv sr1 -i a0 "$ask/DHCP(options=[('message-type', 'discover'), ('hostname', 'try'), 'end'])" \
        -o fields=BOOTP.xid,BOOTP.yiaddr
    expect "dnsmasq offers a lease" 0
    says out '77	10\.9\.0\.1[01][0-9]'
    address=$(cut -f2 $work/out)
    clv sr1 -i a0 "$ask/DHCP(options=[('message-type', 'request'), ('requested_addr', '$address'), ('server_id', '10.9.0.1'), 'end'])" -o expr
    expect "and gives it" 0
    says out ".*'ack'.*|.*\\('message-type', 5\\).*"
    says out ".*\\('server_id', '10\\.9\\.0\\.1'\\).*"
    kill $server
    wait $server 2>/dev/null
}

# tcpdump writes down what came, and it is what was built.
witness() {
    has tcpdump || return
    set='IP(src="10.9.0.2", dst="10.9.0.1", id=(1,50))/UDP(sport=5, dport=[7, 9])/"seen"'
    ip netns exec r tcpdump -i r0 -U -w $work/seen.pcap -c 100 --immediate-mode udp 2>/dev/null &
    dumper=$!
    sleep 0.7
    clv send --rate 2k "$set"
    expect "send before a witness" 0
    timeout 5 tail --pid=$dumper -f /dev/null
    kill $dumper 2>/dev/null
    "$cleave" read $work/seen.pcap -o fields=IP.id,UDP.dport,UDP.chksum,Raw.load >$work/out
    "$cleave" build "$set" -o fields=IP.id,UDP.dport,UDP.chksum,Raw.load >$work/want
    test="what tcpdump saw"
    cmp -s $work/want $work/out && passed=$((passed + 1)) || {
        complain "other packets"
        diff $work/want $work/out | head -5
    }
    tcpdump -nr $work/seen.pcap -v 2>/dev/null | grep -q 'bad udp cksum' &&
        complain "a bad checksum" || passed=$((passed + 1))
}
