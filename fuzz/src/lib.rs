//! What the fuzz targets run and assert.
//!
//! Of every input: no panic; each span lies inside its file and on character boundaries; the same input gives the same
//! output; no effective control character in it. Time and memory are bounded by the fuzzer's own options
//! (`scripts/fuzz.sh`).

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use deploylint::Audit;
use deploylint::check::baseline::Baseline;
use deploylint::check::rules::RuleSet;
use deploylint::cli::{self, Io};
use deploylint::discover::Candidate;
use deploylint::document::Kind;
use deploylint::expand::Options;
use deploylint::knowledge::Knowledge;
use deploylint::source::{Source, Sources, Span};
use deploylint::text::Text;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().expect("the rules load"));
static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().expect("the knowledge loads"));

/// One thread with the stack that the program gives its own.
static POOL: LazyLock<rayon::ThreadPool> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(64 << 20).build();
    pool.expect("a thread")
});

/// Parses `data` as `kind`, then audits it as the file `path`.
pub fn file(kind: Kind, path: &str, data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        POOL.install(|| parse(kind, text));
    }
    files(&[(path, data)]);
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
    let (again, _) = deploylint::load::parse(kind, &text);
    assert_eq!(format!("{body:?}"), format!("{again:?}"), "parsing is not deterministic");
}

/// Audits these files together.
pub fn files(files: &[(&str, &[u8])]) {
    let candidate = |(path, data): &(&str, &[u8])| Candidate {
        disk: Some(PathBuf::from("/deploylint-fuzz").join(path)),
        path: (*path).to_owned(),
        content: Some(data.to_vec()),
    };
    let mut candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    candidates.dedup_by(|a, b| a.path == b.path);
    let audit = || POOL.install(|| deploylint::audit(&candidates, &Options::default(), &RULES, &KNOWLEDGE));
    let (first, second) = (audit(), audit());
    for finding in &first.checked.findings {
        whole_characters(&first.sources, finding.span);
        finding.labels.iter().for_each(|label| whole_characters(&first.sources, label.span));
    }
    assert_eq!(shown(&first), shown(&second), "auditing is not deterministic");
}

fn shown(audit: &Audit) -> Vec<String> {
    audit.checked.findings.iter().map(|f| format!("{:?} {} {}", f.span, f.rule, f.message)).collect()
}

fn whole_characters(sources: &Sources, span: Span) {
    let source = sources.get(span.source);
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(end <= source.text.len(), "{span:?} ends behind {}", source.path);
    assert!(source.text.is_char_boundary(start) && source.text.is_char_boundary(end), "{span:?} cuts a character");
}

/// Audits several files in one input: the byte 1 ends a file, and each file's first byte chooses its name.
pub fn tree(data: &[u8]) {
    const NAMES: [&str; 16] = [
        "compose.yml",
        "compose.override.yml",
        ".env",
        "Dockerfile",
        "deploy.sh",
        "app.service",
        "web.container",
        "litellm.yaml",
        "openclaw.json",
        "nginx.conf",
        "playbook.yml",
        "roles/r/tasks/main.yml",
        "roles/r/defaults/main.yml",
        "roles/r/templates/docker-compose.yml.j2",
        "inventory/hosts",
        "k8s.yaml",
    ];
    let parts = data.split(|b| *b == 1).filter_map(<[u8]>::split_first);
    let parts: Vec<_> = parts.map(|(name, rest)| (NAMES[usize::from(*name) % NAMES.len()], rest)).collect();
    files(&parts);
}

/// Two files, which the byte 1 parts.
pub fn pair(first: &str, second: &str, data: &[u8]) {
    let at = data.iter().position(|b| *b == 1).unwrap_or(data.len());
    let rest = data.get(at + 1..).unwrap_or_default();
    files(&[(first, &data[..at]), (second, rest)]);
}

/// The whole program on standard input; the first byte chooses the format.
pub fn program(data: &[u8]) {
    const FORMATS: [&str; 9] = ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "compact", "markdown"];
    let Some((choice, rest)) = data.split_first() else { return };
    let format = FORMATS[usize::from(*choice) % FORMATS.len()];
    let run = || {
        let (mut stdin, mut stdout, mut stderr) = (rest, Vec::new(), Vec::new());
        let mut io = Io {
            stdin: &mut stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_terminal: false,
            stderr_terminal: false,
        };
        let arguments =
            ["deploylint", "check", "-", "--stdin-filename", "compose.yml", "--isolated", "--persona", "auditor"];
        let code = cli::run(arguments.into_iter().chain(["--format", format]).map(Into::into), &mut io);
        (code, stdout, stderr)
    };
    let first = POOL.install(run);
    let text = std::str::from_utf8(&first.1).expect("a report is UTF-8");
    let effective = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.chars().any(effective), "a control character in {format}");
    assert_eq!(first, POOL.install(run), "the report is not deterministic");
}

/// A rule file.
pub fn rule(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = POOL.install(|| RuleSet::compile(vec![("rules/group/rule.yaml".to_owned(), text.to_owned())]));
    }
}

/// A configuration.
pub fn configuration(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Err(mistake) = deploylint::config::parse("deploylint.toml", text)
    {
        let _ = text.get(mistake.range).expect("a place inside the file");
    }
}

/// A baseline: what was read is written and read again the same.
pub fn baseline(data: &[u8]) {
    let Ok(Ok(read)) = std::str::from_utf8(data).map(Baseline::parse) else { return };
    let written = read.to_json();
    let again = Baseline::parse(&written).expect("its own output");
    assert_eq!(written, again.to_json());
}
