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
    if command -v setcap >/dev/null && cp "$cleave" $work/capable && setcap cap_net_raw+ep $work/capable 2>/dev/null; then
        mkdir -p $work/lua
        echo 'return "theirs"' >$work/lua/module.lua
        echo 'print(pcall(require, "module"))' >$work/lua/script.lua
        chmod -R a+rX $work
        in_net a setpriv --reuid 65534 --regid 65534 --clear-groups \
            env LUA_PATH="$work/lua/?.lua" $work/capable run $work/lua/script.lua
        expect "LUA_PATH of a user with fewer rights than the program" 0
        says out "false.*module 'module' not found:"
        rm $work/capable
    else
        echo "skipped: no program with rights of its own can be made here"
    fi
}
