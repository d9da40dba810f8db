#!/usr/bin/env bash
# Software: dotenvy 0.15.7 (Rust), python-dotenv 1.2.4, docker compose 2.40.3 (Debian sid).
# Most engineers expect: `GREETING=hello world` in .env is a text of two words, as it is for compose and
#   python-dotenv; and a line that can not be read costs that variable alone.
# What happens: dotenvy gives up at the line: what stands below it is not set. Programs in Rust write
#   `dotenvy::dotenv().ok()`, since .env is optional, and go on with half of the variables, without a word. Quotes
#   help each reader.
# Output when it was run on 2026-12-01:
#   name = "dotenvy" version = "0.15.7"
#   docker compose: info | hello world | shop
#   python-dotenv: info | hello world | shop
#   dotenvy: info | not set | not set
#   dotenvy, in quotes: info | hello world | shop
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
"${apt[@]}" download 'docker-compose=2.40.3-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'python-dotenv==1.2.4'
mkdir -p rust/src
cat > rust/Cargo.toml <<'TOML'
[package]
name = "app"
version = "0.1.0"
edition = "2021"
[dependencies]
dotenvy = "=0.15.7"
TOML
cat > rust/src/main.rs <<'RS'
fn main() {
    dotenvy::from_filename(".env").ok();
    let value = |name| std::env::var(name).unwrap_or("not set".into());
    println!("{} | {} | {}", value("LEVEL"), value("GREETING"), value("DATABASE"));
}
RS
CARGO_TARGET_DIR=$work/target cargo build -q --manifest-path rust/Cargo.toml 2> log
grep -A 1 '^name = "dotenvy"' rust/Cargo.lock | paste -sd' '

printf 'LEVEL=info\nGREETING=hello world\nDATABASE=shop\n' > .env
echo 'services: {app: {image: "example/app:1", env_file: [.env]}}' > compose.yml
unset LEVEL GREETING DATABASE
compose() {
  root/usr/libexec/docker/cli-plugins/docker-compose config --format json |
    python3 -c 'import json, sys; v = json.load(sys.stdin)["services"]["app"]["environment"]; print(v["LEVEL"], v["GREETING"], v["DATABASE"], sep=" | ")'
}
python() { venv/bin/python -c 'import dotenv; v = dotenv.dotenv_values(".env"); print(v["LEVEL"], v["GREETING"], v["DATABASE"], sep=" | ")'; }
same "docker compose" 'info | hello world | shop' "$(compose)"
same "python-dotenv" 'info | hello world | shop' "$(python)"
same "dotenvy" 'info | not set | not set' "$(target/debug/app)"
printf 'LEVEL=info\nGREETING="hello world"\nDATABASE=shop\n' > .env
same "dotenvy, in quotes" 'info | hello world | shop' "$(target/debug/app)"
