#!/usr/bin/env bash
# Installs the programs that read our reports in the tests, below .tools/reports: sarif-tools and junitparser from PyPI, the
# schema of Jenkins for JUnit (it is part of pytest's source package), and, where npm is, Microsoft's SARIF validator.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.tools/reports
python="$root/bin/python"
if ! { [ -x "$python" ] && "$python" -c 'import junitparser, lxml, sarif' 2>/dev/null; }; then
  scripts/python-packages.sh "$root" 'sarif-tools==3.0.5' 'junitparser==5.0.3' 'lxml==6.1.1'
fi
if [ ! -e "$root/junit-10.xsd" ]; then
  "$root/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$root" 'pytest==8.3.4'
  tar -xzf "$root/pytest-8.3.4.tar.gz" -C "$root" --strip-components=3 pytest-8.3.4/testing/example_scripts/junit-10.xsd
fi
validator="$root/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
[ -x "$validator" ] && exit 0
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "Microsoft's SARIF validator is taken for Linux on x86_64 alone" >&2; exit 1; }
command -v npm >/dev/null || { echo "npm is not installed, so Microsoft's SARIF validator is missing" >&2; exit 1; }
npm install --silent --no-audit --no-fund --prefix "$root" '@microsoft/sarif-multitool-linux@5.7.0' >/dev/null
chmod +x "$validator"
