#!/usr/bin/env bash
# Software: Prometheus 2.42.0 (Debian bookworm) and 3.5.3 (Debian unstable).
# Most engineers expect: A dollar in prometheus.yml is a dollar, apart from `relabel_configs`: Prometheus reads
#   no environment variables.
# What happens: From 3 on, variables are expanded in `external_labels`, and only there: `a$b` becomes `a`, what
#   worked in 2 changes at the upgrade, and in the labels of a target the same `${REGION}` stays as it is.
# Output when it was run on 2026-11-29:
#   version 2.42.0
#   version 3.5.3
#   2.42: plan: a$b; region: ${REGION} | target: ${REGION}
#   3.5: plan: a; region: eu | target: ${REGION}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

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
"${apt[@]}" download 'prometheus=2.42.0*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
mv root old
rm -rf apt ./*.deb

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
"${apt[@]}" download 'prometheus=3.5.*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

cat > prometheus.yml <<'YAML'
global: {external_labels: {region: "${REGION}", plan: "a$b"}}
scrape_configs:
  - {job_name: app, scrape_interval: 1h, static_configs: [{targets: ["127.0.0.1:1"], labels: {region: "${REGION}"}}]}
YAML
cat > ask.py <<'PY'
import json, time, urllib.request as u
base = "http:" + "//127.0.0.1:18990/api/v1/"
for _ in range(100):
    try:
        config = json.load(u.urlopen(base + "status/config"))["data"]["yaml"]
        labels = json.load(u.urlopen(base + "targets"))["data"]["activeTargets"][0]["labels"]
        break
    except (OSError, IndexError):
        time.sleep(0.2)
lines = config.split("external_labels:\n")[1].split("\n")
print("; ".join(line.strip() for line in lines[:2]), "| target:", labels["region"])
PY
seen() {
  REGION=eu "$1/usr/bin/prometheus" --config.file=prometheus.yml --storage.tsdb.path="data-$1" --web.listen-address=127.0.0.1:18990 > log 2>&1 &
  server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  python3 ask.py
  kill "$server"
  wait "$server" 2>/dev/null || true
}
for version in old root; do "$version/usr/bin/prometheus" --version 2>&1 | grep -oE 'version [0-9.]+' | sed -n 1p; done
same "2.42" 'plan: a$b; region: ${REGION} | target: ${REGION}' "$(seen old)"
same "3.5" 'plan: a; region: eu | target: ${REGION}' "$(seen root)"
