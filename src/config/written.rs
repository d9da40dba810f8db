//! The configuration file as users write it. Its doc comments are the documentation: docs/config.md and the JSON
//! schema are made from them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::finding::Severity;
use crate::knowledge::{Image, Role};

/// `deploylint.toml`, or `[tool.deploylint]` in `pyproject.toml`. Paths and globs are relative to the file's folder.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "deploylint", rename = "deploylint")]
pub struct ConfigFile {
    /// The least severity that makes the exit code 1.
    pub fail_on: Option<FailOn>,
    /// Who reads the findings.
    pub persona: Option<Persona>,
    /// Only these rules.
    #[schemars(with = "Vec<String>")]
    pub select: Vec<Spanned<String>>,
    /// All but these rules.
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// Globs of files that are not audited.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// Globs of Markdown playbooks whose fenced code blocks are audited.
    #[schemars(with = "Vec<String>")]
    pub markdown: Vec<Spanned<String>>,
    /// Names of variables of the process environment that compose interpolation may see; all others stay unknown.
    pub env: Vec<String>,
    /// Env files for compose interpolation, instead of each project's `.env`.
    #[schemars(with = "Vec<String>")]
    pub env_files: Vec<Spanned<String>>,
    /// Files of Ansible variables that win over all others.
    #[schemars(with = "Vec<String>")]
    pub vars: Vec<Spanned<String>>,
    /// Where the pages of rules are, `{rule}` being the id: `https://wiki.example.com/deploylint/{rule}`. Terminals show
    /// them as links, SARIF names them; nothing is fetched.
    #[schemars(with = "Option<String>")]
    pub rule_url: Option<Spanned<String>>,
    /// Folders of your own rules.
    #[schemars(with = "Vec<String>")]
    pub rule_folders: Vec<Spanned<String>>,
    /// A baseline file, as `--baseline` names it.
    pub baseline: Option<String>,
    /// Whether a suppression needs a reason.
    pub require_reason: Option<bool>,
    /// Settings of single rules, by id: `[rules.unpinned-image]`.
    #[schemars(with = "BTreeMap<String, RuleConfig>")]
    pub rules: BTreeMap<Spanned<String>, RuleConfig>,
    /// Compose files that belong together: `[[stack]]`.
    pub stack: Vec<StackConfig>,
    /// Services by the role that they play, where their images do not say it: `agent-gateway = ["bot"]`.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub roles: BTreeMap<Role, Vec<Spanned<String>>>,
    /// What is known about LiteLLM in this deployment.
    pub litellm: LiteLlmConfig,
    /// What is known about software, in addition to what deploylint knows.
    pub knowledge: KnowledgeConfig,
}

/// Settings of one rule.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RuleConfig {
    /// How bad its findings are; `off` switches the rule off.
    pub severity: Option<SeverityConfig>,
    /// Values of the rule's options; `deploylint explain RULE` lists them.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub options: BTreeMap<Spanned<String>, toml::Value>,
    /// Globs of files in which its findings do not count.
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// Why they do not count; reports show it.
    pub reason: Option<String>,
}

/// A severity, or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeverityConfig {
    /// Broken or dangerous now.
    Error,
    /// Will cost something some day.
    Warning,
    /// Worth knowing.
    Note,
    /// Not evaluated.
    Off,
}

/// A severity, or `never`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Note,
    /// Nothing.
    Never,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Everyone.
    Regular,
    /// Who wants it tidy.
    Pedantic,
    /// Who reviews everything.
    Auditor,
}

/// Compose files that are started together.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct StackConfig {
    /// The files, base first, as for `docker compose -f A -f B`.
    #[schemars(with = "Vec<String>")]
    pub files: Vec<Spanned<String>>,
    /// The active profiles; all where it is left out.
    #[schemars(with = "Option<Vec<String>>")]
    pub profiles: Option<Vec<Spanned<String>>>,
    /// Env files instead of `.env`.
    #[schemars(with = "Vec<String>")]
    pub env_files: Vec<Spanned<String>>,
    /// The project directory, where it is not the first file's.
    #[schemars(with = "Option<String>")]
    pub project_directory: Option<Spanned<String>>,
    /// The project's name.
    pub name: Option<String>,
}

/// What is known about LiteLLM.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LiteLlmConfig {
    /// The version that is deployed, where no image tag says it: `1.81.0`.
    #[schemars(with = "Option<String>")]
    pub version: Option<Spanned<String>>,
}

/// What is known about software.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KnowledgeConfig {
    /// Images; an entry wins over deploylint's own for the same name.
    #[schemars(with = "Vec<Image>")]
    pub images: Vec<Spanned<Image>>,
}

impl From<Persona> for crate::finding::Persona {
    fn from(persona: Persona) -> Self {
        match persona {
            Persona::Regular => Self::Regular,
            Persona::Pedantic => Self::Pedantic,
            Persona::Auditor => Self::Auditor,
        }
    }
}

impl FailOn {
    /// The severity; `None` for `never`.
    pub fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}
