# SPDX-License-Identifier: BSD-2-Clause
# Whose rights, for tests/net/run, which sources it: with cap_net_raw alone, with none where none is
# needed, and root's given up. q (10.9.50.2) -- o (10.9.50.1).

make_rights() {
    for name in q o; do
        ip netns add $name
        ip -n $name link set lo up
    done
    ip link add q0 netns q type veth peer name o0 netns o
    ip -n q addr add 10.9.50.2/24 dev q0
    ip -n o addr add 10.9.50.1/24 dev o0
    ip -n q link set q0 up
    ip -n o link set o0 up
    mkdir -p $work/nobody
    chmod 755 $work
    chmod 777 $work/nobody
}

rights() {
    setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null || {
        echo "skipped: nobody but root here"
        return
    }
    make_rights
    # Where a process has changed its user, the leak detector may not look at it.
    ASAN_OPTIONS=detect_leaks=0
    export ASAN_OPTIONS
    rights_raw
    rights_none
    rights_sudo
    rights_left
    unset ASAN_OPTIONS
}

# as_nobody CAPABILITIES COMMAND...
as_nobody() {
    caps=$1
    shift
    in_net q setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps "-all$caps" \
        --ambient-caps "-all$caps" --bounding-set "-all$caps" "$@"
}

rights_raw() {
    while read -r verb <&3; do
        as_nobody ,+net_raw "$cleave" $verb
        expect "$verb with cap_net_raw alone" 0
    done 3<<'END'
send IP(dst="10.9.50.1")/ICMP()
send -i q0 Ether(dst="02:00:00:00:00:09")/"x"
sr IP(dst="10.9.50.1")/ICMP()
sr1 Ether()/IP(dst="10.9.50.1")/ICMP()
sr1 IP(dst="127.0.0.1")/ICMP()
ping -c 1 10.9.50.1
traceroute -n 10.9.50.1
arping -c 1 10.9.50.1
scan 10.9.50.1
scan -p 7-9 10.9.50.1 127.0.0.1
END
    begin_as sniff -i q0 -c 1 -f icmp
    ip netns exec o ping -c 1 -W 1 10.9.50.2 >/dev/null
    finish true
    expect "sniff with cap_net_raw alone" 0
    begin_as answer -i q0 10.9.50.50 -c 1 --where ARP
    ip netns exec o ping -c 1 -W 1 10.9.50.50 >/dev/null
    finish true
    expect "answer with cap_net_raw alone" 0
}

# In the background, as begin of stop.sh.
begin_as() {
    ip netns exec q setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all,+net_raw \
        --ambient-caps -all,+net_raw --bounding-set -all,+net_raw "$cleave" "$@" \
        >$work/out 2>$work/err </dev/null &
    guarded
}

guarded() {
    job=$!
    (sleep 10 && kill -9 $job) >/dev/null 2>&1 &
    guard=$!
    sleep 0.4
}

# Offline nothing is asked for.
rights_none() {
    "$cleave" build --pure 'IP()/UDP()' -w $work/nobody/in.pcap
    chmod 644 $work/nobody/in.pcap
    as_nobody '' "$cleave" build 'IP(dst="10.9.50.1")/ICMP()' -o fields=IP.src
    expect "build without any right" 0
    says out '10\.9\.50\.2'
    lines err 0
    as_nobody '' "$cleave" read $work/nobody/in.pcap -w $work/nobody/out.pcapng
    expect "read without any right" 0
    lines err 0
    as_nobody '' "$cleave" ls UDP
    expect "ls without any right" 0
    lines err 0
    as_nobody '' "$cleave" sniff -i q0
    expect "sniff without any right" 3
    rm -f $work/nobody/*
}

# Files belong to the user behind sudo, to whom root is left.
rights_sudo() {
    sudo="env SUDO_UID=65534 SUDO_GID=65534"
    in_net q $sudo "$cleave" sr1 'IP(dst="10.9.50.1")/ICMP()' -w $work/nobody/sr.pcap -o fields=IP.src
    expect "sr1 under sudo" 0
    says out '10\.9\.50\.1'
    in_net q $sudo "$cleave" build 'IP()' -w $work/nobody/build.pcap
    expect "build under sudo" 0
    in_net q "$cleave" send 'IP(dst="10.9.50.1")/ICMP()' --user nobody -w $work/nobody/send.pcap
    expect "send --user" 0
    in_net q sh -c "
        $sudo '$cleave' sniff -i q0 -f icmp -c 6 -w $work/nobody/ring.pcap --rotate 300 &
        sleep 0.5
        '$cleave' ping -c 3 -i 0.1 10.9.50.1 >/dev/null
        wait \$!"
    expect "sniff --rotate under sudo" 0
    for file in $work/nobody/*; do
        stat -c '%U' $file
    done >$work/out
    test="whose the files are"
    says out nobody
    [ "$(sort -u $work/out)" = nobody ] || complain "some are another's"
    [ "$(wc -l <$work/out)" -gt 5 ] || complain "too few"
    mkdir -p -m 700 $work/roots
    in_net q $sudo "$cleave" build 'IP()' -w $work/roots/x.pcap
    expect "a file where the user may not write" 2
    says err '.*Permission denied; --user root stays root'
    in_net q $sudo "$cleave" build 'IP()' --user root -w $work/roots/x.pcap
    expect "the same as root" 0
    in_net q "$cleave" build 'IP()' --user nosuch
    expect "--user nosuch" 2
    says err 'cleave: --user nosuch: there is no such user'
    as_nobody '' "$cleave" build 'IP()' --user root
    expect "--user root without root" 3
}

# capabilities WANTED ARGUMENT...: what the process may do while it runs, and that it is nobody's.
capabilities() {
    wanted=$1
    shift
    ip netns exec q env SUDO_UID=65534 SUDO_GID=65534 "$cleave" "$@" >/dev/null 2>$work/err </dev/null &
    guarded
    grep -E '^(Uid|Gid|Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/$job/status >$work/out
    status=0
    finish kill $job
    test="what $1 may do"
    says out 'Uid:	65534	65534	65534	65534'
    says out 'Gid:	65534	65534	65534	65534'
    says out "CapPrm:	0*$wanted"
    says out "CapEff:	0*$wanted"
    says out 'CapAmb:	0*'
    says out 'NoNewPrivs:	1'
}

rights_left() {
    capabilities 0 sniff -i q0
    capabilities 0 answer -i q0 10.9.50.50
    # Each interface that a packet leaves through needs a socket.
    capabilities '[23]000' send --loop --rate 10 'IP(dst="10.9.50.1")/ICMP()'
    capabilities '[23]000' ping 10.9.50.1
}
