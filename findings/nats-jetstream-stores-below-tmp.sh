#!/usr/bin/env bash
# Software: NATS server 2.10.27 (Debian trixie).
# Most engineers expect: `nats-server -js` in a container with a volume on /data keeps its streams there: the
#   image has that folder, and streams with `storage: file` are there to survive.
# What happens: Without `store_dir` (`-sd`) the streams are in the folder for temporary files,
#   /tmp/nats/jetstream, of the container's own file system: they survive a restart, so all looks well, and are
#   gone when the container is created again. One line of the log says `Temporary storage directory used`.
#   `jetstream: enabled` in the file does the same; `-sd /data` is meant.
# Output when it was run on 2026-12-01:
#   nats-server: v2.10.27
#   -js: Store Directory: /tmp/nats/jetstream, [WRN] Temporary storage directory used
#   jetstream: enabled: Store Directory: /tmp/nats/jetstream, [WRN] Temporary storage directory used
#   -js -sd /data: Store Directory: /data/jetstream, no warning
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
"${apt[@]}" download 'nats-server=2.10.27-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

root/usr/sbin/nats-server --version
mkdir tmp data
export TMPDIR=$work/tmp
seen() {
  root/usr/sbin/nats-server -a 127.0.0.1 -p 18741 "$@" > log 2>&1 &
  server=$!
  for _ in $(seq 300); do grep -q 'Server is ready' log && break; sleep 0.1; done
  kill "$server"
  wait "$server" 2> /dev/null || true
  echo "$(grep -o 'Store Directory: .*' log | tr -d '"' | sed "s#$work##"), $(grep -oE '\[WRN\] [^,]*' log || echo 'no warning')"
}
same "-js" 'Store Directory: /tmp/nats/jetstream, [WRN] Temporary storage directory used' "$(seen -js)"
echo 'jetstream: enabled' > nats.conf
same "jetstream: enabled" 'Store Directory: /tmp/nats/jetstream, [WRN] Temporary storage directory used' "$(seen -c nats.conf)"
same "-js -sd /data" 'Store Directory: /data/jetstream, no warning' "$(seen -js -sd "$work/data")"
