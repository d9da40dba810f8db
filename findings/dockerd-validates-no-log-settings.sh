#!/usr/bin/env bash
# Software: dockerd 26.1.5 (Debian trixie); 28.5.2 does the same.
# Most engineers expect: `dockerd --validate` refuses a daemon.json whose log driver or log options do not
#   exist.
# What happens: It checks the names of the keys and the level of the log. `json-flie` and `max_size` are
#   "configuration OK"; the daemon starts, or not, and each container that is created afterwards fails.
# Output when it was run on 2026-11-29:
#   Docker version 26.1.5+dfsg1, build 411e817
#   log driver json-flie: configuration OK
#   log option max_size: configuration OK
#   log option max-size: lots: configuration OK
#   log level warning: invalid logging level: warning
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
"${apt[@]}" download 'docker.io=26.1.5*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
dockerd() { root/usr/sbin/dockerd "$@"; }
dockerd --version
validate() { echo "{\"userland-proxy\": false, $1}" > daemon.json; dockerd --validate --config-file daemon.json 2>&1 | tail -1; }
same "log driver json-flie" 'configuration OK' "$(validate '"log-driver": "json-flie"')"
same "log option max_size" 'configuration OK' "$(validate '"log-opts": {"max_size": "10m"}')"
same "log option max-size: lots" 'configuration OK' "$(validate '"log-opts": {"max-size": "lots"}')"
same "log level warning" 'invalid logging level: warning' "$(validate '"log-level": "warning"' | grep -o 'invalid logging.*')"
