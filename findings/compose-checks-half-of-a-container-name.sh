#!/usr/bin/env bash
# Software: docker compose 2.40.3 and 2.26.1 (Debian 2.40.3-*, 2.26.1-4).
# Most engineers expect: where `docker compose config` checks a `container_name`, it checks it as the engine does: letters,
#   digits, `_`, `.` and `-`, beginning with a letter or a digit, two characters at least.
# What happens: 2.26 checks nothing. 2.40 looks for such a name somewhere in the text: `our bot` and `web!` pass, which no
#   engine takes, while `x` and `_b` are refused, for they hold no two fitting characters in a row.
# Output when it was run on 2026-12-01:
#   2.26.1: our bot: taken, web!: taken, _bot: taken, x: taken, _b: taken
#   2.40.3: our bot: taken, web!: taken, _bot: taken, x: refused, _b: refused
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of a suite of Debian, unpacked into a folder; nothing is installed on the machine.
unpacked() {
  local suite=$1 version=$2
  mkdir -p "$suite/sources" "$suite/lists/partial" "$suite/cache/archives/partial" "$suite/root"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    grep -qi debian "$file" 2>/dev/null || continue
    case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
      sed -E "s/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/$suite/g" \
        > "$suite/sources/${file##*/}"
  done
  local apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/$suite/sources" -o "Dir::State::Lists=$work/$suite/lists"
    -o "Dir::Cache=$work/$suite/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
  "${apt[@]}" update > "$suite/log" 2>&1
  (cd "$suite" && "${apt[@]}" download "docker-compose=$version-*" >> log 2>&1 && dpkg -x ./*.deb root)
}
unpacked trixie 2.26.1
unpacked sid 2.40.3

ask() {
  local said=()
  for name in 'our bot' 'web!' _bot x _b; do
    printf 'services: {app: {image: "example/app:1", container_name: "%s"}}\n' "$name" > compose.yml
    if "$1/root/usr/libexec/docker/cli-plugins/docker-compose" config -q > said 2>&1; then said+=("$name: taken"); else said+=("$name: refused"); fi
  done
  local IFS=,
  echo "${said[*]}" | sed 's/,/, /g'
}
same "2.26.1" "our bot: taken, web!: taken, _bot: taken, x: taken, _b: taken" "$(ask trixie)"
same "2.40.3" "our bot: taken, web!: taken, _bot: taken, x: refused, _b: refused" "$(ask sid)"
