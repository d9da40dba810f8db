#!/usr/bin/env bash
# Proves that pre-commit can build our hook from a clone (`language: python`, by maturin, which needs a Rust toolchain) and run it. Takes some minutes, so CI runs
# tests/pre_commit.rs instead. Without optimisation: that it builds and runs is what counts.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-pre-commit.sh
pre_commit=$PWD/.tools/pre-commit/bin/pre-commit
source=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/home CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
mkdir "$work/project"
cd "$work/project"
git init --quiet
cat > .pre-commit-config.yaml <<END
repos:
  - repo: $source
    rev: $(git -C "$source" rev-parse HEAD)
    hooks: [{id: deploylint}]
END
printf 'services:\n  web:\n    image: nginx:latest\n' > compose.yml
git add .
said=$("$pre_commit" run 2>&1) && { echo "the hook passed a file with a finding: $said" >&2; exit 1; }
grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "$said" >&2; exit 1; }
printf 'services:\n  web:\n    image: nginx:1.27.3\n    restart: always\n' > compose.yml
git add .
"$pre_commit" run
# Partially staged, with the hook that looks at what is staged: the finding is in the working tree only.
sed -i.orig 's/id: deploylint}/id: deploylint-staged}/' .pre-commit-config.yaml
rm .pre-commit-config.yaml.orig
git add .
git -c user.name=A -c user.email=a@example.com commit --quiet --no-verify --message x
"$pre_commit" install
printf '# more\n' >> compose.yml
git add .
sed -i.orig 's/1.27.3/latest/' compose.yml
rm compose.yml.orig
git -c user.name=A -c user.email=a@example.com commit --quiet --message x
said=$(git -c user.name=A -c user.email=a@example.com commit --quiet --all --message x 2>&1) && { echo "passed: $said" >&2; exit 1; }
grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "$said" >&2; exit 1; }
echo "the hook passes what is good, and refuses what is not"
