#!/usr/bin/env bash
# Software: ansible-core 2.19.14, cron 3.0pl1 (Debian bookworm).
# Most engineers expect: The module cron with `hour: 3` runs the job at 3:00.
# What happens: Each field that is not given is `*`: the line is `* 3 * * *`, and the job runs sixty times
#   between 3:00 and 3:59. `weekday: 0` alone runs it every minute of Sunday.
# Output when it was run on 2026-11-30:
#   ansible-core 2.19.14
#   hour=3: * 3 * * * root /usr/local/bin/backup
#   weekday=0: * * * * 0 root /usr/local/bin/backup
#   hour=3 minute=0: 0 3 * * * root /usr/local/bin/backup
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'
export HOME=$work ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_INVENTORY_UNPARSED_WARNING=False ANSIBLE_NOCOLOR=1
export ANSIBLE_PYTHON_INTERPRETER=$work/venv/bin/python
venv/bin/pip list 2>/dev/null | grep '^ansible-core '

# Packages of Debian bookworm, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/bookworm/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'cron=3.0pl1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

line() {
  PATH=$work/root/usr/bin:$PATH venv/bin/ansible localhost -m cron \
    -a "name=backup job=/usr/local/bin/backup user=root cron_file=$work/$1 $2" > log 2>&1
  grep -v '^#' "$1"
}
set -f
same 'hour=3' '* 3 * * * root /usr/local/bin/backup' "$(line one hour=3)"
same 'weekday=0' '* * * * 0 root /usr/local/bin/backup' "$(line two weekday=0)"
same 'hour=3 minute=0' '0 3 * * * root /usr/local/bin/backup' "$(line three 'hour=3 minute=0')"
