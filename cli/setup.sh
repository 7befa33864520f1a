# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Packages, configuration and build, for cli/run and tests/run, which set $root. Writes to standard
# error only, and nothing when all is up to date.

tools="gcc libc6-dev cmake ninja-build pkg-config libpcap-dev libnet1-dev libmnl-dev zlib1g-dev \
libzstd-dev libcap-ng-dev liblua5.4-dev libedit-dev"
uid=$(id -u)
[ "$uid" = 0 ] || ! command -v sudo >/dev/null || tools="$tools libcap2-bin"

say() {
    echo "$@" >&2
}

# quiet LOG COMMAND...: the output goes to LOG, and is shown if the command fails.
quiet() {
    log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null || {
        cat "$log" >&2
        return 1
    }
}

as_root() {
    if [ "$uid" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@"
}

# get_packages LOG PACKAGE...: install those that are missing.
get_packages() {
    log=$1 missing=
    shift
    if ! command -v apt-get >/dev/null; then
        if command -v cmake && command -v ninja && pkg-config --exists libpcap libmnl libzstd libcap-ng lua5.4 libedit; then
            return 0
        fi >/dev/null 2>&1
        say "cleave: no apt-get here; install what these Debian packages hold: $*"
        return 1
    fi
    for package; do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
        *"ok installed"*) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ "$missing" ] || return 0
    if [ "$uid" != 0 ] && ! command -v sudo >/dev/null; then
        say "cleave: no sudo here; as root: apt-get install --no-install-recommends$missing"
        return 1
    fi
    say "cleave: installing$missing"
    quiet "$log" apt update # if not, the lists that are there may do
    # shellcheck disable=SC2086 # one word a package
    quiet "$log" apt install -y --no-install-recommends $missing
}

# set_up DIR "PACKAGE..." CMAKE-ARGUMENT...: DIR/.ready says what it was done for last.
set_up() {
    dir=$1 packages="$tools $2"
    shift 2
    wanted="$root $packages $*"
    mkdir -p "$dir" || return 2
    # Both ends of a pipe come here at once.
    exec 9>"$dir/.lock"
    ! command -v flock >/dev/null || flock 9
    if [ "$(cat "$dir/.ready" 2>/dev/null)" != "$wanted" ]; then
        # shellcheck disable=SC2086
        get_packages "$dir/.log" $packages || return 2
        say "cleave: building $dir"
        rm -f "$dir/CMakeCache.txt" # of another place or time
        quiet "$dir/.log" cmake -G Ninja -S "$root" -B "$dir" "$@" || return 2
    fi
    if ! quiet "$dir/.log" ninja -C "$dir"; then
        rm -f "$dir/.ready" # look for the packages again next time
        return 2
    fi
    echo "$wanted" >"$dir/.ready"
    exec 9>&-
}
