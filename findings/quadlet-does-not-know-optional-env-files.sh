#!/usr/bin/env bash
# Software: Quadlet of Podman 5.8.6 (Debian).
# Most engineers expect: `EnvironmentFile=-/etc/app.env` in a .container is optional: a .container is a systemd
#   unit, where the dash means that the file may be missing.
# What happens: Quadlet takes the key for its own and knows no dash: `-/etc/app.env` is a relative path beside
#   the unit, and the container does not start, even where /etc/app.env exists.
# Output when it was run on 2026-11-29:
#   5.8.6
#   --env-file: FOLDER/units/-/etc/app.env
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
quadlet() { QUADLET_UNIT_DIRS="$work/units" root/usr/libexec/podman/quadlet -dryrun 2>/dev/null | sed -n 's/^ExecStart=//p'; }
root/usr/libexec/podman/quadlet -version
mkdir units

printf '[Container]\nImage=registry.example/app:1\nEnvironmentFile=-/etc/app.env\n' > units/app.container
same "--env-file" "FOLDER/units/-/etc/app.env" "$(quadlet | grep -o -- '--env-file [^ ]*' | sed "s|--env-file $work|FOLDER|")"
