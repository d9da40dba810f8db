#!/usr/bin/env bash
# Software: Alertmanager 0.28.1 (Debian trixie).
# Most engineers expect: `weekdays: ['saturday:sunday']` is the weekend and `times: [{start_time: '22:00',
#   end_time: '06:00'}]` the night, in the intervals that mute a route.
# What happens: Days are numbered from Sunday and a range may not go back: the weekend is `['saturday',
#   'sunday']`, and a night is two ranges, up to 24:00 and from 00:00. Alertmanager refuses the whole file, so
#   no route is loaded.
# Output when it was run on 2026-11-29:
#   version 0.28.1
#   saturday:sunday: start day cannot be before end day, exit 1
#   sunday:saturday: SUCCESS, exit 0
#   22:00 to 06:00: start time cannot be equal or greater than end time, exit 1
#   two ranges: SUCCESS, exit 0
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
"${apt[@]}" download 'prometheus-alertmanager=0.28.1*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

root/usr/bin/amtool --version 2>&1 | grep -oE 'version [0-9.]+' | sed -n 1p
ask() {
  printf 'route: {receiver: team}\nreceivers: [{name: team}]\ntime_intervals: [{name: quiet, time_intervals: [%s]}]\n' "$1" > alertmanager.yml
  status=0
  root/usr/bin/amtool check-config alertmanager.yml > said 2>&1 || status=$?
  echo "$(grep -oE 'SUCCESS|start day.*|start time.*' said | sed -n 1p), exit $status"
}
same "saturday:sunday" 'start day cannot be before end day, exit 1' "$(ask "{weekdays: ['saturday:sunday']}")"
same "sunday:saturday" 'SUCCESS, exit 0' "$(ask "{weekdays: ['sunday:saturday']}")"
same "22:00 to 06:00" 'start time cannot be equal or greater than end time, exit 1' "$(ask "{times: [{start_time: '22:00', end_time: '06:00'}]}")"
same "two ranges" 'SUCCESS, exit 0' "$(ask "{times: [{start_time: '22:00', end_time: '24:00'}, {start_time: '00:00', end_time: '06:00'}]}")"
