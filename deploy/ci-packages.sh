#!/bin/sh
# Sees to the programs of deploy/ci-packages.txt: sh deploy/ci-packages.sh
#
# As root on Debian and its relatives it installs the missing ones and starts no service of theirs.
# Elsewhere, or when that fails, it names what is missing and ends with 1: a test that needs a
# program must not be skipped for want of it.
set -eu
cd -- "$(dirname -- "$0")"

log=$(mktemp)
policy=''
trap 'rm -f "$log" $policy' EXIT

say() { printf '%s\n' "canaliza: $*" >&2; }

# What is missing, on one line: missing program|package
missing() {
    while read -r program package _; do
        case $program in '' | '#'*) continue ;; esac
        if ! command -v "$program" >/dev/null 2>&1; then
            if [ "$1" = program ]; then printf '%s ' "$program"; else printf '%s ' "$package"; fi
        fi
    done <ci-packages.txt
}

# Debian starts a service that it installs, now and after a restart, unless it is told not to.
start_nothing() {
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
}
stay_stopped() {
    for service in prometheus nginx postgresql; do
        case " $* " in *" $service "*) systemctl --quiet disable "$service" || true ;; esac
    done
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update &&
        apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" &&
        stay_stopped "$@"
}

packages=$(missing package)
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "instalando / installing $packages"
    start_nothing
    # shellcheck disable=SC2086  # one word a package
    install $packages >"$log" 2>&1 || cat "$log" >&2
fi

programs=$(missing program)
if [ -n "$programs" ]; then
    say "CI necesita y no encuentra / CI needs and does not find: $programs"
    say "Debian: apt-get install --no-install-recommends $(missing package)"
    exit 1
fi
