# SPDX-License-Identifier: BSD-2-Clause
# The README's ten things on the wire, for tests/net/run, which sources it.

readme() {
    test="README: ten things on the wire"
    readme=$(dirname "$self")/../../README.md
    socat=
    if command -v socat >/dev/null; then
        ip netns exec r socat TCP-LISTEN:80,fork,reuseaddr /dev/null &
        socat=$!
    fi
    sed -n '/^## Ten things on the wire/,/^## /s/^cleave //p' "$readme" |
        sed 's/10\.0\.\([01]\)\./10.9.\1./g; s/eth0/a0/; s/  *#.*//' >$work/lines
    [ "$(grep -c '' $work/lines)" = 10 ] && passed=$((passed + 1)) || complain "not ten lines"
    cd $work || return
    ip netns exec a ping -q -i 0.2 -c 300 10.9.0.1 >/dev/null 2>&1 &
    traffic=$!
    while read -r line <&3; do
        in_net a sh -c "'$cleave' $line"
        expect "README: cleave $line" 0
        case $line in
        send*) says err 'cleave: 100 packets sent.*' ;;
        sniff*) says err 'cleave: 4 packets .*' ;;
        *) [ -s out ] && passed=$((passed + 1)) || complain "it says nothing" ;;
        esac
    done 3<$work/lines
    kill $traffic $socat 2>/dev/null
    cd - >/dev/null || return
}
