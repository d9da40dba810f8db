#!/usr/bin/env bash
# Software: nginx 1.26.3 (Debian trixie); 1.30.6 does the same.
# Most engineers expect: `error_log off;` switches the log off, as `access_log off;` does.
# What happens: Only `access_log` knows `off`. The error log is written to a file named `off` below nginx's
#   folder, and grows there unrotated. `error_log /dev/null crit;` is what was meant.
# Output when it was run on 2026-11-29:
#   nginx version: nginx/1.26.3
#   nginx -t: test is successful
#   the file: prefix/off
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
"${apt[@]}" download 'nginx=1.26.*' libc6 libssl3t64 libcrypt1 libpcre2-8-0 zlib1g libzstd1 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
nginx() { with_libraries root/usr/sbin/nginx -p "$work/prefix/" "$@"; }
nginx -v 2>&1
mkdir -p prefix/logs
cat > prefix/nginx.conf <<'CONF'
pid logs/pid;
error_log off;
events {}
http {
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 127.0.0.1:18190; }
}
CONF
same "nginx -t" 'test is successful' "$(nginx -c nginx.conf -t 2>&1 | grep -o 'test is successful')"
same "the file" prefix/off "$(ls prefix/off)"
