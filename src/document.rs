//! What a file is, once read: its kind and its parsed body.
//!
//! A [`Document`] is one reading of one file: a plain file has one, a template one for each variant of its expansion.
//! The parsers of the bodies live in `load`; what documents mean together is left to `expand` and `model`.

mod wholes;

use std::path::PathBuf;

use crate::problem::Problem;
use crate::source::{SourceId, Span};
use crate::syntax::conf::{Conf, Grammar};
use crate::syntax::dockerfile::Dockerfile;
use crate::syntax::env_file::EnvFile;
use crate::syntax::markdown::Markdown;
use crate::syntax::script::Script;
use crate::syntax::unit::Unit;
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

/// The comments of a Jinja template: they may stand in a file of any kind but Markdown, whose own text has `{#` too.
pub const TEMPLATE_COMMENTS: &[(&str, &str)] = &[("{#", "#}")];

impl Kind {
    /// The comments that may go over several lines: what opens one and what ends it.
    pub fn block_comments(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Kind::Markdown => &[("<!--", "-->")],
            Kind::Json | Kind::OpenClaw => &[("/*", "*/"), ("{#", "#}")],
            _ => TEMPLATE_COMMENTS,
        }
    }

    /// Who takes a comment behind a value for a part of it, in a line that begins with the word `first`; `None` where
    /// nobody does.
    pub fn reader_without_trailing_comments(self, first: &str) -> Option<&'static str> {
        // Those whose arguments docker takes to the end of the line; a shell reads those of the others.
        let words = ["FROM", "ENV", "ARG", "COPY", "ADD", "LABEL", "USER", "WORKDIR", "EXPOSE", "VOLUME", "SHELL"];
        match self {
            Kind::Unit => Some("systemd"),
            Kind::Dockerfile if words.iter().any(|word| first.eq_ignore_ascii_case(word)) => Some("docker"),
            _ => None,
        }
    }

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
