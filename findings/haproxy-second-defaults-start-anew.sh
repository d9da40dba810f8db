#!/usr/bin/env bash
# Software: HAProxy 3.0.11 (Debian trixie); 2.6.12 and 3.2.26 do the same.
# Most engineers expect: A second `defaults` section, from a file of its own in conf.d, adds to the first.
# What happens: It replaces it: the proxies behind it have no timeouts and are in TCP mode again. The check
#   warns and ends with 0. A named section that says `from` inherits.
# Output when it was run on 2026-11-29:
#   HAProxy version 3.0.11-1+deb13u4 2026/10/15
#   a second section: missing timeouts for frontend 'web'; needs 'mode http'; exit 0
#   with from: 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'haproxy=3.0.*' libc6 libssl3t64 libcrypt1 libpcre2-8-0 libcap2 libsystemd0 liblua5.4-0 libopentracing-c-wrapper0t64 \
  libopentracing1 libstdc++6 libgcc-s1 zlib1g libzstd1 libjemalloc2 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
haproxy() { with_libraries root/usr/sbin/haproxy "$@"; }
haproxy -v | sed -n '1s| - .*||p'

config() {
  cat <<CFG
defaults base
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
defaults $1
  option httplog
frontend web
  bind 127.0.0.1:18080
  default_backend app
backend app
  server one 127.0.0.1:18081
CFG
}
config more > second.cfg
config 'more from base' > from.cfg
status=0
haproxy -c -f second.cfg > said 2>&1 || status=$?
same "a second section" "missing timeouts for frontend 'web'; needs 'mode http'; exit 0" "$(grep -o "missing timeouts for frontend 'web'" said); $(grep -o "needs 'mode http'" said | sed -n 1p); exit $status"
same "with from" 0 "$(haproxy -c -f from.cfg 2>&1 | grep -c missing || true)"
