//! Looks where each format keeps values.

use std::collections::{HashMap, HashSet};

use super::Found;
use super::peers::{of_development, of_path, peers};
use crate::ansible::walk;
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::model::command::{Commands, Origin, Run};
use crate::model::file_purpose::is_template;
use crate::model::secret::{
    ANY_API_KEY, Worth, is_any_key, is_few_words, is_readable, is_secret_name, is_word, of_others, shape,
    tells_what_to_type, url_password, worth,
};
use crate::model::workload::{self, Workload};
use crate::source::{SourceId, Span};
use crate::syntax::dockerfile::{Content, Dockerfile};
use crate::syntax::unit;
use crate::text::{PieceKind, Provenance, Syntax, Text, Variable};
use crate::yaml::{Node, Value};

/// How deep nodes are followed.
const MAX_DEPTH: usize = 40;

/// All credentials, in the order of documents, stacks and commands.
pub(super) fn collect(deployment: &Deployment, commands: &Commands, workloads: &[Workload]) -> Vec<Found> {
    let mut collector = Collector {
        found: Vec::new(),
        seen: HashSet::new(),
        paths: deployment.documents.iter().map(|d| (d.source, d.path.clone())).collect(),
        origin: "",
        example: false,
        peers: HashSet::new(),
    };
    for document in &deployment.documents {
        collector.example = is_template(&document.path);
        collector.document(document);
    }
    collector.example = false;
    collector.origin = "compose";
    for stack in &deployment.stacks {
        for entry in stack.project.get("services").and_then(Node::map).unwrap_or(&[]) {
            collector.service(&entry.value);
        }
    }
    for workload in workloads {
        collector.origin = workload.container.origin.name();
        let path = workload::document(deployment, workload).map_or("", |d| d.path.as_str());
        collector.example = is_template(path);
        collector.peers =
            peers(workload.environment.iter().filter_map(|(key, value)| Some((key.value(), value.as_ref()?.known()?))));
        for (key, value) in &workload.environment {
            if let Some(value) = value {
                collector.pair(key.value(), value);
            }
        }
    }
    collector.example = false;
    collector.peers.clear();
    collector.commands(commands);
    collector.found
}

struct Collector {
    found: Vec<Found>,
    seen: HashSet<Span>,
    /// The paths of the files that values are written in.
    paths: HashMap<SourceId, String>,
    origin: &'static str,
    /// Whether only real tokens count: the file is an example.
    example: bool,
    /// The names of users and of databases that stand beside the value, in small letters.
    peers: HashSet<String>,
}

impl Collector {
    fn document(&mut self, document: &Document) {
        self.peers.clear();
        match (&document.body, document.kind) {
            (Body::Env(file), _) => {
                self.origin = "env";
                self.peers = peers(file.set().filter_map(|e| Some((e.key.value(), e.value.as_ref()?.known()?))));
                for entry in file.set() {
                    if let Some(value) = &entry.value {
                        self.pair(entry.key.value(), value);
                    }
                }
            }
            (Body::Unit(unit), _) => {
                self.origin = "unit";
                for directive in unit.all("Service", "Environment") {
                    for (key, value) in unit::environment(&directive.value) {
                        self.pair(key.value(), &value);
                    }
                }
            }
            (Body::Dockerfile(file), _) => self.dockerfile(file),
            (_, Kind::LiteLlm) => self.nodes("litellm", document),
            (_, Kind::OpenClaw) => self.nodes("openclaw", document),
            (_, Kind::AnsibleVars) => self.nodes("ansible", document),
            (_, Kind::Workload(format)) => {
                self.origin = format;
                for entry in workload::secrets(document) {
                    self.entry(entry.key.known().unwrap_or(""), &entry.value, 0);
                }
            }
            (_, Kind::AnsibleTasks | Kind::AnsiblePlaybook) => self.tasks(document),
            _ => {}
        }
    }

    fn nodes(&mut self, origin: &'static str, document: &Document) {
        self.origin = origin;
        for node in document.nodes() {
            self.tree(node, 0);
        }
    }

    fn tasks(&mut self, document: &Document) {
        self.origin = "ansible";
        for node in document.nodes() {
            for play in node.seq().unwrap_or(&[]) {
                play.get("vars").into_iter().for_each(|vars| self.tree(vars, 0));
            }
        }
        for task in walk::walk(document) {
            task.keyword("vars").into_iter().for_each(|vars| self.tree(vars, 0));
            task.keyword("environment").into_iter().for_each(|vars| self.tree(vars, 0));
            let arguments = task.module.as_ref().map(|m| m.args.pairs()).unwrap_or_default();
            for (key, value) in arguments {
                self.entry(&key, &value, 0);
            }
        }
    }

    fn tree(&mut self, node: &Node, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match node.value() {
            Value::Scalar(scalar) => self.shapes(&scalar.text, false),
            Value::Seq(items) => items.iter().for_each(|item| self.tree(item, depth + 1)),
            Value::Map(entries) => {
                let known = entries.iter().filter_map(|e| Some((e.key.known()?, e.value.known()?)));
                let around = std::mem::replace(&mut self.peers, peers(known));
                for entry in entries.iter().filter(|e| !e.merged) {
                    let key = entry.key.known().unwrap_or("");
                    self.entry(key, &entry.value, depth + 1);
                }
                self.peers = around;
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Node, depth: usize) {
        // `!vault`, `!secret`, `!env` …: encrypted, or elsewhere; YAML's own tags and `!unsafe` change nothing.
        if value.tag().is_some_and(|t| t.starts_with('!') && !t.starts_with("!!") && t != "!unsafe") {
            return;
        }
        match value.text() {
            Some(text) => self.pair(key, text),
            None => self.tree(value, depth),
        }
    }

    fn service(&mut self, service: &Node) {
        for section in [service.get("environment"), service.path(&["build", "args"])].into_iter().flatten() {
            let entries = section.map().unwrap_or(&[]);
            self.peers = peers(entries.iter().filter_map(|e| Some((e.key.known()?, e.value.known()?))));
            for entry in entries {
                if let (Some(key), Some(value)) = (entry.key.known(), entry.value.text()) {
                    self.pair(key, value);
                }
            }
        }
        for key in ["command", "entrypoint"] {
            for node in service.get(key).and_then(Node::seq).unwrap_or(&[]) {
                node.text().into_iter().for_each(|text| self.defaults(text));
            }
        }
        // A probe logs in with what the service has, which stands in its environment.
    }

    fn dockerfile(&mut self, file: &Dockerfile) {
        self.origin = "dockerfile";
        for instruction in file.stages.iter().flat_map(|s| &s.instructions) {
            if let Content::Pairs(pairs) = &instruction.content {
                for pair in pairs.iter().filter(|_| instruction.name != "LABEL") {
                    if let Some(value) = &pair.value {
                        self.pair(pair.key.value(), value);
                    }
                }
            }
        }
    }

    /// What scripts assign, and what commands are given as arguments.
    fn commands(&mut self, commands: &Commands) {
        for run in &commands.all {
            let Some(site) = commands.sites.get(run.site) else { continue };
            self.origin = origin_of(site.origin);
            for assignment in &run.assignments {
                if let Some(value) = &assignment.value {
                    self.pair(assignment.name.value(), &value.text);
                }
            }
            // `echo X | docker login --password-stdin`: right, but for what is written out.
            let reads = |r: &&Run| r.known().iter().any(|w| matches!(*w, "--password-stdin" | "--with-token"));
            if run.shows()
                && let Some(last) = run.effective().get(1..).and_then(<[_]>::last)
                && commands.readers(run).iter().any(reads)
            {
                self.judge(&last.text, "the password on standard input", "place");
            }
            // `echo "Password: ${PASSWORD:-see .env}"` tells people something.
            let told = run.shows() && commands.readers(run).is_empty();
            for word in &run.words {
                if !told || word.text.value().contains('=') {
                    self.defaults(&word.text);
                }
                self.shapes(&word.text, run.shows());
            }
        }
        for secret in commands.secrets().iter().filter(|s| s.literal) {
            let site = commands.all.get(secret.command).and_then(|run| commands.sites.get(run.site));
            self.origin = site.map_or("script", |s| origin_of(s.origin));
            self.add(&secret.text, &secret.name, "name", (false, secret.weak));
        }
    }

    /// A value under its key.
    fn pair(&mut self, key: &str, value: &Text) {
        let secret = is_secret_name(key);
        let named = secret && value.known().and_then(shape) == Some(ANY_API_KEY);
        if !named {
            self.shapes(value, false);
        }
        self.defaults(value);
        // Any `…_KEY` may be the name of an entry: only what looks drawn by lot is a secret there.
        let readable = || value.known().is_some_and(|v| is_readable(v) || is_word(v));
        if secret && !(is_any_key(key) && readable()) {
            self.judge(value, key, "name");
        }
    }

    /// A value that is a secret by its name: written out, or one variable's default.
    fn judge(&mut self, value: &Text, name: &str, by: &'static str) {
        let Some(known) = value.known() else { return };
        // A token is drawn by lot: one word is the name of something, and a local server that checks none takes any.
        let word = || is_word(known) && !name.to_ascii_lowercase().contains("pass");
        let token = ["token", "key"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let valued = worth(known);
        if token && valued == Worth::Real && word() && !name.contains("master") {
            return;
        }
        let weak = match valued {
            Worth::None | Worth::Placeholder => return,
            Worth::Weak => true,
            // A vendor draws its keys by lot: `sk-local-server` is for a program that asks for any.
            Worth::Real => {
                let lower = known.trim_matches(['"', '\'']).to_ascii_lowercase();
                of_others(name) && is_readable(known)
                    || is_few_words(known)
                    || self.peers.contains(&lower)
                    || of_development(known, &self.peers)
                    || self.paths.get(&value.span().source).is_some_and(|path| of_path(path, &lower))
            }
        };
        // Keys of models that run locally are not looked at by anybody; only the master key guards something.
        if self.origin == "litellm" && (weak || is_readable(known)) && !name.contains("master") {
            return;
        }
        if value.is_literal() {
            if !self.example {
                self.add(value, name, by, (false, weak));
            }
        } else if let [piece] = value.pieces()
            && let PieceKind::Variable(variable) = &piece.kind
            && variable.provenance == Provenance::Default
            && let Some(default) = variable.value.as_ref().filter(|v| v.is_literal())
        {
            self.add_default(default, name, by, (true, weak), Some(variable));
        }
    }

    /// Variables called like secrets, whose default is written out.
    fn defaults(&mut self, text: &Text) {
        for variable in text.variables() {
            let Some(value) = variable.value.as_ref().filter(|v| v.is_literal()) else { continue };
            let named = is_secret_name(&variable.name) && variable.provenance == Provenance::Default;
            let Some(known) = value.known().filter(|_| named && !self.example) else { continue };
            if is_any_key(&variable.name) && (is_readable(known) || is_word(known)) {
                continue;
            }
            let valued = worth(known);
            if matches!(valued, Worth::Weak | Worth::Real) {
                let weak = valued == Worth::Weak;
                self.add_default(value, &variable.name, "name", (true, weak), Some(variable));
            }
        }
    }

    /// Tokens by their shape, and passwords in addresses; in a text that is `shown` to people a weak one is an example.
    fn shapes(&mut self, text: &Text, shown: bool) {
        let Some(known) = text.known().filter(|_| text.is_literal()) else { return };
        if let Some(title) = shape(known) {
            self.add(text, title, "shape", (false, false));
        } else if let Some(range) = url_password(known) {
            if tells_what_to_type(known, &range) {
                return;
            }
            let password = text.slice(range);
            if shown && password.known().is_none_or(|p| worth(p) != Worth::Real) {
                return;
            }
            let user = known.split("://").nth(1).and_then(|rest| rest.split(':').next()).unwrap_or("");
            if password.known() == Some(user) && !shown && !self.example {
                self.add(&password, "the password in an address", "place", (false, true));
            }
            self.judge(&password, "the password in an address", "place");
        }
    }

    fn add(&mut self, text: &Text, name: &str, by: &'static str, (default, weak): (bool, bool)) {
        self.add_default(text, name, by, (default, weak), None);
    }

    fn add_default(
        &mut self,
        text: &Text,
        name: &str,
        by: &'static str,
        (default, weak): (bool, bool),
        variable: Option<&Variable>,
    ) {
        if !self.seen.insert(text.span()) {
            return;
        }
        let name = name.trim_start_matches('-').to_owned();
        let path = self.paths.get(&text.span().source).cloned().unwrap_or_default();
        let variable = variable.map(|v| (v.name.clone(), syntax_of(v.syntax)));
        let value = text.value().into();
        self.found.push(Found {
            place: text.place(),
            name,
            by,
            default,
            weak,
            origin: self.origin,
            path,
            variable,
            value,
        });
    }
}

fn syntax_of(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::Compose => "compose",
        Syntax::Jinja => "jinja",
        Syntax::Shell => "shell",
        Syntax::Docker => "docker",
        Syntax::LiteLlm => "litellm",
        Syntax::Systemd => "systemd",
        Syntax::OpenClaw => "openclaw",
    }
}

fn origin_of(origin: Origin) -> &'static str {
    match origin {
        Origin::ComposeCommand | Origin::ComposeEntrypoint | Origin::Healthcheck => "compose",
        Origin::Ansible => "ansible",
        Origin::Script => "script",
        Origin::DockerRun | Origin::DockerStart => "dockerfile",
        Origin::Unit => "unit",
        Origin::Container => "container",
    }
}
