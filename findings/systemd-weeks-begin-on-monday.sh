#!/usr/bin/env bash
# Software: systemd 257 (Debian trixie), croniter 7.0.0, cron-parser 5.10.6 (npm).
# Most engineers expect: `OnCalendar=weekly` is cron's `@weekly`: a crontab that is moved to timers keeps its
#   day.
# What happens: cron's week begins on Sunday, systemd's on Monday: the backup moves by a day. `OnCalendar=Sun`
#   keeps it.
# Output when it was run on 2026-11-29:
#   systemd 257 (257.13-1~deb13u1)
#   systemd, weekly: Mon *-*-* 00:00:00
#   croniter, @weekly: Sun 2026-11-29
#   cron-parser, @weekly: Sun, 29 Nov 2026
#   systemd, Sun: Sun *-*-* 00:00:00
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
"${apt[@]}" download 'systemd=257.*' 'libsystemd-shared=257.*' libsystemd0 libc6 libcap2 libacl1 libaudit1 libcap-ng0 libcrypt1 libssl3t64 libpam0g libselinux1 \
  libkmod2 libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'croniter==7.0.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts cron-parser@5.10.6 >> npm.log

analyze() { with_libraries root/usr/bin/systemd-analyze "$@"; }
analyze --version | sed -n 1p
export TZ=UTC
same "systemd, weekly" 'Mon *-*-* 00:00:00' "$(analyze calendar weekly | sed -n 's/.*Normalized form: //p')"
same "croniter, @weekly" 'Sun 2026-11-29' "$(venv/bin/python -c 'import datetime as d; from croniter import croniter; print(croniter("@weekly", d.datetime(2026, 11, 25)).get_next(d.datetime).strftime("%a %F"))')"
same "cron-parser, @weekly" 'Sun, 29 Nov 2026' "$(node -p 'require("cron-parser").CronExpressionParser.parse("@weekly", {currentDate: "2026-11-25T00:00:00Z", tz: "UTC"}).next().toDate().toUTCString().slice(0, 16)')"
same "systemd, Sun" 'Sun *-*-* 00:00:00' "$(analyze calendar Sun | sed -n 's/.*Normalized form: //p')"
