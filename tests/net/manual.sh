# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# The manual's live examples, for tests/net/run, which sources it. Blocks that are marked as live say
# what they show; of the commands alone (.Dl) it is asked that they begin as they should.

# Addresses and interfaces of the manual are those of the namespaces, and times, hardware addresses and
# the like are all the same.
as_here() {
    sed 's/10\.0\.\([01]\)\./10.9.\1./g; s/eth0/a0/g'
}
settled() {
    sed -E 's/10\.9\.([01])\./10.0.\1./g; s/\ba0\b/eth0/g; s/([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}/MAC/g
        /[0-9] ?ms/s/[0-9]+\.[0-9]+/N/g; s/time [0-9]+ms/time Nms/; s/[0-9]+ ?ms/N ms/g; s/[0-9.]+ packets/N packets/g'
}

manual_block() {
    sed -n 's/^\$ //p' "$1" | as_here >$work/commands
    sed '/^\$ /d' "$1" | settled >$work/want
    in_net a sh -c ". $work/commands"
    expect "the manual: $(cat $work/commands)" 0
    cat $work/out $work/err | grep -v '^cleave: listening on' | settled >$work/got
    if cmp -s $work/want $work/got; then
        passed=$((passed + 1))
    else
        diff $work/want $work/got
        complain "it shows something else"
    fi
}

manual() {
    pages=$(dirname "$self")/../../cli/man
    blocks=$(dirname "$self")/../manual/blocks.awk
    ip netns exec a ping -q -i 0.2 -c 600 10.9.0.1 >/dev/null 2>&1 &
    traffic=$!
    cd $work || return
    mkdir bin && ln -s "$cleave" bin/cleave
    PATH=$work/bin:$PATH
    cleave build --pure 'Ether()/IP(dst="10.9.0.1")/UDP(dport=(7,9))' -w seen.pcap
    for page in "$pages"/*.1; do
        rm -rf blocks
        mkdir blocks
        awk -v into=blocks -f "$blocks" "$page"
        for block in blocks/*.live; do
            [ ! -e "$block" ] || manual_block "$block"
        done
        sed -n 's/\\(dq/"/g; s/^\.Dl cleave /cleave /p' "$page" | as_here >$work/lines
        while read -r line <&3; do
            in_net a timeout --foreground -s INT 2 sh -c "exec $line"
            [ $status = 124 ] || [ $status = 1 ] && status=0
            expect "the manual: $line" 0
        done 3<$work/lines
    done
    kill $traffic
    cd - >/dev/null || return
}
