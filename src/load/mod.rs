//! From bytes to documents: decoding, classification, parsing.
//!
//! Bad content never is an `Err`: it becomes a [`Problem`] with its place, and what could be read goes on. This stage
//! looks at one file at a time; templates are only decoded here, their expansion is `expand`'s.

pub mod classify;
pub mod dockerfile;
pub mod env_file;
pub mod json5;
pub mod markdown;
pub mod script;
mod substitute;
pub mod unit;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::discover::Candidate;
use crate::document::{Body, Document, Kind, Problem};
use crate::source::{Source, SourceId, Sources, Span};
use crate::text::Text;
use crate::yaml;

/// The largest file that is read, in bytes. Deployment files are small (the largest compose file seen: 103 kB).
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// A file after reading.
#[derive(Debug, Clone)]
pub struct File {
    /// Its text.
    pub source: SourceId,
    /// The path that reports print.
    pub path: String,
    /// The path on disk.
    pub disk: Option<PathBuf>,
    /// What it is, or why it is not audited.
    pub verdict: Verdict,
    /// Whether it has to be expanded from Jinja first.
    pub template: bool,
    /// The whole text.
    pub text: Text,
    /// What is wrong with the file as bytes.
    pub problems: Vec<Problem>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is audited as this kind.
    Audited(Kind),
    /// It was recognised, but its bytes can't be read; `problems` says why.
    Unreadable(Option<Kind>),
    /// It is nothing that deploylint knows; the reason.
    Ignored(String),
}

/// Reads all candidates, in parallel; the result is in the candidates' order.
pub fn load(candidates: &[Candidate], sources: &Sources) -> Vec<File> {
    let texts: Vec<_> = candidates.par_iter().map(read).collect();
    let registered: Vec<_> = candidates.iter().zip(texts).map(|(c, read)| (c, register(c, read, sources))).collect();
    registered.into_par_iter().map(|(c, (source, text, problems))| file(c, source, text, problems)).collect()
}

/// Reads one more file that another one names (an `include`, an `env_file`), or returns it where it was read before.
///
/// # Errors
/// The reason in words where it can't be read.
pub fn load_one(disk: &Path, sources: &Sources) -> Result<(SourceId, Text), String> {
    if let Some(id) = sources.find(disk) {
        let source = sources.get(id);
        return Ok((id, whole(id, &source.text)));
    }
    let candidate = Candidate { disk: Some(disk.to_owned()), path: crate::discover::display(disk), content: None };
    let decoded = read(&candidate);
    if let Some((message, _)) = decoded.problem {
        return Err(message);
    }
    let (source, text, _) = register(&candidate, decoded, sources);
    Ok((source, text))
}

/// Parses `text` as `kind`. Templates come here after their expansion.
pub fn parse(kind: Kind, text: &Text) -> (Body, Vec<Problem>) {
    match kind {
        Kind::Compose | Kind::LiteLlm | Kind::AnsibleTasks | Kind::AnsiblePlaybook | Kind::AnsibleVars | Kind::Yaml => {
            parse_yaml(text)
        }
        Kind::AnsibleInventory => crate::expand::inventory::parse(text),
        Kind::OpenClaw | Kind::Json => json5::parse(text),
        Kind::Script => script::parse(text),
        Kind::Dockerfile => dockerfile::parse(text),
        Kind::Unit => unit::parse(text),
        Kind::Env => env_file::parse(text),
        Kind::Markdown => markdown::parse(text),
        Kind::Conf => (Body::Lines, Vec::new()),
    }
}

/// The document of a plain file; `None` for templates and for files that are not audited.
pub fn document(file: &File) -> Option<Document> {
    let Verdict::Audited(kind) = file.verdict else { return None };
    (!file.template).then(|| reading(file, kind, file.text.clone(), 0))
}

/// One reading of `file`: `text` (the file's own, or a variant of its expansion) parsed as `kind`.
pub fn reading(file: &File, kind: Kind, text: Text, variant: u32) -> Document {
    let (body, mut problems) = parse(kind, &text);
    problems.splice(0..0, file.problems.iter().cloned());
    Document {
        source: file.source,
        path: file.path.clone(),
        disk: file.disk.clone(),
        kind,
        template: file.template,
        variant,
        deployed: None,
        text,
        body,
        problems,
    }
}

fn parse_yaml(text: &Text) -> (Body, Vec<Problem>) {
    let parsed = yaml::parse(text);
    let broken = parsed.problems.iter().map(|p| {
        Problem::new("unparsable-file", format!("not valid YAML: {}", p.message), p.span)
            .help("mend the syntax here; nothing after this point was audited")
    });
    let mut problems: Vec<_> = broken.collect();
    for document in &parsed.documents {
        duplicate_keys(document, &mut problems);
    }
    (Body::Nodes(parsed.documents), problems)
}

/// Reports keys that a mapping holds twice: docker compose refuses them, PyYAML silently keeps the last.
fn duplicate_keys(node: &yaml::Node, problems: &mut Vec<Problem>) {
    let mut stack = vec![node.clone()];
    let mut visited = 0_usize;
    while let Some(node) = stack.pop() {
        visited += 1;
        if visited > yaml_limit() {
            return;
        }
        match node.value() {
            yaml::Value::Scalar(_) => {}
            yaml::Value::Seq(items) => stack.extend(items.iter().cloned()),
            yaml::Value::Map(entries) => {
                let mut seen = std::collections::HashMap::new();
                for entry in entries.iter().filter(|e| !e.merged) {
                    stack.push(entry.value.clone());
                    let Some(key) = entry.key.known() else { continue };
                    let Some(first) = seen.insert(key, entry.key.span()) else { continue };
                    let problem = Problem::new("duplicate-key", format!("the key `{key}` stands twice in this mapping"), entry.key.span())
                        .label(first, "first here")
                        .help("keep one of the two: docker compose refuses the file, Ansible and LiteLLM silently take the last");
                    problems.push(problem);
                }
            }
        }
    }
}

fn yaml_limit() -> usize {
    200_000
}

/// A file's text after decoding, with what is wrong with its bytes.
struct Decoded {
    text: String,
    /// Message and byte offset.
    problem: Option<(String, usize)>,
}

fn read(candidate: &Candidate) -> Decoded {
    let failed = |message: String| Decoded { text: String::new(), problem: Some((message, 0)) };
    if let Some(content) = &candidate.content {
        return decode(content.clone());
    }
    let Some(disk) = &candidate.disk else { return failed("no content".to_owned()) };
    match std::fs::metadata(disk) {
        Err(error) => return failed(format!("can't be read: {error}")),
        Ok(meta) if !meta.is_file() => return failed("not a regular file".to_owned()),
        Ok(meta) if meta.len() > MAX_BYTES => {
            let (size, limit) = (meta.len() / 1_048_576, MAX_BYTES / 1_048_576);
            return failed(format!("{size} MiB is larger than a deployment file can be (limit {limit} MiB)"));
        }
        Ok(_) => {}
    }
    match std::fs::read(disk) {
        Ok(bytes) => decode(bytes),
        Err(error) => failed(format!("can't be read: {error}")),
    }
}

fn decode(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, problem: None },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.into_bytes()).into_owned();
            Decoded { text, problem: Some(("not valid UTF-8 here".to_owned(), at)) }
        }
    }
}

fn register(candidate: &Candidate, decoded: Decoded, sources: &Sources) -> (SourceId, Text, Vec<Problem>) {
    let text: Arc<str> = decoded.text.into();
    let id = sources.add(Source::new(candidate.path.clone(), candidate.disk.clone(), Arc::clone(&text)));
    let problem = decoded.problem.map(|(message, at)| {
        Problem::new("unparsable-file", message, Span::new(id, at, at))
            .help("the rest of the tree was audited; this file was not")
    });
    (id, whole(id, &text), problem.into_iter().collect())
}

fn whole(id: SourceId, text: &Arc<str>) -> Text {
    Text::literal(Arc::clone(text), Span::new(id, 0, text.len()))
}

fn file(candidate: &Candidate, source: SourceId, text: Text, problems: Vec<Problem>) -> File {
    let class = classify::classify(&candidate.path, text.value());
    let verdict = match (class.kind, problems.is_empty()) {
        (Some(kind), true) => Verdict::Audited(kind),
        (kind @ Some(_), false) => Verdict::Unreadable(kind),
        (None, false) if class.relevant => Verdict::Unreadable(None),
        (None, _) => Verdict::Ignored(class.reason),
    };
    File {
        source,
        path: candidate.path.clone(),
        disk: candidate.disk.clone(),
        verdict,
        template: class.template,
        text,
        problems,
    }
}
