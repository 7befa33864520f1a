# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Scripts on the wire.

script() {
    in_net a "$cleave" run "${self%/*}/script.lua"
    expect "a script on the wire" 0
    says out 'all of it'
    # Rights are missing: the script starts, and is told why when it sends.
    in_net a setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
        "$cleave" run "${self%/*}/script.lua"
    expect "a script without rights" 3
    says err '.*script.lua:4: .*not permitted.*'
}
