#!/usr/bin/env bash
# Software: sudo 1.9.16p2 and debianutils' run-parts 5 (Debian trixie).
# Most engineers expect: /etc/sudoers.d/deploy.conf and /etc/cron.daily/backup.sh are read and run: their
#   endings say what they are, as in conf.d folders.
# What happens: Names with a dot are skipped, without a word: `visudo -c` on the file says `parsed OK`, and the
#   rule does not exist; the backup never runs. `deploy` and `backup`, without an ending, are right.
# Output when it was run on 2026-11-30:
#   sudoers.d/deploy.conf: parsed OK, rules of deploy: 0
#   sudoers.d/deploy: parsed OK, rules of deploy: 1
#   run by run-parts: backup
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
"${apt[@]}" download 'sudo=1.9.16p2-*' 'debianutils=5.*' libc6 libaudit1 libcap-ng0 libselinux1 libpcre2-8-0 zlib1g libssl3t64 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$work/root/usr/libexec/sudo" "$@"; }

mkdir sudoers.d cron.daily
printf '@includedir %s/sudoers.d\nroot ALL=(ALL) ALL\n' "$work" > sudoers
rule() {
  rm -f sudoers.d/*
  echo 'deploy ALL=(ALL) NOPASSWD: /usr/bin/docker' > "sudoers.d/$1"
  chmod 440 sudoers "sudoers.d/$1"
  echo "$(with_libraries root/usr/sbin/visudo -cf "sudoers.d/$1" | grep -o 'parsed OK'), rules of deploy: $(with_libraries root/usr/bin/cvtsudoers -f json sudoers 2> /dev/null | grep -c '"username": "deploy"')"
}
same "sudoers.d/deploy.conf" 'parsed OK, rules of deploy: 0' "$(rule deploy.conf)"
same "sudoers.d/deploy" 'parsed OK, rules of deploy: 1' "$(rule deploy)"
for name in backup.sh backup; do printf '#!/bin/sh\n' > cron.daily/$name; chmod 755 cron.daily/$name; done
same "run by run-parts" backup "$(with_libraries "$(find root -name run-parts -type f | sed -n 1p)" --test cron.daily | xargs -n1 basename)"
