//! Writes trees of deployment files to measure with: varied, realistic, and the same for the same arguments.
//!
//! `cargo run --release --example generate -- KIND COUNT FOLDER`. The kinds are those of [`KINDS`]; `stacks` are whole
//! deployments, the others grow in one dimension each.

#![allow(clippy::print_stderr)] // A program for developers.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

/// What a kind of tree is called, what its count counts, and what writes it.
type Kind = (&'static str, &'static str, fn(usize, &Path) -> io::Result<()>);

const KINDS: &[Kind] = &[
    ("stacks", "folders with a compose file and what belongs to it", stacks),
    ("services", "services in one compose file", services),
    ("networks", "networks in one compose file", networks),
    ("findings", "published ports of one compose file, each a finding", findings),
    ("hosts", "hosts of an Ansible inventory, each with 200 variables", hosts),
    ("script", "lines of one shell script", script),
    ("env", "lines of one environment file", environment),
    ("files", "files that deploy nothing, beside one compose file", files),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, count, folder] = arguments.as_slice() else { return usage() };
    let Some((.., write)) = KINDS.iter().find(|(name, ..)| name == kind) else { return usage() };
    let Ok(count) = count.parse() else { return usage() };
    match write(count, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("generate KIND COUNT FOLDER; kinds:");
    for (name, what, _) in KINDS {
        eprintln!("  {name}: {what}");
    }
    ExitCode::FAILURE
}

fn write(folder: &Path, path: &str, text: &str) -> io::Result<()> {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    fs::write(path, text)
}

/// Numbers that look drawn by lot and are the same in each run.
struct Lot(u64);

impl Lot {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap_or(0)
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() % end.max(1)
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const APPS: &[(&str, &str, &str)] = &[
    ("web", "nginx:1.27.3-alpine", "80"),
    ("app", "ghcr.io/example/app:2.4.1", "8000"),
    ("api", "node:22-alpine", "3000"),
    ("gateway", "ghcr.io/berriai/litellm:main-v1.81.3-stable", "4000"),
    ("agent", "ghcr.io/openclaw/openclaw:2026.2.1", "18789"),
    ("chat", "ghcr.io/open-webui/open-webui:main", "8080"),
    ("worker", "python:3.13-slim", "8001"),
    ("metrics", "prom/prometheus:v3.1.0", "9090"),
    ("dashboards", "grafana/grafana:11.4.0", "3000"),
    ("search", "getmeili/meilisearch:v1.12", "7700"),
];

const STORES: &[(&str, &str, &str, &str)] = &[
    ("db", "postgres:16.4", "/var/lib/postgresql/data", "pg_isready -U app"),
    ("cache", "redis:7.4-alpine", "/data", "redis-cli ping"),
    ("queue", "rabbitmq:4-management", "/var/lib/rabbitmq", "rabbitmq-diagnostics -q ping"),
    ("documents", "mongo:7", "/data/db", "mongosh --eval 'db.runCommand(\"ping\")'"),
];

fn stacks(count: usize, folder: &Path) -> io::Result<()> {
    for number in 0..count {
        let mut lot = Lot(number as u64 + 1);
        let name = format!("stack-{number:05}");
        write(folder, &format!("{name}/docker-compose.yml"), &stack(&mut lot, number))?;
        write(folder, &format!("{name}/.env"), &stack_environment(&mut lot))?;
        if lot.often(30) {
            write(folder, &format!("{name}/litellm.yaml"), &models(&mut lot))?;
        }
        if lot.often(30) {
            write(folder, &format!("{name}/Dockerfile"), DOCKERFILE)?;
        }
        if lot.often(30) {
            write(folder, &format!("{name}/deploy.sh"), &deploy(&mut lot))?;
        }
        write(
            folder,
            &format!("{name}/README.md"),
            &format!("# Stack {number}\n\nStarts with `docker compose up`.\n"),
        )?;
    }
    Ok(())
}

fn stack(lot: &mut Lot, number: usize) -> String {
    let mut out = format!("name: stack{number}\nservices:\n");
    let stores: Vec<_> = STORES.iter().filter(|_| lot.often(45)).collect();
    for at in 0..=lot.below(4) {
        let (name, image, port) = APPS[lot.below(APPS.len())];
        application(&mut out, lot, &format!("{name}{at}"), image, port);
        if let Some((store, ..)) = stores.first() {
            let _ = writeln!(out, "    depends_on:\n      {store}:\n        condition: service_healthy");
        }
    }
    for (name, image, data, probe) in &stores {
        let _ = writeln!(out, "  {name}:\n    image: {image}\n    restart: unless-stopped");
        let _ = writeln!(
            out,
            "    environment:\n      POSTGRES_PASSWORD: ${{DB_PASSWORD:?set it}}\n      POSTGRES_USER: app"
        );
        let _ = writeln!(out, "    volumes:\n      - {name}-data:{data}\n    networks: [back]");
        let _ = writeln!(
            out,
            "    healthcheck:\n      test: [\"CMD-SHELL\", {probe:?}]\n      interval: 10s\n      retries: 5"
        );
    }
    out.push_str("networks:\n  front: {}\n  back:\n    internal: true\n");
    if !stores.is_empty() {
        out.push_str("volumes:\n");
    }
    for (name, ..) in stores {
        let _ = writeln!(out, "  {name}-data:");
    }
    out
}

fn application(out: &mut String, lot: &mut Lot, name: &str, image: &str, port: &str) {
    let _ = writeln!(out, "  {name}:\n    image: {image}\n    restart: {}", lot.one(&["always", "unless-stopped"]));
    let host = 8000 + lot.below(2000);
    let published = match lot.below(4) {
        0 => format!("\"{host}:{port}\""),
        1 => format!("\"127.0.0.1:{host}:{port}\""),
        2 => format!("\"${{BIND:-127.0.0.1}}:{host}:{port}\""),
        _ => format!("\"${{PORT:-{host}}}:{port}\""),
    };
    let _ = writeln!(out, "    ports:\n      - {published}");
    out.push_str("    environment:\n");
    for at in 0..2 + lot.below(8) {
        let _ = match lot.below(5) {
            0 => writeln!(out, "      SETTING_{at}: {}", lot.one(&["\"true\"", "info", "production", "Europe/Berlin"])),
            1 => writeln!(out, "      ENDPOINT_{at}: http://{}:{port}/v1", lot.one(&["db", "cache", "gateway0"])),
            2 => writeln!(out, "      TOKEN_{at}: ${{TOKEN_{at}}}"),
            3 => writeln!(out, "      DATABASE_URL_{at}: postgresql://app:${{DB_PASSWORD}}@db:5432/app"),
            _ => writeln!(out, "      LIMIT_{at}: ${{LIMIT:-{}}}", lot.below(500)),
        };
    }
    let mount = lot.one(&["./data:/data", "./config:/etc/app:ro", "/etc/localtime:/etc/localtime:ro", "files:/files"]);
    let _ = writeln!(out, "    volumes:\n      - {mount}\n    networks: [front, back]");
    if lot.often(60) {
        let _ = writeln!(
            out,
            "    healthcheck:\n      test: [\"CMD\", \"curl\", \"-fsS\", \"http://localhost:{port}/health\"]"
        );
        let _ = writeln!(out, "      interval: 30s\n      timeout: 5s\n      retries: 3");
    }
    if lot.often(30) {
        out.push_str("    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n    read_only: true\n");
    }
    if lot.often(30) {
        out.push_str("    logging:\n      driver: json-file\n      options: {max-size: 10m, max-file: \"3\"}\n");
    }
}

fn stack_environment(lot: &mut Lot) -> String {
    let mut out = format!("# Settings of this stack\nDB_PASSWORD=change{}me{}\n", lot.next(), lot.next());
    for at in 0..10 {
        let _ = writeln!(out, "TOKEN_{at}=tk{:x}{:x}{:x}", lot.next(), lot.next(), lot.next());
    }
    let _ = writeln!(out, "LIMIT={}\nPORT=80{:02}", lot.below(100), lot.below(100));
    out
}

fn models(lot: &mut Lot) -> String {
    let mut out = "model_list:\n".to_owned();
    for at in 0..=lot.below(6) {
        let model =
            lot.one(&["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "ollama/llama3.2", "gemini/gemini-2.5-pro"]);
        let _ = writeln!(out, "  - model_name: model-{at}\n    litellm_params:\n      model: {model}");
        let _ = writeln!(out, "      api_key: os.environ/TOKEN_{at}");
    }
    out.push_str("litellm_settings:\n  drop_params: true\n  num_retries: 2\n");
    out.push_str("general_settings:\n  master_key: os.environ/TOKEN_0\n");
    out
}

const DOCKERFILE: &str = "FROM python:3.13-slim AS base\nWORKDIR /app\nCOPY requirements.txt .\n\
    RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n\
    RUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nUSER 1000\nEXPOSE 8000\n\
    HEALTHCHECK CMD curl -fsS http://localhost:8000/health || exit 1\nCMD [\"python\", \"-m\", \"app\"]\n";

fn deploy(lot: &mut Lot) -> String {
    let mut out = "#!/usr/bin/env bash\nset -euo pipefail\ncd \"$(dirname \"$0\")\"\n".to_owned();
    for _ in 0..4 + lot.below(12) {
        out.push_str(lot.one(&LINES[..]));
        out.push('\n');
    }
    out
}

const LINES: [&str; 8] = [
    "docker compose pull --quiet",
    "docker compose up -d --remove-orphans",
    "if ! command -v curl >/dev/null; then echo 'curl is missing' >&2; exit 1; fi",
    "for service in web api worker; do docker compose logs --tail 20 \"$service\"; done",
    "install -d -m 0750 /srv/app/data",
    "curl -fsS \"http://127.0.0.1:8000/health\" || exit 1",
    "export IMAGE_TAG=\"${IMAGE_TAG:-latest}\"",
    "tar -czf \"/backup/app-$(date +%F).tar.gz\" /srv/app/data",
];

fn services(count: usize, folder: &Path) -> io::Result<()> {
    let mut lot = Lot(7);
    let mut out = "services:\n".to_owned();
    for at in 0..count {
        let (name, image, port) = APPS[at % APPS.len()];
        application(&mut out, &mut lot, &format!("{name}{at}"), image, port);
    }
    out.push_str("networks:\n  front: {}\n  back: {}\nvolumes:\n  files:\n");
    write(folder, "docker-compose.yml", &out)
}

fn networks(count: usize, folder: &Path) -> io::Result<()> {
    let mut out = "services:\n".to_owned();
    for at in 0..count {
        let next = (at + 1) % count;
        let _ = writeln!(out, "  s{at}:\n    image: redis:7.4-alpine\n    networks: [n{at}, n{next}]");
    }
    out.push_str("networks:\n");
    for at in 0..count {
        let _ = writeln!(out, "  n{at}: {{}}");
    }
    write(folder, "docker-compose.yml", &out)
}

fn findings(count: usize, folder: &Path) -> io::Result<()> {
    let mut out = String::new();
    for at in 0..count {
        if at % 100 == 0 {
            "services:\n".clone_into(&mut out);
        }
        let _ = writeln!(out, "  s{at}:\n    image: redis:7.4-alpine\n    ports: [\"{}:6379\"]", 1024 + at % 60_000);
        if at % 100 == 99 || at + 1 == count {
            write(folder, &format!("{:05}/docker-compose.yml", at / 100), &out)?;
        }
    }
    Ok(())
}

fn hosts(count: usize, folder: &Path) -> io::Result<()> {
    let mut inventory = "[servers]\n".to_owned();
    for host in 0..count {
        let _ = writeln!(inventory, "host{host:04} ansible_host=10.0.{}.{}", host / 250, host % 250 + 1);
        let mut values = String::new();
        for at in 0..200 {
            let _ = writeln!(values, "setting_{at}: \"{}\"", if at % 20 == 0 { host } else { at });
        }
        write(folder, &format!("host_vars/host{host:04}.yml"), &values)?;
    }
    write(folder, "inventory.ini", &inventory)?;
    let task = "- name: Write the compose file\n  ansible.builtin.template:\n    src: docker-compose.yml.j2\n    \
        dest: /srv/app/docker-compose.yml\n    mode: \"0644\"\n";
    write(folder, "roles/app/tasks/main.yml", task)?;
    let mut template = "services:\n  app:\n    image: ghcr.io/example/app:2.4.1\n    environment:\n".to_owned();
    for at in 0..200 {
        let _ = writeln!(template, "      SETTING_{at}: \"{{{{ setting_{at} }}}}\"");
    }
    write(folder, "roles/app/templates/docker-compose.yml.j2", &template)?;
    write(folder, "site.yml", "- hosts: servers\n  roles:\n    - app\n")
}

fn script(count: usize, folder: &Path) -> io::Result<()> {
    let mut out = "#!/usr/bin/env bash\nset -euo pipefail\n".to_owned();
    for at in 0..count {
        out.push_str(LINES[at % LINES.len()]);
        out.push('\n');
    }
    write(folder, "deploy.sh", &out)
}

fn environment(count: usize, folder: &Path) -> io::Result<()> {
    let mut lot = Lot(11);
    let mut out = String::new();
    for at in 0..count {
        let _ = match at % 4 {
            0 => writeln!(out, "SETTING_{at}=value-{}", lot.below(1000)),
            1 => writeln!(out, "SERVICE_{at}_TOKEN=tk{:x}{:x}{:x}", lot.next(), lot.next(), lot.next()),
            2 => writeln!(out, "URL_{at}=https://host{at}.example.com/path"),
            _ => writeln!(out, "# What setting {at} is for"),
        };
    }
    write(folder, ".env", &out)?;
    write(folder, "docker-compose.yml", "services:\n  app:\n    image: ghcr.io/example/app:2.4.1\n    env_file: .env\n")
}

fn files(count: usize, folder: &Path) -> io::Result<()> {
    for at in 0..count {
        let (name, text) = match at % 4 {
            0 => ("page.md", format!("# Page {at}\n\nSome words about part {at}.\n")),
            1 => ("values.json", format!("{{\"part\": {at}, \"items\": [1, 2, 3], \"name\": \"part\"}}\n")),
            2 => ("source.py", format!("def part():\n    return {at}\n")),
            _ => ("settings.yaml", format!("part: {at}\nname: part\nitems:\n  - one\n  - two\n")),
        };
        write(folder, &format!("{:04}/{at}-{name}", at / 100), &text)?;
    }
    write(folder, "docker-compose.yml", "services:\n  app:\n    image: ghcr.io/example/app:2.4.1\n")
}
