#!/usr/bin/env bash
# Software: Quadlet of Podman 5.8.6 (Debian unstable).
# Most engineers expect: `StopTimeout=120` in a .container gives the program two minutes to stop: Quadlet writes
#   the unit, so it tells systemd too.
# What happens: Only podman is told, `--stop-timeout 120`. The unit has no TimeoutStopSec=, so systemd's own
#   limit, 90 seconds by default, counts, and ends the stop with KILL. `TimeoutStopSec=` in [Service] has to say
#   more.
# Output when it was run on 2026-11-30:
#   5.8.6
#   for podman: --stop-timeout 120
#   for systemd: no TimeoutStopSec
#   the rest of the unit: ExecStop ExecStopPost ExecStart
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/sid/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'podman=5.8.6*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

root/usr/libexec/podman/quadlet -version
mkdir units
printf '[Container]\nImage=registry.example/app:1\nStopTimeout=120\n' > units/app.container
QUADLET_UNIT_DIRS="$work/units" root/usr/libexec/podman/quadlet -dryrun 2>/dev/null | sed '1,/^\[Service\]/d' > unit
same "for podman" '--stop-timeout 120' "$(grep -oE -- '--stop-timeout [0-9]+' unit)"
same "for systemd" 'no TimeoutStopSec' "$(grep TimeoutStopSec unit || echo 'no TimeoutStopSec')"
same "the rest of the unit" 'ExecStop ExecStopPost ExecStart' "$(grep -oE '^Exec[A-Za-z]+' unit | paste -sd' ')"
