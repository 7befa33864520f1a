# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# The scripts that come with cleave, against real peers: what is not installed is left out.

scripts() {
    clv run sweep 10.9.0.0/30 -p 1-100 -t 1 -b 0.2
    expect "a sweep of closed ports" 1
    in_net a setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
        "$cleave" run sweep 10.9.0.1 -p 80 -a
    expect "a sweep without rights" 1
    says out '10\.9\.0\.1 +80  refused +-'
    in_net a setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
        "$cleave" run icmpprobe 10.9.0.1
    expect "a probe without rights" 3
    says err '.*not permitted.*'
    clv run icmpprobe 10.9.0.1
    expect "the kernel's clock" 0
    says out '10\.9\.0\.1 +timestamp  ..:..:......  +[+-][0-9]+ ms  -'
    clv run ipid 10.9.0.1 -g 0.01 --json
    expect "how the kernel counts" 0
    says out '\{"class":"[a-z ,]+","idle":(true|false),"ids":\[[0-9,]+\],"target":"10\.9\.0\.1"\}'
    clv run trace 10.9.1.2,10.9.0.1
    expect "the way through a router" 0
    says out '10\.9\.1\.2 +1  10\.9\.0\.1 +[0-9.]+  -'
    says out '10\.9\.1\.2 +2  10\.9\.1\.2 +[0-9.]+  reached'
    says out '10\.9\.0\.1 +1  10\.9\.0\.1 +[0-9.]+  reached'
    ip -n r link set r1 mtu 1300
    clv run pmtu 10.9.1.2 --json
    expect "a narrow path" 0
    says out '\{"by":"10\.9\.0\.1","limit":"told by a router","mtu":1300,"target":"10\.9\.1\.2"\}'
    ip -n r link set r1 mtu 1500
    clv run pmtu 10.9.1.2 -m 9000
    expect "a path as wide as our own" 0
    says out '10\.9\.1\.2 +1500  our own interface +-'
    in_net a sh -c "'$cleave' run neighbours6 -i a0 -t 1"
    expect "neighbours that speak IPv6" 0
    says out 'fe80::[0-9a-f:]+ +[0-9a-f:]{17}  no +(echo reply|option refused|neighbour .*|listener report) .*'
    scripts_watch
    scripts_web
    scripts_names
}

scripts_watch() {
    in_net a sh -c "
        timeout 20 '$cleave' run spoofwatch -i a0 &
        sleep 0.7
        '$cleave' send -q -i a0 'Ether(src=\"02:00:00:00:00:01\")/ARP(op=2, hwsrc=\"02:00:00:00:00:01\", psrc=\"10.9.0.77\")'
        '$cleave' send -q -i a0 'Ether(src=\"02:00:00:00:00:02\")/ARP(op=2, hwsrc=\"02:00:00:00:00:02\", psrc=\"10.9.0.77\")'
        sleep 0.5
        kill -INT \$(pgrep -P \$!)
        wait \$!"
    expect "a watcher ends at ^C, with what it saw" 0
    says out '[0-9.]+ +10\.9\.0\.77 +02:00:00:00:00:01  02:00:00:00:00:02  ARP reply'
    in_net a sh -c "
        timeout 20 '$cleave' run talkers -i a0 --json &
        sleep 0.7
        '$cleave' ping -c 2 -i 0.1 10.9.0.1 >/dev/null
        sleep 0.3
        kill -INT \$(pgrep -P \$!)
        wait \$!"
    expect "talkers on the wire" 0
    says out '\{"bytes":392,"packets":4,.*"who":"10\.9\.0\.1 - 10\.9\.0\.2"\}'
}

scripts_web() {
    has nginx || return
    secure=
    if has openssl; then
        openssl req -x509 -newkey rsa:2048 -nodes -keyout $work/key -out $work/cert -days 30 \
            -subj '/O=Try/CN=www.example.test' -addext 'subjectAltName=DNS:www.example.test,IP:10.9.0.1' \
            2>/dev/null
        secure="server { listen 10.9.0.1:443 ssl; ssl_certificate $work/cert; ssl_certificate_key $work/key; }"
    fi
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
    $secure
}
END
    ip netns exec r nginx -c $work/nginx.conf -p $work >/dev/null 2>&1 &
    server=$!
    wait_for 80 tcp
    clv run sweep 10.9.0.1 -p 79-81
    expect "a sweep finds nginx" 0
    says out '10\.9\.0\.1 +80  open +HTTP/1\.1 200 OK, nginx.*'
    lines out 2
    if [ "$secure" ]; then
        want=$(openssl x509 -in $work/cert -outform DER | sha256sum | cut -d' ' -f1)
        clv run certs 10.9.0.1 --json
        expect "nginx's certificate" 0
        says out ".*\"chain\":1,\"cipher\":\"0xc02b\".*|.*\"chain\":1,\"cipher\":\"0xc0(2f|30)\".*"
        says out ".*\"names\":\[\"www\.example\.test\",\"10\.9\.0\.1\"\].*\"sha256\":\"$want\".*"
        says out '.*"subject":"O=Try, CN=www\.example\.test","version":"TLS 1\.2".*'
    fi
    kill $server
}

scripts_names() {
    has dnsmasq || return
    dns_server
    clv run resolver 10.9.0.1 -q www.example.test -z example.test
    expect "what dnsmasq tells" 0
    says out '10\.9\.0\.1 +recursion +open +ok, 1 answers'
    says out '10\.9\.0\.1 +version\.bind +told +dnsmasq-.*'
    says out '10\.9\.0\.1 +transfer +closed .*'
    clv run rogue-dhcp -i a0 -t 2 --json
    expect "dnsmasq is not known" 0
    says out '\{"dns":"10\.9\.0\.1",.*"known":false,"lease":3600,.*"offers":"10\.9\.0\.1[01][0-9]",.*"server":"10\.9\.0\.1"\}'
    clv run rogue-dhcp -i a0 -t 2 -k 10.9.0.1
    expect "dnsmasq is known" 1
    says out '10\.9\.0\.1 +[0-9a-f:]+  yes .*'
    kill $server
}
