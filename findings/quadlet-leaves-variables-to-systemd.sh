#!/usr/bin/env bash
# Software: Quadlet of Podman 5.8.6 (Debian unstable).
# Most engineers expect: `Exec=serve --port $PORT` beside `Environment=PORT=8080` in a .container gets the
#   variable of the container, or the dollar is kept for a shell in it, as `HealthCmd=` with `$PORT`.
# What happens: The generator copies `$PORT` into ExecStart=, where, by its manual, systemd puts the unit's own
#   variable in for `$PORT` as a word of its own and for `${PORT}` anywhere, and the lines of `Environment=` are
#   not in the unit: they are arguments of podman. `--port` is left alone. `--port=$PORT` stays as it is written;
#   `$$PORT` passes the dollar on in both places, for a shell in the container to read.
# Output when it was run on 2026-11-30:
#   5.8.6
#   Exec in ExecStart=: serve --port $PORT
#   HealthCmd in ExecStart=: --health-cmd "curl\x20-f\x20$PORT/health
#   the unit's own environment: Environment= lines with PORT in [Service]: 0
#   with two dollars: serve --port $$PORT
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
seen() {
  printf '[Container]\nImage=registry.example/app:1\nEnvironment=PORT=8080\nExec=%s\nHealthCmd=%s\n' "$1" "$2" > units/app.container
  QUADLET_UNIT_DIRS="$work/units" root/usr/libexec/podman/quadlet -dryrun 2>/dev/null | sed '1,/^\[Service\]/d' > unit
  grep -oE 'serve .*' unit
  grep -oE -- '--health-cmd .*health' unit
  echo "Environment= lines with PORT in [Service]: $(grep -c '^Environment=.*PORT' unit || true)"
}
seen 'serve --port $PORT' 'curl -f $PORT/health' > plain
same "Exec in ExecStart=" 'serve --port $PORT' "$(sed -n 1p plain)"
same "HealthCmd in ExecStart=" '--health-cmd "curl\x20-f\x20$PORT/health' "$(sed -n 2p plain)"
same "the unit's own environment" 'Environment= lines with PORT in [Service]: 0' "$(sed -n 3p plain)"
same "with two dollars" 'serve --port $$PORT' "$(seen 'serve --port $$PORT' 'true' | sed -n 1p)"
