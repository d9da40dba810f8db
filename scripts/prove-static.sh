#!/usr/bin/env bash
# Proves the container image's promise: the program is one static file that runs on an empty, read-only root as nobody,
# without a network, over a tree that it can't write to.
# With a container engine that answers, the image of Dockerfile itself is built and run (the base image is pulled);
# otherwise the static program is built here (scripts/install-static.sh installs what that needs) and run by bubblewrap,
# which has to be there.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD/fixtures/openclaw-ansible
engine=
for one in docker podman; do
  if command -v "$one" >/dev/null && "$one" info >/dev/null 2>&1; then engine=$one; break; fi
done
if [ -n "$engine" ]; then
  "$engine" build --quiet --build-arg "COMMIT=$(git rev-parse HEAD)" --tag deploylint:proof . >/dev/null
  run() { "$engine" run --rm --network none --read-only --volume "$tree:/src:ro" deploylint:proof "$@"; }
else
  command -v bwrap >/dev/null || { echo "bubblewrap is not installed" >&2; exit 1; }
  program=$(scripts/build-static.sh)
  stat --format '%s bytes' "$program"
  run() {
    bwrap --unshare-all --uid 65532 --gid 65532 --die-with-parent --clearenv --ro-bind "$program" /deploylint \
      --ro-bind "$tree" /src --chdir /src --remount-ro / /deploylint "$@"
  }
fi
code=0
said=$(run check before --select egress-proxy-bypass) || code=$?
[ "$code" = 1 ] && grep -q 'egress-proxy-bypass' <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
run check after
echo "runs as nobody, read-only, without a network: ${engine:-bubblewrap}"
