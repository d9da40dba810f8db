#!/usr/bin/env bash
# Software: yq 3.4.3 (PyPI), the program that Debian has as yq, with jq 1.7.1.
# Most engineers expect: `yq -i` is the program that edits YAML in place and keeps the rest, as the yq
#   written in Go does; `yq .services.web.image` prints the name.
# What happens: The package of Debian is another program of that name: it prints JSON, in quotes, and `-y
#   -i` writes the document anew: comments are gone, an unquoted `1.10` is 1.1 and `0440` is 288.
# Output when it was run on 2026-11-30:
#   yq          3.4.3
#   yq .services.web.image: "example/web:1.27"
#   API_VERSION: API_VERSION: 1.1
#   mode: mode: 288
#   comments: 0
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
"${apt[@]}" download 'jq=1.7.1-*' 'libjq1=1.7.1-*' 'libonig5' 'libc6' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# yq looks for jq in PATH; it runs with the libraries of its own release.
mkdir bin
libraries=$work/root/usr/lib/x86_64-linux-gnu
printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' "$libraries/ld-linux-x86-64.so.2" "$libraries" "$work/root/usr/bin/jq" > bin/jq
chmod +x bin/jq
export PATH=$work/bin:$PATH
python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'yq==3.4.3'
venv/bin/pip list 2>/dev/null | grep '^yq '

cat > compose.yml <<'YAML'
services:
  web:
    image: example/web:1.27 # the last that runs on ARM
    secrets: [{source: s, mode: 0440}]
    environment: {API_VERSION: 1.10}
YAML
same 'yq .services.web.image' '"example/web:1.27"' "$(venv/bin/yq .services.web.image compose.yml)"
venv/bin/yq -y -i '.services.web.restart = "always"' compose.yml
same 'API_VERSION' 'API_VERSION: 1.1' "$(grep -o 'API_VERSION.*' compose.yml)"
same 'mode' 'mode: 288' "$(grep -o 'mode.*' compose.yml)"
same 'comments' 0 "$(grep -c ARM compose.yml || true)"
