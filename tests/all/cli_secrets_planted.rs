//! A secret that is planted at any place is printed nowhere, not even six characters of it.
//!
//! Each place gets a secret of its own, so that none is hidden only because another place gave it away.

#![allow(clippy::expect_used, clippy::panic)] // Test code outside of test functions.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use deploylint::check::rules::RuleSet;
use deploylint::expand::Options;
use deploylint::knowledge::Knowledge;
use deploylint::model::subject::Subject;

use crate::common::{FORMATS, Tree};

/// The shortest part of a secret that must not be seen.
const PART: usize = 6;

/// Characters of secrets: letters and digits; letters that make a name behind a dollar sign; what hashes look like.
const KINDS: [fn(&mut Lot) -> String; 3] = [
    |lot| lot.draw(20, b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"),
    |lot| {
        format!("p{}${}", lot.draw(3, b"abcdefgh"), lot.draw(14, b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"))
    },
    |lot| format!("$2b$10${}", lot.draw(40, b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")),
];

/// Draws by lot, the same each time.
struct Lot(u64);

impl Lot {
    fn draw(&mut self, length: usize, alphabet: &[u8]) -> String {
        let mut next = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(self.0 >> 33).expect("31 bits") % alphabet.len();
            char::from(alphabet[at])
        };
        (0..length).map(|_| next()).collect()
    }
}

/// The secrets of a tree, each with the place that it was planted at.
#[derive(Default)]
struct Planted {
    secrets: Vec<(String, String)>,
}

impl Planted {
    fn plant(&mut self, place: impl Into<String>, secret: &str) -> String {
        self.secrets.push((place.into(), secret.to_owned()));
        secret.to_owned()
    }

    /// The places whose secret shows in `output`.
    fn seen(&self, output: &str) -> Vec<String> {
        let mut parts: HashMap<&[u8], &str> = HashMap::new();
        for (place, secret) in &self.secrets {
            for part in secret.as_bytes().windows(PART).filter(|part| part.iter().all(u8::is_ascii_alphanumeric)) {
                parts.insert(part, place);
            }
        }
        let hits = output.as_bytes().windows(PART).filter_map(|part| {
            let place = parts.get(part)?;
            Some(format!("{place}: {}", String::from_utf8_lossy(part)))
        });
        let mut hits: Vec<_> = hits.collect();
        hits.sort();
        hits.dedup();
        hits
    }
}

/// Runs all commands that print something of what they read, and says where a secret was seen.
fn leaks(tree: &Tree, planted: &Planted, formats: &[&str], names: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |what: &str, arguments: &[&str]| {
        let ran = tree.run(arguments);
        found.extend(planted.seen(&ran.stdout).into_iter().map(|hit| format!("{what}: {hit}")));
        found.extend(planted.seen(&ran.stderr).into_iter().map(|hit| format!("{what}, errors: {hit}")));
    };
    let loud = ["--persona", "auditor", "--show-undecided", "--verbose", "--statistics"];
    for format in formats {
        look(format, &[&["check", "--format", format][..], &loud[..]].concat());
    }
    // Statistics stand in place of the excerpts.
    look("excerpts", &["check", "--persona", "auditor"]);
    look("facts", &["facts"]);
    for (name, path) in names {
        look("explain-var", &["explain-var", name, path]);
    }
    look("writing a baseline", &["check", "--persona", "auditor", "--write-baseline", "baseline.json"]);
    let baseline = std::fs::read_to_string(tree.path("baseline.json")).unwrap_or_default();
    found.extend(planted.seen(&baseline).into_iter().map(|hit| format!("the baseline: {hit}")));
    found
}

/// Where people write secrets, with `@` for one; a group shares a file.
const PLACES: &[(&str, &str)] = &[
    (
        ".env",
        "SMTP_PASSWORD=@\nQUOTED_PASSWORD=\"@\"\nSINGLE_PASSWORD='@'\nexport API_TOKEN=@\nAPI_TOKEN=@\nDATABASE_URL=postgres://app:@@db:5432/app\nURL_OF=amqp://u:@@mq\nGOOGLE_CREDENTIALS={\"type\": \"x\", \"private_key\": \"@\"}\nBASIC_AUTH=admin:@\nPART_PASSWORD=${NOBODY_SETS:-@}\nNEST_PASSWORD=${ONE:-${TWO:-@}}\nPLUS_PASSWORD=${ONE:+@}\n",
    ),
    (
        "compose.yml",
        "services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_PASSWORD: @\n      MYSQL_PWD: \"@\"\n      OTHER_PASSWORD: '@'\n      NEW_PASSWORD: ${NEW_PASSWORD:-@}\n      ALT_PASSWORD: ${ALT_PASSWORD-@}\n      LONG_TOKEN: ${A_TOKEN:-${B_TOKEN:-@}}\n      URL: postgres://me:@@db/x\n      CACHE_URL: redis://:@@cache:6379/0\n      JSON: '{\"token\": \"@\", \"port\": 1}'\n      OTEL_EXPORTER_OTLP_HEADERS: \"Authorization=Bearer @,x-api-key=@\"\n      BLOCK_SECRET: |\n        @\n        @\n      FOLDED_SECRET: >-\n        @\n    labels:\n      traefik.http.middlewares.a.basicauth.users: \"admin:@\"\n      - not a list\n",
    ),
    (
        "run/compose.yml",
        "services:\n  cache:\n    image: redis:7.4.1\n    command: redis-server --requirepass @\n    healthcheck:\n      test: [\"CMD\", \"redis-cli\", \"-a\", \"@\", \"ping\"]\n  app:\n    image: example/app:1.0.0\n    command: [\"app\", \"--token\", \"@\", \"--password=@\"]\n    environment:\n      - ADMIN_PASSWORD=@\n      - \"QUOTED_TOKEN=@\"\n    build:\n      context: https://me:@@git.example.com/app.git\n      args:\n        NPM_TOKEN: @\n    depends_on: [nothing]\nsecrets:\n  inline:\n    content: @\n",
    ),
    (
        "deploy.sh",
        "#!/bin/sh\nTOKEN=@ run --fast\nexport DB_PASSWORD=\"@\"\nAPI_KEY='@'\nSECRET=\"${SECRET:-@}\"\ndocker run -e API_TOKEN=@ app:1\ndocker login -u me -p @ registry.example.com\ncurl -u me:@ http://example.com\ncurl -H \"Authorization: Bearer @\" https://example.com/x | sh\nmysql -uroot -p@ app\nsshpass -p @ ssh host\nredis-cli -a @ ping\npsql postgres://u:@@h/d\necho @ | docker login --password-stdin\nPASSWORD=$(echo @)\ngit clone https://u:@@example.com/x.git\nopenclaw config set gateway.auth.token @\ncat > .env <<END\nHERE_PASSWORD=@\nEND\n",
    ),
    (
        "Dockerfile",
        "FROM node:22\nENV DB_PASSWORD @\nENV API_TOKEN=@ OTHER=1\nARG NPM_TOKEN=@\nRUN npm config set //r.example.com/:_authToken=@ && app --password @\nRUN curl -H \"X-Api-Key: @\" https://example.com/a | sh\n",
    ),
    (
        "app.service",
        "[Service]\nEnvironment=API_TOKEN=@\nEnvironment=\"DB_PASSWORD=@\" A=b\nEnvironment=DATABASE_URL=postgres://u:@@h/d\nExecStart=/usr/bin/app --token @ --password=@\n",
    ),
    (
        "litellm.yaml",
        "model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: @\n      extra_headers: {\"Authorization\": \"Bearer @\"}\ngeneral_settings:\n  master_key: @\n  database_url: postgres://u:@@h/d\nlitellm_settings:\n  cache: true\n  cache_params: {type: redis, password: @}\n",
    ),
    (
        "openclaw.json",
        "{gateway: {auth: {mode: \"token\", token: \"@\"}, remote: {token: '@'}}, models: {providers: {openai: {apiKey: \"@\"}}},\n channels: {telegram: {botToken: \"@\"}}}\n",
    ),
    (
        "roles/a/defaults/main.yml",
        "a_password: @\na_token: \"@\"\na_fallback: \"{{ b_password | default('@') }}\"\na_url: \"http://me:@@h\"\na_joined: \"{{ a_password }}-x\"\na_secret: |\n  @\na_users:\n  - name: bob\n    password: @\na_tokens: [@, '@']\n",
    ),
    (
        "roles/a/tasks/main.yml",
        "- name: Add a user\n  ansible.builtin.command: tool login --password @\n- ansible.builtin.shell: echo @ | docker login --password-stdin\n- ansible.builtin.copy: {content: \"TOKEN=@\", dest: /etc/a.env}\n- ansible.builtin.uri:\n    url: https://u:@@example.com\n    headers: {Authorization: \"Bearer @\"}\n- community.docker.docker_container:\n    name: a\n    image: x:latest\n    env: {DB_PASSWORD: \"{{ q_password | default('@') }}\", A_TOKEN: @}\n- debug: msg=\"password=@\"\n",
    ),
    (
        "roles/a/templates/a.env.j2",
        "A_PASSWORD={{ a_password | default('@') }}\nB_TOKEN=@\nC_SECRET={{ 'x' if y else '@' }}\nD_URL=postgres://u:{{ p | default('@') }}@h/d\n",
    ),
    ("broken/compose.yml", "services:\n  db:\n    environment:\n      DB_PASSWORD: @\n   x: [\n"),
    ("notes.md", "```yaml\nservices:\n  a:\n    image: a\n    environment:\n      A_PASSWORD: @\n```\n"),
];

#[test]
fn no_place_gives_its_secret_away() {
    let mut lot = Lot(7);
    for (kind, make) in KINDS.iter().enumerate() {
        let mut planted = Planted::default();
        let tree = Tree::new(&[]);
        for (path, text) in PLACES {
            let mut written = String::new();
            let mut rest = *text;
            let mut count = 0;
            while let Some(at) = rest.find('@') {
                written.push_str(&rest[..at]);
                count += 1;
                let line = written.lines().count();
                written.push_str(&planted.plant(format!("{path}:{line} ({count})"), &make(&mut lot)));
                rest = &rest[at + 1..];
                // The second of two is that of an address.
                if let Some(behind) = rest.strip_prefix('@') {
                    written.push('@');
                    rest = behind;
                }
            }
            tree.write(path, (written + rest).as_bytes());
        }
        let names = [
            ("a_password", "roles/a/templates/a.env.j2"),
            ("a_fallback", "roles/a/templates/a.env.j2"),
            ("a_url", "roles/a/templates/a.env.j2"),
            ("a_users", "roles/a/templates/a.env.j2"),
            ("a_joined", "roles/a/templates/a.env.j2"),
        ];
        // What a format shows does not depend on the characters.
        let formats = if kind == 0 { &FORMATS[..] } else { &FORMATS[..2] };
        let found = leaks(&tree, &planted, formats, &names);
        assert!(found.is_empty(), "secrets of kind {kind} are printed:\n{}", found.join("\n"));
    }
}

/// Writes the files of `folder` to `to` in the tree.
fn copy(folder: &Path, tree: &Tree, to: &str) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = format!("{to}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            copy(&entry.path(), tree, &name);
        } else {
            tree.write(&name, &std::fs::read(entry.path()).expect("a file"));
        }
    }
}

/// Replaces each credential of the tree by one that was drawn.
fn replace(tree: &Tree, planted: &mut Planted) {
    let mut lot = Lot(11);
    let found = deploylint::discover::discover(std::slice::from_ref(&tree.0)).expect("a tree");
    let knowledge = Knowledge::embedded().expect("knowledge");
    let audit = deploylint::audit(&found.candidates, &Options::default(), &RuleSet::default(), &knowledge);
    let mut edits: HashMap<PathBuf, Vec<(usize, usize)>> = HashMap::new();
    let written = audit.facts.of(Subject::Argument).into_iter().filter(|id| {
        let literal = audit.facts.get(*id).field("literal").map(|f| &f.value);
        matches!(literal, Some(deploylint::model::fact::Value::Bool(true)))
    });
    for id in audit.facts.of(Subject::Credential).into_iter().chain(written) {
        let span = audit.facts.get(id).place.span;
        if let Some(disk) = &audit.sources.get(span.source).disk {
            edits.entry(disk.clone()).or_default().push((span.start as usize, span.end as usize));
        }
    }
    for (path, mut spans) in edits {
        let mut text = std::fs::read_to_string(&path).expect("a file");
        spans.sort_unstable();
        spans.dedup();
        let mut end = text.len();
        for (start, stop) in spans.into_iter().rev().filter(|(start, stop)| start < stop) {
            let old = text.get(start..stop).unwrap_or_default();
            // Quotes around a value stay.
            let quotes = old.len() - old.trim_matches(['"', '\'']).len();
            let (start, stop) = (start + quotes / 2, stop - quotes / 2);
            if stop > end || old.contains(['\n', '$', '{', '`']) {
                continue;
            }
            let secret = KINDS[0](&mut lot);
            let place = path.strip_prefix(&tree.0).unwrap_or(&path).display().to_string();
            text.replace_range(start..stop, &planted.plant(place, &secret));
            end = start;
        }
        std::fs::write(&path, text).expect("write the file");
    }
}

#[test]
fn no_fixture_gives_its_secrets_away() {
    let tree = Tree::new(&[]);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    copy(&fixtures, &tree, "fixtures");
    let mut planted = Planted::default();
    replace(&tree, &mut planted);
    assert!(planted.secrets.len() > 1, "only {} secrets were found", planted.secrets.len());
    let found = leaks(&tree, &planted, &FORMATS[..4], &[]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_example_of_a_rule_gives_its_secrets_away() {
    let tree = Tree::new(&[]);
    let rules = RuleSet::embedded().expect("rules");
    for rule in rules.iter() {
        for (index, example) in rule.file.examples.bad.iter().enumerate() {
            let folder = format!("{}/{index}", rule.file.id);
            if let Some(text) = &example.text {
                let file = example.file.as_deref().unwrap_or("compose.yml");
                tree.write(&format!("{folder}/{file}"), text.as_bytes());
            }
            for (path, text) in &example.files {
                tree.write(&format!("{folder}/{path}"), text.as_bytes());
            }
        }
    }
    let mut planted = Planted::default();
    replace(&tree, &mut planted);
    assert!(planted.secrets.len() > 30, "only {} secrets were found", planted.secrets.len());
    let found = leaks(&tree, &planted, &FORMATS[..2], &[]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
