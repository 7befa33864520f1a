# SPDX-License-Identifier: BSD-2-Clause
# It always stops, for tests/net/run, which sources it: every subcommand that waits, where nothing
# comes in, with ^C once and twice, on an interface that goes down or away, with a pipe that is closed
# and a disk that is full. z (10.9.40.2) -- y (10.9.40.1 later), both without IPv6, so that it is silent.

make_stop() {
    for name in z y; do
        ip netns add $name
        ip netns exec $name sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
            echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
        ip -n $name link set lo up
    done
    make_wire
}

make_wire() {
    ip link add z0 netns z type veth peer name y0 netns y
    ip -n z addr add 10.9.40.2/24 dev z0
    ip -n z link set z0 up
    ip -n y link set y0 up
    ip -n z neigh replace 10.9.40.9 lladdr 02:00:00:00:00:09 dev z0 nud permanent
}

stop() {
    make_stop
    stop_silent
    stop_signals
    stop_down
    stop_gone
    ip -n y addr add 10.9.40.1/24 dev y0
    stop_pipes
    stop_disks
}

# begin ARGUMENT...: cleave in z, in the background, as job. It may ignore no signal.
begin() {
    # In the background sh ignores SIGINT.
    ip netns exec z env --default-signal=INT "$cleave" "$@" >$work/out 2>$work/err </dev/null &
    job=$!
    (sleep 10 && kill -9 $job) >/dev/null 2>&1 &
    guard=$!
    sleep 0.4
}

# finish ACTION...: it does this, and waits for the job; $took is since then.
finish() {
    begin=$(date +%s%N)
    "$@"
    wait $job
    status=$?
    took=$((($(date +%s%N) - begin) / 1000000))
    kill $guard
} 2>/dev/null

every_verb() {
    cat <<'END'
send --loop --rate 50 IP(dst="10.9.40.9")/ICMP()
sr --loop --rate 50 IP(dst="10.9.40.9")/ICMP()
sr1 --timeout 20 IP(dst="10.9.40.9")/ICMP()
sr1 --timeout 20 IP(dst="10.9.40.77")/ICMP()
sniff -i z0
answer -i z0 10.9.40.50
ping -i 0.2 10.9.40.9
ping -i 0.2 10.9.40.77
traceroute -n 10.9.40.9
arping 10.9.40.77
arping 10.9.40.0/24
scan --rate 50 -p 1-1000 10.9.40.9
END
}

# The line that ends each, in the file that it stands in.
last_words() {
    case $1 in
    send) says err 'cleave: [0-9]+ packets sent, .*' ;;
    sr | sr1) says err 'cleave: [0-9]+ sent, 0 answered, [0-9]+ unanswered.*' ;;
    sniff) says err 'cleave: 0 packets shown or written, .*' ;;
    answer) says err 'cleave: 0 requests, 0 answered, .*' ;;
    ping) says out '[0-9]+ packets transmitted, 0 received,.* 100% packet loss, .*' ;;
    traceroute) says out 'traceroute to .*' ;;
    scan) says err 'cleave: [0-9]+ .*' ;;
    arping) says out 'Received 0 response\(s\)|.* 0 .*' ;;
    esac
}

stop_silent() {
    in_net z "$cleave" sniff -i z0 --timeout 0.2
    expect "sniff on a silent interface" 1
    within 150 600
    in_net z "$cleave" answer -i z0 10.9.40.50 --timeout 0.2
    expect "answer on a silent interface" 1
    within 150 600
    in_net z "$cleave" sr 'IP(dst="10.9.40.9")/ICMP()' --timeout 0.2
    expect "sr on a silent interface" 1
    within 150 600
    in_net z "$cleave" sr1 'IP(dst="10.9.40.9")/ICMP()' --timeout 0.2
    expect "sr1 on a silent interface" 1
    within 150 600
    in_net z "$cleave" send 'IP(dst="10.9.40.9")/ICMP()'
    expect "send on a silent interface" 0
    in_net z "$cleave" ping -c 1 -W 0.2 10.9.40.9
    expect "ping on a silent interface" 1
    within 150 600
    in_net z "$cleave" traceroute -n -m 2 -w 0.2 10.9.40.9
    expect "traceroute on a silent interface" 1
    within 150 4000
    in_net z "$cleave" arping -w 0.3 10.9.40.77
    expect "arping on a silent interface" 1
    within 250 1600
}

# Once: the statistics within 100 ms. A busy machine gets three tries.
stop_signals() {
    every_verb >$work/verbs
    while read -r verb <&3; do
        for try in 1 2 3; do
            begin $verb
            finish kill -INT $job
            [ $took -gt 100 ] || break
        done
        test="$verb and ^C"
        within 0 100
        [ $status = 1 ] || [ "$status ${verb%% *}" = "0 send" ] || complain "exit status $status"
        last_words $verb
    done 3<$work/verbs
    stop_twice
}

# What nobody reads blocks it: the second signal ends it at once, and says so by its status.
stop_twice() {
    mkfifo $work/fifo
    sleep 5 <>$work/fifo &
    reader=$!
    ip netns exec z "$cleave" send -o hex --loop --rate 10k \
        "IP(dst='10.9.40.9')/UDP()/'$(printf %0900d 0)'" >$work/fifo 2>$work/err </dev/null &
    job=$!
    sleep 0.5
    kill $job
    sleep 0.1
    : >$work/out
    (sleep 10 && kill -9 $job) >/dev/null 2>&1 &
    guard=$!
    finish kill $job
    expect "a second signal" 143
    within 0 100
    kill $reader 2>/dev/null
}

go_down() {
    ip -n z link set z0 down
}

go_up() {
    ip -n z link set z0 up
    ip -n z neigh replace 10.9.40.9 lladdr 02:00:00:00:00:09 dev z0 nud permanent
}

# What sends says so; what listens tells it, and goes on when the interface is up again.
stop_down() {
    for verb in "send --loop --rate 50 IP(dst='10.9.40.9')/ICMP()" \
        "sr --loop --rate 50 IP(dst='10.9.40.9')/ICMP()" "traceroute -n 10.9.40.9" "arping 10.9.40.77" \
        "send --loop --rate 50 -i z0 Ether(dst='02:00:00:00:00:09')/'x'"; do
        begin $verb
        finish go_down
        expect "$verb, and the interface goes down" 2
        within 0 1500
        says err '.*(is unreachable|is down)'
        go_up
    done
    begin sr1 --timeout 3 'IP(dst="10.9.40.77")/ICMP()'
    finish go_down
    expect "sr1, and the interface goes down while a neighbour is asked" 2
    says err '.*: Network is down'
    within 0 1500
    go_up
    begin ping -w 1 -i 0.2 10.9.40.9
    finish go_down
    expect "ping, and the interface goes down" 1
    says err 'ping: sendmsg: Network is unreachable'
    go_up
    for verb in "sniff -i z0" "answer -i z0 10.9.40.50"; do
        begin $verb
        go_down
        sleep 0.5
        go_up
        sleep 0.5
        ip netns exec y ping -c 1 -W 1 -I y0 10.9.40.50 >/dev/null 2>&1
        ip netns exec y "$cleave" send -q -i y0 \
            'Ether(dst="ff:ff:ff:ff:ff:ff")/ARP(hwsrc="02:00:00:00:00:08",psrc="10.9.40.8",pdst="10.9.40.50")'
        sleep 0.2
        finish kill $job
        expect "$verb, and the interface goes down and up" 0
        says err 'cleave: z0 went down: .*'
        says err 'cleave: z0 is up again'
        says out '.*ARP who has 10\.9\.40\.50 says 10\.9\.40\.8.*'
    done
}

stop_gone() {
    while read -r verb <&3; do
        begin $verb
        finish ip -n z link del z0
        expect "$verb, and the interface is removed" 2
        within 0 1500
        make_wire
    done 3<$work/verbs
    begin sniff -i z0,lo -w $work/kept.pcapng
    ip netns exec z "$cleave" send -q 'IP(dst="10.9.40.9")/UDP()' -c 5
    sleep 0.2
    finish ip -n z link del z0
    expect "sniff -w, and the interface is removed" 2
    says err 'cleave: 5 packets shown or written, .*'
    "$cleave" read $work/kept.pcapng -o fields=UDP.dport >$work/out
    lines out 5
    make_wire
}

# piped ARGUMENT...: cleave in z, into a pipe that is closed at once; its status is what counts.
piped() {
    in_net z sh -c '{ "$@" 2>'$work/err'2; echo $? >'$work/status'; } | true' sh "$cleave" "$@"
    cp $work/err2 $work/err
    status=$(cat $work/status)
}

stop_pipes() {
    piped sniff -i z0
    expect "sniff, silent, into a closed pipe" 1
    within 0 1000
    piped answer -i z0 10.9.40.50
    expect "answer, silent, into a closed pipe" 1
    within 0 1000
    piped sr --loop --rate 50 --timeout 0.2 'IP(dst="10.9.40.9")/ICMP()'
    expect "sr, silent, into a closed pipe" 1
    within 0 1000
    piped sr --loop --rate 50 'IP(dst="10.9.40.1")/ICMP()'
    expect "sr into a closed pipe" 0
    within 0 1000
    piped send --loop --rate 50 -o line 'IP(dst="10.9.40.1")/ICMP()'
    expect "send -o into a closed pipe" 0
    within 0 1000
    piped send --loop --rate 50 -w - 'IP(dst="10.9.40.1")/ICMP()'
    expect "send -w - into a closed pipe" 0
    within 0 1000
    piped sr1 'IP(dst="10.9.40.1")/ICMP()'
    expect "sr1 into a closed pipe" 0
    # These may find out before or after the first answer.
    for verb in "ping -i 0.05 10.9.40.1" "arping -i 0.05 10.9.40.1" "traceroute -n 10.9.40.1"; do
        piped $verb
        test="$verb into a closed pipe"
        [ $status -lt 2 ] || complain "exit status $status"
        within 0 1000
    done
}

# holds FILE: it is whole, and has as many packets as a message says.
holds() {
    says err 'cleave: .*: cannot be written, it has [0-9]+ packets: No space left on device'
    told=$(sed -n 's/.*it has \([0-9]*\) packets.*/\1/p' $work/err)
    "$cleave" read $1 -o fields=frame.number >$work/out 2>$work/err
    status=$?
    expect "$test: the file" 0
    lines out "$told"
    rm -f $1
}

stop_disks() {
    mkdir -p $work/disk
    mount -t tmpfs -o size=32k none $work/disk || return
    long=$(printf %0900d 0)
    in_net z "$cleave" send -c 1000 "IP(dst='10.9.40.1')/UDP(dport=9)/'$long'" -w $work/disk/x.pcap
    expect "send -w onto a full disk" 2
    holds $work/disk/x.pcap
    in_net z "$cleave" sr "IP(dst='10.9.40.1')/ICMP(seq=(1,500))/'$long'" -w $work/disk/x.pcapng
    expect "sr -w onto a full disk" 2
    holds $work/disk/x.pcapng
    for file in x.pcap x.pcapng; do
        begin sniff -i z0 -w $work/disk/$file
        finish ip netns exec y ping -q -i 0.002 -c 100 -s 900 10.9.40.2 >/dev/null
        expect "sniff -w $file onto a full disk" 2
        within 0 1500
        told=$(sed -n 's/.*it has \([0-9]*\) packets.*/\1/p' $work/err)
        says err "cleave: $told packets shown or written, .*"
        holds $work/disk/$file
    done
    begin answer -i z0 10.9.40.50 -w $work/disk/x.pcap
    finish ip netns exec y ping -q -i 0.002 -c 60 -s 900 -W 1 10.9.40.50 >/dev/null
    expect "answer -w onto a full disk" 2
    holds $work/disk/x.pcap
    umount $work/disk
}
