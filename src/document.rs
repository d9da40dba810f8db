//! What a file is, once read: its kind and its parsed body.
//!
//! A [`Document`] is one reading of one file: a plain file has one, a template one for each variant of its expansion.
//! The parsers of the bodies live in `load`; what documents mean together is left to `expand` and `model`.

use std::path::PathBuf;

use crate::load::conf::{Conf, Grammar};
use crate::load::dockerfile::Dockerfile;
use crate::load::env_file::EnvFile;
use crate::load::markdown::Markdown;
use crate::load::script::Script;
use crate::load::unit::Unit;
use crate::source::{SourceId, Span};
use crate::text::Text;
use crate::yaml::Node;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A docker compose file.
    Compose,
    /// A LiteLLM proxy configuration.
    LiteLlm,
    /// A list of Ansible tasks or handlers.
    AnsibleTasks,
    /// An Ansible playbook: a list of plays.
    AnsiblePlaybook,
    /// Ansible variables: `defaults/`, `vars/`, `group_vars/`, `host_vars/`.
    AnsibleVars,
    /// An Ansible inventory, INI or YAML.
    AnsibleInventory,
    /// A shell script.
    Script,
    /// A Dockerfile.
    Dockerfile,
    /// A systemd unit or drop-in.
    Unit,
    /// An env file.
    Env,
    /// A file of a format that starts containers and is its own (Kubernetes), by the format's name.
    Workload(&'static str),
    /// An OpenClaw configuration (JSON5).
    OpenClaw,
    /// Another JSON or JSON5 file that a rule may look at (`daemon.json`).
    Json,
    /// Another YAML file that a rule may look at (Smokescreen's, say).
    Yaml,
    /// A configuration of nginx, Caddy, `HAProxy`, Squid, Redis or logrotate.
    Conf(Grammar),
    /// A Markdown playbook, whose fenced blocks are audited.
    Markdown,
}

/// One reading of one file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file.
    pub source: SourceId,
    /// The path that reports print; unique to the file.
    pub path: String,
    /// The path on disk; `None` for standard input.
    pub disk: Option<PathBuf>,
    /// What it is for.
    pub kind: Kind,
    /// Whether it was expanded from a Jinja template.
    pub template: bool,
    /// Which variant of the template's expansion this is, from 0; always 0 for plain files.
    pub variant: u32,
    /// The switch, off by a default, that this variant turns on.
    pub switch: Option<Switch>,
    /// Where a task of the deployment puts it (`dest`), where one does.
    pub deployed: Option<Text>,
    /// The whole text, templates after expansion.
    pub text: Text,
    /// The parsed content.
    pub body: Body,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A variable that a default turns off, and what stands under it in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The variable.
    pub name: String,
    /// The condition that asks for it.
    pub at: Span,
    /// What stands under it.
    pub body: Span,
}

/// A document's parsed content.
#[derive(Debug, Clone)]
pub enum Body {
    /// YAML, JSON5 or INI inventory as YAML: its documents in order.
    Nodes(Vec<Node>),
    /// A shell script.
    Script(Script),
    /// A Dockerfile.
    Dockerfile(Dockerfile),
    /// A systemd unit.
    Unit(Unit),
    /// An env file.
    Env(EnvFile),
    /// A Markdown file's fenced blocks.
    Markdown(Markdown),
    /// A configuration of directives.
    Conf(Conf),
    /// Nothing but the text.
    Lines,
}

/// Something wrong with a file itself: becomes a fact of subject `problem`, and a finding by the rule that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule that reports it (`unparsable-file`, `duplicate-key`, `unresolved-template`, `invalid-value` …).
    pub rule: &'static str,
    /// What is wrong, as a sentence without a full stop. Never holds a value of the file that may be secret.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// Where.
    pub span: Span,
    /// Other places that explain it.
    pub labels: Vec<(Span, String)>,
    /// What would decide whether it is a problem at all, where that can't be known.
    pub doubt: Option<Box<str>>,
}

impl Kind {
    /// The kind's name in JSON reports; frozen.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Compose => "compose",
            Kind::LiteLlm => "litellm",
            Kind::AnsibleTasks => "ansible-tasks",
            Kind::AnsiblePlaybook => "ansible-playbook",
            Kind::AnsibleVars => "ansible-vars",
            Kind::AnsibleInventory => "ansible-inventory",
            Kind::Script => "script",
            Kind::Dockerfile => "dockerfile",
            Kind::Unit => "systemd-unit",
            Kind::Env => "env",
            Kind::Workload(format) => format,
            Kind::OpenClaw => "openclaw",
            Kind::Json => "json",
            Kind::Yaml => "yaml",
            Kind::Conf(_) => "conf",
            Kind::Markdown => "markdown",
        }
    }
}

impl Problem {
    /// A problem of `rule` at `span`.
    pub fn new(rule: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self { rule, message: message.into(), help: String::new(), span, labels: Vec::new(), doubt: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same as something that can't be known; `what` would decide it.
    #[must_use]
    pub fn doubt(mut self, what: impl Into<Box<str>>) -> Self {
        self.doubt = Some(what.into());
        self
    }

    /// The same with another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }
}

impl Document {
    /// A file as it stands, which no template was expanded to.
    pub fn plain(path: String, disk: Option<PathBuf>, kind: Kind, text: Text, parsed: (Body, Vec<Problem>)) -> Self {
        let (body, problems) = parsed;
        let source = text.span().source;
        Document {
            source,
            path,
            disk,
            kind,
            template: false,
            variant: 0,
            switch: None,
            deployed: None,
            text,
            body,
            problems,
        }
    }

    /// The nodes of a YAML or JSON document; empty for other bodies.
    pub fn nodes(&self) -> &[Node] {
        match &self.body {
            Body::Nodes(nodes) => nodes,
            _ => &[],
        }
    }
}
