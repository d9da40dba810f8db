#!/usr/bin/env bash
# Software: MariaDB 11.8 (Debian trixie), PyMySQL 1.2.4, with which Ansible's modules read the file too.
# Most engineers expect: `password = pa#ss` in .my.cnf or a secret that is mounted as an option file is five
#   characters, for the client as for Python.
# What happens: For MariaDB's own programs `#` begins a comment in the middle of a word too: the password is
#   `pa`, and the log says only `Access denied`. PyMySQL keeps five. Quotes around it are right for both.
# Output when it was run on 2026-11-30:
#   pa#ss: MariaDB pa PyMySQL pa#ss
#   "pa#ss": MariaDB pa#ss PyMySQL pa#ss
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
"${apt[@]}" download 'mariadb-client=1:11.8*' 'mariadb-client-core=1:11.8*' 'mariadb-server-core=1:11.8*' libc6 libstdc++6 libgcc-s1 libssl3t64 zlib1g libzstd1 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'PyMySQL==1.2.4'

program=$(find root -name my_print_defaults -type f | sed -n 1p)
cat > ask.py <<'PY'
import sys
from pymysql.optionfile import Parser
parser = Parser()
parser.read(sys.argv[1])
print(parser.get("client", "password"))
PY
seen() {
  printf '[client]\nuser = app\npassword = %s\n' "$1" > my.cnf
  echo "MariaDB $(with_libraries "$program" --defaults-file="$work/my.cnf" client | sed -n 's/^--password=//p') PyMySQL $(venv/bin/python ask.py my.cnf)"
}
same "pa#ss" 'MariaDB pa PyMySQL pa#ss' "$(seen 'pa#ss')"
same '"pa#ss"' 'MariaDB pa#ss PyMySQL pa#ss' "$(seen '"pa#ss"')"
