#!/usr/bin/env bash
# Software: ansible-core 2.19.14, OpenSSH 10.0 (Debian trixie).
# Most engineers expect: `copy` with `content: "{{ lookup('file', 'id_ed25519') }}"` writes the same file as
#   `copy` with `src: id_ed25519`.
# What happens: The lookup cuts the line breaks off the end, and a private key without the last one is no key:
#   ssh says `error in libcrypto` and goes on without it, so that the deployment ends with `Permission denied`.
#   The task is `changed` and the file looks the same. `lookup('file', 'id_ed25519', rstrip=False)` keeps it; a
#   key in a variable wants `|` instead of `|-`.
# Output when it was run on 2026-12-01:
#   ansible-core 2.19.14
#   the run: changed=3 failed=0
#   src: a key
#   lookup: error in libcrypto
#   lookup with rstrip=False: a key
#   what differs: bytes: 1
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
"${apt[@]}" download 'openssh-client=1:10.0p1-*' libc6 libssl3t64 libselinux1 libpcre2-8-0 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 \
  libedit2 libbsd0 libmd0 libtinfo6 zlib1g libzstd1 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'
export HOME=$work ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_INVENTORY_UNPARSED_WARNING=False ANSIBLE_NOCOLOR=1
export ANSIBLE_PYTHON_INTERPRETER=$work/venv/bin/python
venv/bin/pip list 2>/dev/null | grep '^ansible-core '

keygen() { with_libraries root/usr/bin/ssh-keygen "$@"; }
keygen -q -t ed25519 -N '' -C deploy -f id_ed25519
cat > site.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.copy: {dest: "{{ playbook_dir }}/src", src: id_ed25519, mode: "0600"}
    - ansible.builtin.copy: {dest: "{{ playbook_dir }}/lookup", content: "{{ lookup('file', 'id_ed25519') }}", mode: "0600"}
    - ansible.builtin.copy: {dest: "{{ playbook_dir }}/kept", content: "{{ lookup('file', 'id_ed25519', rstrip=False) }}", mode: "0600"}
YAML
venv/bin/ansible-playbook site.yml > said 2>&1
same "the run" 'changed=3 failed=0' "$(grep -oE '(changed|failed)=[0-9]+' said | paste -sd' ')"
seen() { keygen -y -f "$1" 2>&1 | sed -E "s#Load key \"[^\"]*\": ##; s/ssh-ed25519 .*/a key/" | tr -d '\r'; }
same "src" 'a key' "$(seen src)"
same "lookup" 'error in libcrypto' "$(seen lookup)"
same "lookup with rstrip=False" 'a key' "$(seen kept)"
same "what differs" 'bytes: 1' "bytes: $(($(stat -c %s src) - $(stat -c %s lookup)))"
