//! What is fuzzed: a function for each format, and inputs to begin with. `fuzz/` runs them without end, `fuzz_smoke` for a
//! number of steps.
//!
//! Of every input: no panic; each span lies inside its file and on character boundaries; the same input gives the same
//! output. Whoever runs them bounds time and memory.

#![allow(dead_code, unreachable_pub, missing_docs)] // `fuzz/` and the tests each use their part.
#![allow(clippy::expect_used, clippy::missing_panics_doc)] // Test code outside of test functions.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use deploylint::Audit;
use deploylint::check::baseline::Baseline;
use deploylint::check::rules::written::Example;
use deploylint::check::rules::{Rule, RuleSet};
use deploylint::cli::{self, Io};
use deploylint::discover::Candidate;
use deploylint::document::Kind;
use deploylint::expand::Options;
use deploylint::finding::Finding;
use deploylint::fix::Fixer;
use deploylint::knowledge::Knowledge;
use deploylint::load::Verdict;
use deploylint::source::{Source, Sources, Span};
use deploylint::syntax::conf::Grammar;
use deploylint::text::Text;

use crate::fuzzed_lsp;

pub static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().expect("the rules load"));
pub static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().expect("the knowledge loads"));

/// One thread with the stack that the program gives its own.
static POOL: LazyLock<rayon::ThreadPool> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(64 << 20).build();
    pool.expect("a thread")
});

/// Files with their paths.
pub type Files = Vec<(String, Vec<u8>)>;

/// Something that is fuzzed.
pub struct Target {
    pub name: &'static str,
    run: fn(&[u8]),
    seed: Seed,
}

/// Which inputs a target begins with.
enum Seed {
    /// The files of a kind.
    Kind(fn(Kind, &str) -> bool),
    /// A file of one kind, and one of another beside it.
    Pair(fn(Kind) -> bool, fn(Kind) -> bool),
    /// Whole trees.
    Tree,
    /// Lines of these.
    Lines(&'static [&'static str]),
    /// The rules themselves.
    Rules,
}

const fn kind(name: &'static str, run: fn(&[u8]), is: fn(Kind, &str) -> bool) -> Target {
    Target { name, run, seed: Seed::Kind(is) }
}

pub const TARGETS: [Target; 26] = [
    kind("yaml", |d| file(Kind::Compose, "compose.yml", d), |k, _| matches!(k, Kind::Compose | Kind::Yaml)),
    kind("litellm", |d| file(Kind::LiteLlm, "litellm_config.yaml", d), |k, _| k == Kind::LiteLlm),
    kind("json5", |d| file(Kind::OpenClaw, "openclaw.json", d), |k, _| matches!(k, Kind::OpenClaw | Kind::Json)),
    kind("shell", |d| file(Kind::Script, "deploy.sh", d), |k, _| k == Kind::Script),
    kind("dockerfile", |d| file(Kind::Dockerfile, "Dockerfile", d), |k, _| k == Kind::Dockerfile),
    kind("unit", |d| file(Kind::Unit, "app.service", d), |k, p| k == Kind::Unit && !quadlet(p)),
    kind("quadlet", |d| file(Kind::Unit, "web.container", d), |k, p| k == Kind::Unit && quadlet(p)),
    kind("env", |d| file(Kind::Env, ".env", d), |k, _| k == Kind::Env),
    kind("inventory", |d| file(Kind::AnsibleInventory, "inventory/hosts", d), |k, _| k == Kind::AnsibleInventory),
    kind("playbook", |d| file(Kind::AnsiblePlaybook, "site.yml", d), |k, _| k == Kind::AnsiblePlaybook),
    kind("kubernetes", |d| file(Kind::Workload("kubernetes"), "app.yaml", d), |k, _| matches!(k, Kind::Workload(_))),
    kind("markdown", |d| file(Kind::Markdown, "README.md", d), |_, p| is_markdown(p)),
    kind("nginx", |d| conf(Grammar::Nginx, "nginx.conf", d), |k, _| k == Kind::Conf(Grammar::Nginx)),
    kind("caddyfile", |d| conf(Grammar::Caddy, "Caddyfile", d), |k, _| k == Kind::Conf(Grammar::Caddy)),
    kind("haproxy", |d| conf(Grammar::HaProxy, "haproxy.cfg", d), |k, _| k == Kind::Conf(Grammar::HaProxy)),
    kind("squid", |d| conf(Grammar::Squid, "squid.conf", d), |k, _| matches!(k, Kind::Conf(_))),
    Target { name: "template", run: template, seed: Seed::Pair(|k| k == Kind::Compose, |k| k == Kind::AnsibleVars) },
    Target { name: "interpolation", run: interpolation, seed: Seed::Pair(|k| k == Kind::Compose, |k| k == Kind::Env) },
    Target { name: "tasks", run: tasks, seed: Seed::Pair(|k| k == Kind::AnsibleTasks, |k| k == Kind::AnsibleVars) },
    Target { name: "tree", run: |d| audited(&unpacked(d)), seed: Seed::Tree },
    Target { name: "fix", run: fix, seed: Seed::Tree },
    kind("program", program, |k, _| k == Kind::Compose),
    Target { name: "lsp", run: fuzzed_lsp::session, seed: Seed::Lines(fuzzed_lsp::SESSIONS) },
    Target { name: "rule", run: rule, seed: Seed::Rules },
    Target { name: "suppression", run: suppression, seed: Seed::Lines(SUPPRESSIONS) },
    Target { name: "configuration", run: configuration, seed: Seed::Lines(CONFIGURATIONS) },
];

const SUPPRESSIONS: &[&str] = &[
    "ignore[unpinned-image] the tag is moved on purpose",
    "ignore",
    "ignore[unpinned-image, port-on-all-interfaces]",
    "ignore-file[unpinned-image]: why\nignore-next-line",
    "ignore[",
];

const CONFIGURATIONS: &[&str] = &[
    "persona = \"auditor\"\nselect = [\"security\"]\nignore = [\"unpinned-image\"]\n",
    "[[ignores]]\nrule = \"unpinned-image\"\nreason = \"moved on purpose\"\npaths = [\"a/**\"]\n",
    "[rules.unpinned-image]\nseverity = \"error\"\n[rules.port-on-all-interfaces.options]\nx = 1\n",
    "exclude = [\"x\"]\nenv = [\"TAG\"]\nbaseline = \"b.json\"\n",
    "{\"version\": 1, \"findings\": [{\"rule\": \"unpinned-image\", \"path\": \"compose.yml\", \"fingerprint\": \"0\"}]}",
];

fn is_markdown(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == "md")
}

fn quadlet(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e != "service" && e != "timer" && e != "socket")
}

impl Target {
    pub fn run(&self, data: &[u8]) {
        POOL.install(|| (self.run)(data));
    }

    /// What to begin with, of these trees.
    pub fn seeds(&self, trees: &[Files]) -> Vec<Vec<u8>> {
        let mut seeds: Vec<Vec<u8>> = match &self.seed {
            Seed::Tree => trees.iter().map(packed).collect(),
            Seed::Lines(lines) => lines.iter().map(|line| line.as_bytes().to_vec()).collect(),
            Seed::Rules => RULES.iter().filter_map(|rule| std::fs::read(repository().join(&rule.path)).ok()).collect(),
            Seed::Kind(is) => trees.iter().flat_map(|tree| of_kind(tree, *is)).collect(),
            Seed::Pair(first, second) => trees.iter().flat_map(|tree| pairs(tree, *first, *second)).collect(),
        };
        seeds.retain(|seed| seed.len() < 16_384);
        seeds.sort();
        seeds.dedup();
        seeds
    }
}

/// What `load` makes of the files of a tree.
fn kinds(tree: &Files) -> Vec<Option<Kind>> {
    let (sources, candidates) = (Sources::default(), candidates(tree));
    let kind = |verdict| if let Verdict::Audited(kind) = verdict { Some(kind) } else { None };
    deploylint::load::load(&candidates, &[], &sources).into_iter().map(|file| kind(file.verdict)).collect()
}

fn of_kind(tree: &Files, is: fn(Kind, &str) -> bool) -> Vec<Vec<u8>> {
    let files = tree.iter().zip(kinds(tree));
    let wanted = files.filter(|((path, _), kind)| {
        kind.is_some_and(|kind| is(kind, path)) || is_markdown(path) && is(Kind::Markdown, path)
    });
    wanted.map(|((_, text), _)| text.clone()).collect()
}

fn pairs(tree: &Files, first: fn(Kind) -> bool, second: fn(Kind) -> bool) -> Vec<Vec<u8>> {
    let kinds = kinds(tree);
    let of = |is: fn(Kind) -> bool| {
        let files = tree.iter().zip(&kinds).filter(move |(_, kind)| kind.is_some_and(is));
        files.map(|((_, text), _)| text.as_slice()).collect::<Vec<_>>()
    };
    let beside = of(second).concat();
    of(first).into_iter().map(|text| [text, b"\0", &beside].concat()).collect()
}

/// The bad and good examples of a rule.
pub fn trees_of(rule: &Rule) -> Vec<Files> {
    let examples = rule.file.examples.bad.iter().chain(&rule.file.examples.good);
    let tree = |example: &Example| {
        let one = example.text.as_ref().map(|text| (example.file.as_deref().unwrap_or("compose.yml"), text));
        let several = example.files.iter().map(|(path, text)| (path.as_str(), text));
        let mut tree: Files =
            one.into_iter().chain(several).map(|(path, text)| (path.to_owned(), text.clone().into_bytes())).collect();
        tree.sort();
        tree
    };
    examples.map(tree).collect()
}

/// The trees of `fixtures/` and the examples of all rules.
pub fn trees() -> Vec<Files> {
    let mut trees: Vec<Files> = RULES.iter().flat_map(trees_of).collect();
    let mut folders = vec![repository().join("fixtures")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let (inner, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        folders.extend(inner);
        let name = |path: &Path| path.strip_prefix(repository()).expect("below it").to_string_lossy().into_owned();
        for path in files {
            trees.push(vec![(name(&path), std::fs::read(&path).expect("a file"))]);
        }
    }
    trees.sort();
    trees
}

/// The folder of the repository, for the tests and for `fuzz/`.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().filter(|_| here.ends_with("fuzz")).unwrap_or(here).to_owned()
}

/// Several files in one input: the byte 0 ends each path and each text.
fn packed(files: &Files) -> Vec<u8> {
    files.iter().flat_map(|(path, text)| [path.as_bytes(), text.as_slice()]).collect::<Vec<_>>().join(&0)
}

/// The other way. Paths stay in the folder that is nowhere.
fn unpacked(data: &[u8]) -> Files {
    let parts: Vec<&[u8]> = data.split(|byte| *byte == 0).collect();
    let mut files: Files = Vec::new();
    for pair in parts.chunks_exact(2).take(40) {
        let path = String::from_utf8_lossy(pair[0]);
        let path: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        files.push((path.join("/"), pair[1].to_vec()));
    }
    files.retain(|(path, _)| !path.is_empty());
    files.sort();
    files.dedup_by(|a, b| a.0 == b.0);
    files
}

pub fn candidates(files: &Files) -> Vec<Candidate> {
    let candidate = |(path, text): &(String, Vec<u8>)| Candidate {
        disk: Some(Path::new(fuzzed_lsp::ROOT).join(path)),
        path: path.clone(),
        content: Some(text.clone()),
        executable: None,
    };
    files.iter().map(candidate).collect()
}

fn conf(grammar: Grammar, path: &str, data: &[u8]) {
    file(Kind::Conf(grammar), path, data);
}

/// Parses `data` as `kind`, then audits it as the file `path`.
fn file(kind: Kind, path: &str, data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        parse(kind, text);
    }
    audited(&vec![(path.to_owned(), data.to_vec())]);
}

fn parse(kind: Kind, text: &str) {
    let sources = Sources::default();
    let shared: Arc<str> = text.into();
    let id = sources.add(Source::new("input", None, Arc::clone(&shared)));
    let text = Text::literal(shared, Span::new(id, 0, text.len()));
    let (body, problems) = deploylint::load::parse(kind, &text);
    for problem in &problems {
        whole_characters(&sources, problem.span);
    }
    if repeated(text.value().len()) {
        let (again, _) = deploylint::load::parse(kind, &text);
        assert!(format!("{body:?}") == format!("{again:?}"), "parsing is not deterministic");
    }
}

/// Whether an input of this length is looked at a second time: a part of them, to have time for others.
fn repeated(length: usize) -> bool {
    length.is_multiple_of(4)
}

pub fn audit(candidates: &[Candidate]) -> Audit {
    deploylint::audit(candidates, &Options::default(), &RULES, &KNOWLEDGE)
}

/// Audits these files together.
fn audited(files: &Files) {
    let candidates = candidates(files);
    let first = audit(&candidates);
    for finding in &first.checked.findings {
        whole_characters(&first.sources, finding.span);
        finding.labels.iter().for_each(|label| whole_characters(&first.sources, label.span));
    }
    if repeated(files.iter().map(|(_, text)| text.len()).sum()) {
        assert!(shown(&first) == shown(&audit(&candidates)), "auditing is not deterministic");
    }
}

pub fn shown(audit: &Audit) -> Vec<String> {
    let place = |span: Span| format!("{}:{}-{}", audit.sources.get(span.source).path, span.start, span.end);
    audit.checked.findings.iter().map(|f| format!("{} {} {}", place(f.span), f.rule, f.message)).collect()
}

fn whole_characters(sources: &Sources, span: Span) {
    let source = sources.get(span.source);
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(end <= source.text.len(), "{span:?} ends behind {}", source.path);
    assert!(source.text.is_char_boundary(start) && source.text.is_char_boundary(end), "{span:?} cuts a character");
}

/// Two files, which the byte 0 parts.
fn pair(first: &str, second: &str, data: &[u8]) {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let rest = data.get(at + 1..).unwrap_or_default();
    let mut files = vec![(first.to_owned(), data[..at].to_vec()), (second.to_owned(), rest.to_vec())];
    files.sort();
    audited(&files);
}

fn template(data: &[u8]) {
    pair("roles/r/templates/docker-compose.yml.j2", "roles/r/defaults/main.yml", data);
}

fn interpolation(data: &[u8]) {
    pair("compose.yml", ".env", data);
}

fn tasks(data: &[u8]) {
    pair("roles/r/tasks/main.yml", "roles/r/defaults/main.yml", data);
}

/// The fixes of a tree: made a second time they change nothing, and no file comes or goes.
fn fix(data: &[u8]) {
    let files = unpacked(data);
    let open = |audit: &Audit| -> Vec<Finding> {
        audit.checked.findings.iter().filter(|finding| finding.suppressed.is_none()).cloned().collect()
    };
    let repair = Fixer { audit: &audit, choose: &open, unsafe_too: true, roots: &[] };
    let fixed = repair.run(candidates(&files));
    let paths: Vec<&str> = fixed.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
    assert!(paths.iter().copied().eq(files.iter().map(|(path, _)| path.as_str())), "a file comes or goes");
    for changed in &fixed.changed {
        assert!(*changed.before != *changed.after, "a change that changes nothing");
    }
    if !fixed.changed.is_empty() {
        let again = repair.run(fixed.candidates);
        assert!(again.changed.is_empty(), "a second run changes something: {:?}", again.applied);
    }
}

/// The whole program on standard input; the first byte chooses the format.
fn program(data: &[u8]) {
    const FORMATS: [&str; 11] =
        ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "compact", "markdown", "html"];
    let Some((choice, rest)) = data.split_first() else { return };
    let format = FORMATS[usize::from(*choice) % FORMATS.len()];
    let run = || {
        let (mut stdin, mut stdout, mut stderr) = (data, Vec::new(), Vec::new());
        let mut io = Io {
            stdin: &mut stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_terminal: false,
            stderr_terminal: false,
            threads: |_| Ok(()),
        };
        let fixed =
            ["deploylint", "check", "-", "--stdin-filename", "compose.yml", "--isolated", "--persona", "auditor"];
        let code = cli::run(fixed.into_iter().chain(["--format", format]).map(Into::into), &mut io);
        (code, stdout, stderr)
    };
    let first = run();
    let text = std::str::from_utf8(&first.1).expect("a report is UTF-8");
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let effective = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || turns(c);
    assert!(!text.chars().any(effective), "a control character in {format}");
    if repeated(rest.len()) {
        assert!(first == run(), "the report is not deterministic");
    }
}

/// A rule file.
fn rule(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = RuleSet::compile(vec![("rules/group/rule.yaml".to_owned(), text.to_owned())]);
    }
}

/// Comments that suppress findings: one for each line of the input.
fn suppression(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut file = "services:\n".to_owned();
    for (n, line) in text.lines().enumerate() {
        let service = ["  s", &n.to_string(), ": # deploylint: ", line, "\n    image: redis:latest # deploylint: "];
        file.extend(service.into_iter().chain([line, "\n    ports: ['6379'] #", line, "\n"]));
    }
    audited(&vec![("compose.yml".to_owned(), file.into_bytes())]);
}

/// A configuration, or a baseline: what was read is written and read again the same.
fn configuration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(mistake) = deploylint::config::parse("deploylint.toml", text) {
        assert!(text.get(mistake.range).is_some(), "a place outside of the file");
    }
    if let Ok(read) = Baseline::parse(text) {
        let written = read.to_json();
        assert!(Baseline::parse(&written).expect("its own output").to_json() == written, "a baseline changes");
    }
}
