//! The env files and the label files of a service: what they say becomes part of it.

use std::collections::HashSet;
use std::path::Path;

use indexmap::IndexMap;

use super::environment::{Environment, MAX_SIZE, env_file, raw_env_file};
use super::extends::joined;
use super::interpolate::interpolate;
use super::missing;
use super::read::Context;
use super::tree::{self, entry};
use crate::problem::{Problem, ProblemKind};
use crate::source::{Sources, Span};
use crate::syntax::env_file::{EnvEntry, EnvFile, Quote};
use crate::text::{Provenance, Text};
use crate::yaml::{Entry, Node};

/// What reads one of them.
type Reader = fn(&Path, Option<Span>, &Context<'_>) -> Result<EnvFile, String>;

/// What reading them needs.
pub(super) struct ServiceFiles<'a> {
    /// The project's variables.
    pub(super) environment: &'a Environment,
    /// Where the paths start.
    pub(super) folder: &'a Path,
    /// What is read.
    pub(super) context: &'a Context<'a>,
    /// What is wrong.
    pub(super) problems: &'a mut Vec<Problem>,
}

/// Variables or labels by name, the last one of a name at the first one's place.
#[derive(Default)]
struct Read {
    by_name: IndexMap<String, Entry>,
    /// Those whose names are not known.
    unnamed: Vec<Entry>,
    /// The bytes of all values.
    size: usize,
}

impl ServiceFiles<'_> {
    /// `node` with the variables of its env files, over which its own win.
    pub(super) fn environment(&mut self, node: &Node) -> Node {
        let Some(files) = node.get("env_file").and_then(Node::seq) else { return node.clone() };
        let own = node.get("environment").map(tree::entries).unwrap_or_default();
        let mut read = Read::default();
        let mut invalid = Vec::new();
        for file in files {
            let Some(path) = file.get("path").and_then(Node::text) else { continue };
            let required = file.get("required").and_then(Node::known) != Some("false");
            let raw = file.get("format").and_then(Node::known) == Some("raw");
            let reader: Reader = if raw { raw_env_file } else { env_file };
            let parsed = match self.parsed(path, "env", required, reader) {
                Ok(Some(parsed)) => parsed,
                Ok(None) => continue,
                Err(()) => {
                    read.anything(path.span());
                    continue;
                }
            };
            let mut here = Read::default();
            for line in parsed.set() {
                let mine = |name: &str| tree::get(&own, name).filter(|n| !n.is_null()).and_then(Node::text);
                let project = |name: &str| self.environment.get(name);
                let before = |name: &str| here.get(name).or_else(|| read.get(name));
                let lookup = |n: &str| project(n).or_else(|| mine(n)).or_else(|| before(n)).cloned();
                let value = self.value(line, &lookup, &mut invalid);
                let value = value.or_else(|| line.key.known().and_then(project).cloned());
                here.extend(value.map(|value| entry(Node::string(line.key.clone()), Node::string(value))));
            }
            read.take(here);
        }
        self.problems.append(&mut invalid);
        let sources = self.context.sources;
        self.problems.extend(own.iter().filter_map(|e| read.hidden_by(e, sources)));
        read.below(node, "environment", own)
    }

    /// `node` with the labels of its label files, over which its own win. They see each other, and no other variable.
    pub(super) fn labels(&mut self, node: &Node) -> Node {
        let Some(files) = node.get("label_file").and_then(Node::seq) else { return node.clone() };
        let own = node.get("labels").map(tree::entries).unwrap_or_default();
        let mut read = Read::default();
        let mut invalid = Vec::new();
        for path in files.iter().filter_map(Node::text) {
            let parsed = match self.parsed(path, "label", true, env_file) {
                Ok(Some(parsed)) => parsed,
                Ok(None) => continue,
                Err(()) => {
                    read.anything(path.span());
                    continue;
                }
            };
            let mut here = Read::default();
            for line in parsed.set() {
                let lookup = |name: &str| read.get(name).or_else(|| here.get(name)).cloned();
                let value = self.value(line, &lookup, &mut invalid);
                here.extend(value.map(|value| entry(Node::string(line.key.clone()), Node::string(value))));
            }
            read.take(here);
        }
        self.problems.append(&mut invalid);
        read.below(node, "labels", own)
    }

    /// The value of `line` with the variables in it replaced.
    fn value(
        &self,
        line: &EnvEntry,
        lookup: &super::interpolate::Lookup<'_>,
        invalid: &mut Vec<Problem>,
    ) -> Option<Text> {
        let value = line.value.as_ref()?;
        if line.quote == Quote::Single {
            return Some(value.clone());
        }
        Some(interpolate(value, lookup, self.context.unset).unwrap_or_else(|failed| {
            invalid.push(failed.problem());
            value.clone()
        }))
    }

    /// The file that `path` names, where it can be read.
    ///
    /// # Errors
    /// It lies where nothing is read, and may say anything.
    fn parsed(&mut self, path: &Text, what: &str, required: bool, read: Reader) -> Result<Option<EnvFile>, ()> {
        let Some(known) = path.known() else { return Ok(None) };
        let disk = joined(self.folder, known);
        if self.context.beyond(&disk) {
            self.problems.push(missing::beyond(&format!("the {what} file"), path));
            return Err(());
        }
        let Some(found) = self.context.locate(&disk) else {
            let written = self.environment.platform().is_some_and(|p| p.env_files);
            if required && !written {
                let what = format!("the {what} file");
                self.problems.push(missing::env_file(&what, path, &disk, self.context));
            }
            return Ok(None);
        };
        if self.context.sealed(&found).is_some() {
            return Err(());
        }
        match read(&found, Some(path.span()), self.context) {
            Ok(parsed) => Ok(Some(parsed)),
            Err(reason) => {
                let message = format!("the {what} file `{}` can't be read: {reason}", path.display());
                self.problems.push(Problem::new(ProblemKind::Refused, message, path.span()));
                Ok(None)
            }
        }
    }
}

/// Where the variable with an empty default is that leaves `text` empty. Of `NAME=${NAME:-}` in a list, the value is cut
/// off behind the variable.
fn empty_default(text: &Text, sources: &Sources) -> Option<Span> {
    if text.variables().iter().any(|v| v.provenance == Provenance::Default) {
        return Some(text.span());
    }
    let span = text.span();
    let source = sources.get(span.source);
    let before = source.text.get(..span.start as usize)?;
    let line = before.rsplit('\n').next()?;
    let open = line.rfind("=${").filter(|_| line.ends_with("-}"))? + 1;
    Some(Span::new(span.source, before.len() - line.len() + open, before.len()))
}

impl Read {
    fn get(&self, name: &str) -> Option<&Text> {
        self.by_name.get(name).and_then(|e| e.value.text())
    }

    /// What is lost where `own`, which is empty unless a variable of the project says otherwise, wins over a value.
    fn hidden_by(&self, own: &Entry, sources: &Sources) -> Option<Problem> {
        let name = own.key.known()?;
        let text = own.value.text().filter(|t| t.is_empty() && !own.value.is_null())?;
        let span = empty_default(text, sources)?;
        let hidden = self.get(name).filter(|v| !v.is_empty())?;
        let message = format!("`{name}` is empty here and wins over the value of the env file");
        let problem = Problem::new(ProblemKind::EnvFileValueHidden, message, span);
        let help = format!("remove `{name}` from `environment`; the env file gives it already");
        Some(problem.label(hidden.span(), "this value is lost").help(help))
    }

    /// A file that nobody reads may say anything.
    fn anything(&mut self, by: Span) {
        let unknown = || Node::string(Text::opaque("a file outside of what is audited", by));
        self.unnamed.push(entry(unknown(), unknown()));
    }

    /// Takes over what a later file says. Until then a name in that file means what earlier files say.
    fn take(&mut self, later: Read) {
        self.by_name.extend(later.by_name);
        self.unnamed.extend(later.unnamed);
        self.size += later.size;
    }

    fn extend(&mut self, entry: Option<Entry>) {
        let Some(mut entry) = entry else { return };
        self.size += entry.value.text().map_or(0, |t| t.value().len());
        if self.size > MAX_SIZE / 16 {
            entry.value = Node::string(Text::opaque("too many values", entry.value.span()));
        }
        match entry.key.known().map(str::to_owned) {
            Some(name) => drop(self.by_name.insert(name, entry)),
            None => self.unnamed.push(entry),
        }
    }

    /// `node` with what was read below its own entries of `key`.
    fn below(mut self, node: &Node, key: &str, own: Vec<Entry>) -> Node {
        if self.by_name.is_empty() && self.unnamed.is_empty() {
            return node.clone();
        }
        let said: HashSet<&str> = own.iter().filter_map(|e| e.key.known()).collect();
        self.by_name.retain(|name, _| !said.contains(name.as_str()));
        let span = node.get(key).map_or_else(|| node.span(), Node::span);
        let mut all = own;
        all.extend(self.by_name.into_values());
        all.append(&mut self.unnamed);
        let mut entries = tree::entries(node);
        tree::put(&mut entries, key, tree::map(all, span));
        tree::with(node, crate::yaml::Value::Map(entries))
    }
}
