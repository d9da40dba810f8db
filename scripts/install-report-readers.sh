#!/usr/bin/env bash
# Installs the programs that read our reports in the tests, below .tools/reports: sarif-tools and junitparser from PyPI, the
# schema of Jenkins for JUnit (it is part of pytest's source package), and, where npm is, Microsoft's SARIF validator.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.tools/reports
python="$root/bin/python"
if ! { [ -x "$python" ] && "$python" -c 'import junitparser, lxml, sarif' 2>/dev/null; }; then
  python3 -m venv "$root"
  "$root/bin/pip" install --quiet --disable-pip-version-check 'sarif-tools==3.0.5' 'junitparser==5.0.3' 'lxml==6.1.1'
fi
if [ ! -e "$root/junit-10.xsd" ]; then
  "$root/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$root" 'pytest==8.3.4'
  tar -xzf "$root/pytest-8.3.4.tar.gz" -C "$root" --strip-components=3 pytest-8.3.4/testing/example_scripts/junit-10.xsd
fi
validator="$root/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
if [ ! -x "$validator" ] && command -v npm >/dev/null && [ "$(uname -sm)" = "Linux x86_64" ]; then
  npm install --silent --no-audit --no-fund --prefix "$root" '@microsoft/sarif-multitool-linux@5.7.0' >/dev/null
  chmod +x "$validator"
fi
