#!/usr/bin/env bash
# Software: ca-certificates 20250419 (Debian trixie).
# Most engineers expect: `COPY company-ca.pem /usr/local/share/ca-certificates/` and `RUN
#   update-ca-certificates` in a Dockerfile trust the company's CA: the file is PEM, as it has to be.
# What happens: Only files whose name ends in .crt are taken. The one named .pem, or .cer, is passed over
#   without a word, the step succeeds with `0 added`, and the program fails at its first request to an internal
#   host. The content is the same.
# Output when it was run on 2026-12-01:
#   company-ca.pem: 0 added, exit code 0, 0 certificates in ca-certificates.crt
#   company-ca.cer: 0 added, exit code 0, 0 certificates in ca-certificates.crt
#   company-ca.crt: 1 added, exit code 0, 1 certificates in ca-certificates.crt
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
"${apt[@]}" download 'ca-certificates=20250419*' 'openssl=3.5.*' libssl3t64 libc6 libzstd1 zlib1g debianutils >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

# The programs that update-ca-certificates calls, of the same release.
mkdir bin
for program in usr/bin/openssl usr/bin/run-parts; do
  printf '#!/bin/sh\nexec "%s/ld-linux-x86-64.so.2" --library-path "%s" "%s/root/%s" "$@"\n' "$libraries" "$libraries" "$work" "$program" > "bin/${program##*/}"
done
chmod +x bin/*
export PATH=$work/bin:$PATH
printf '[req]\ndistinguished_name = name\n[name]\n' > openssl.cnf
OPENSSL_CONF=$work/openssl.cnf openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out ca -days 30 -subj /CN=company 2> log
seen() {
  rm -rf local etc
  mkdir -p local etc hooks shipped
  cp ca "local/$1"
  : > ca-certificates.conf
  sh root/usr/sbin/update-ca-certificates --certsconf "$work/ca-certificates.conf" --certsdir "$work/shipped" --localcertsdir "$work/local" \
    --etccertsdir "$work/etc" --hooksdir "$work/hooks" > said 2>&1 && code=0 || code=$?
  echo "$(grep -oE '[0-9]+ added' said), exit code $code, $(cat etc/ca-certificates.crt 2> /dev/null | grep -c BEGIN || true) certificates in ca-certificates.crt"
}
same "company-ca.pem" '0 added, exit code 0, 0 certificates in ca-certificates.crt' "$(seen company-ca.pem)"
same "company-ca.cer" '0 added, exit code 0, 0 certificates in ca-certificates.crt' "$(seen company-ca.cer)"
same "company-ca.crt" '1 added, exit code 0, 1 certificates in ca-certificates.crt' "$(seen company-ca.crt)"
