#!/usr/bin/env bash
# Software: docker buildx 0.13.1 (Debian trixie).
# Most engineers expect: `docker buildx bake` reads docker-bake.hcl where there is one; compose.yaml is for
#   compose.
# What happens: It reads both and merges targets with the services of the same name: build arguments of the
#   compose file are in the released image, and services with `build:` join the default group. `-f
#   docker-bake.hcl` reads one.
# Output when it was run on 2026-11-29:
#   0.13.1
#   0.13.1
#   bake: tests web | src {'MODE': 'debug', 'RELEASE': '1'} ['example/web:1']
#   bake -f docker-bake.hcl web: web | . {'RELEASE': '1'} ['example/web:1']
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
"${apt[@]}" download 'docker-buildx=0.13.1*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

export HOME=$work DOCKER_CONFIG=$work/docker
bake() { root/usr/libexec/docker/cli-plugins/docker-buildx bake --print "$@" 2> log; }
root/usr/libexec/docker/cli-plugins/docker-buildx version | grep -oE ' v?0[0-9.]+' | tr -d ' v'
cat > compose.yaml <<'YAML'
services:
  web: {image: "example/web:dev", build: {context: src, args: {MODE: debug}}}
  tests: {image: "example/tests:dev", build: tests}
YAML
cat > docker-bake.hcl <<'HCL'
target "web" {
  args = { RELEASE = "1" }
  tags = ["example/web:1"]
}
HCL
cat > show.py <<'PY'
import json, sys
plan = json.load(sys.stdin)
web = plan["target"]["web"]
print(" ".join(sorted(plan["group"]["default"]["targets"])), "|", web["context"], web["args"], web["tags"])
PY
same "bake" "tests web | src {'MODE': 'debug', 'RELEASE': '1'} ['example/web:1']" "$(bake | python3 show.py)"
same "bake -f docker-bake.hcl web" "web | . {'RELEASE': '1'} ['example/web:1']" "$(bake -f docker-bake.hcl web | python3 show.py)"
