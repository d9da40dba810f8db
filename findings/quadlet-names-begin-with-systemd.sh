#!/usr/bin/env bash
# Software: Podman 5.8.6 (Debian unstable): the generator of Quadlet.
# Most engineers expect: app.network, data.volume and db.container make the network `app`, the volume `data`
#   and the container `db`, which the others reach by that name.
# What happens: Without a name of their own they are `systemd-app`, `systemd-data` and `systemd-db`: a host
#   name `db` finds nothing, and a volume `data` that was there before stays behind unused.
# Output when it was run on 2026-11-30:
#   container: --name systemd-%N
#   its volume: -v systemd-data:/var/lib/postgresql/data
#   its network: --network systemd-app
#   with names of their own: --name db --network app -v data:/var/lib/postgresql/data
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

mkdir units
printf '[Container]\nImage=docker.io/library/postgres:17\nVolume=data.volume:/var/lib/postgresql/data\nNetwork=app.network\n' > units/db.container
printf '[Volume]\n' > units/data.volume
printf '[Network]\n' > units/app.network
quadlet() { QUADLET_UNIT_DIRS=$work/units root/usr/libexec/podman/quadlet -dryrun 2>&1; }
quadlet > said
same 'container' '--name systemd-%N' "$(grep -o -e '--name [^ ]*' said)"
same 'its volume' '-v systemd-data:/var/lib/postgresql/data' "$(grep -o -e '-v [^ ]*:[^ ]*' said)"
same 'its network' '--network systemd-app' "$(grep -o -e '--network [^ ]*' said)"
echo 'ContainerName=db' >> units/db.container
echo 'VolumeName=data' >> units/data.volume
echo 'NetworkName=app' >> units/app.network
quadlet > said
same 'with names of their own' '--name db --network app -v data:/var/lib/postgresql/data' "$(grep -oE -e '(--name|--network) [^ ]*|-v [^ ]*:[^ ]*' said | paste -sd' ')"
