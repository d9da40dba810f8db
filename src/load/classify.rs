//! What a file is, by its path and then by its content.
//!
//! A name that docker compose, Docker or systemd gives meaning to decides; any other YAML is what its top level says.
//! Where a role's task deploys a template under another name, `expand` decides again.

use std::sync::LazyLock;

use regex::Regex;

use super::conf::Grammar;
use super::engines::{django, go_template, handlebars};
use super::{formats, named};
use crate::document::Kind;

/// The verdict of [`classify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// What it is; `None` where deploylint does not know it.
    pub kind: Option<Kind>,
    /// Whether it has to be expanded from Jinja first.
    pub template: bool,
    /// Whether its name alone says that it belongs to a deployment.
    pub relevant: bool,
    /// Why it is not audited, where it is not.
    pub reason: String,
}

/// How much of a file has to be read to know what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// Its first bytes; the rest only where [`promising`] says so.
    Head,
    /// Nothing: its name says that it is no deployment file.
    Nothing,
}

/// Endings of files that are never opened: programs, pictures, documents, archives.
const FOREIGN: [&str; 97] = [
    "7z", "adoc", "avi", "avif", "bak", "bat", "bin", "bmp", "bz2", "c", "cc", "class", "cpp", "cs", "css", "csv",
    "cxx", "dart", "db", "deb", "dll", "doc", "docx", "dylib", "elf", "eot", "erb", "erl", "ex", "exe", "exs", "gif",
    "go", "gz", "h", "hpp", "hs", "htm", "html", "ico", "ipynb", "iso", "jar", "java", "jpeg", "jpg", "js", "jsx",
    "kt", "less", "license", "lock", "lua", "map", "markdown", "md", "mdx", "mjs", "mov", "mp3", "mp4", "msi", "o",
    "odt", "otf", "pdf", "php", "pl", "png", "po", "pot", "ps1", "psd", "py", "pyc", "rb", "rpm", "rs", "rst", "scala",
    "scss", "so", "sql", "sqlite", "svg", "swift", "tar", "tf", "tgz", "tif", "ts", "tsx", "ttf", "txt", "vue", "wasm",
    "webp",
];
/// The same, continued: compressed data and fonts.
const PACKED: [&str; 6] = ["whl", "woff", "woff2", "xml", "xz", "zip"];

const FOREIGN_REASON: &str = "no deployment file that deploylint knows";
const MARKDOWN_REASON: &str = "Markdown: `--markdown GLOB` audits the code blocks in it";

/// How much of the file at `path` has to be read.
pub fn wanted(path: &str) -> Wanted {
    let name = path.rsplit('/').next().unwrap_or(path);
    let dir = &path[..path.len() - name.len()];
    if has_extension(name, &["license"]) {
        return Wanted::Nothing;
    }
    if helper(path) {
        return Wanted::Whole;
    }
    // A task may deploy any template as a compose file.
    let named = by_name(dir, name).is_some() || super::quadlet::may_be(dir, name);
    if copied_stem(name).is_some() || template_stem(name).is_some() || named {
        return Wanted::Whole;
    }
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    let conf = name.starts_with("Caddyfile") || has_extension(name, &["caddy", "nginx", "cfg", "template", "tmpl"]);
    if conf || has_extension(name, &["json", "json5", "yml", "yaml", "conf", "unit"]) || formats::may_be(extension) {
        return Wanted::Whole;
    }
    let foreign = |list: &[&str]| list.iter().any(|e| e.eq_ignore_ascii_case(extension));
    if foreign(&FOREIGN) || foreign(&PACKED) { Wanted::Nothing } else { Wanted::Head }
}

/// Whether the file at `path` is read, without being audited, for what it says of starting a deployment.
pub fn helper(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let workflow =
        ["/workflows/", "/.forgejo/", "/.woodpecker/"].iter().any(|folder| format!("/{lower}").contains(folder));
    named::helper(name)
        || has_extension(name, &["mk", "ps1", "just"])
        || workflow && has_extension(name, &["yml", "yaml"])
}

/// Whether a file that begins with `head` may be a script or a unit.
pub fn promising(head: &[u8]) -> bool {
    // Most files of a tree are asked this: one pass, and a comparison where a bracket opens.
    let mut behind = head.split(|byte| *byte == b'[').skip(1);
    head.starts_with(b"#!") || behind.any(|rest| rest.starts_with(b"Unit]") || rest.starts_with(b"Service]"))
}

/// Whether docker refuses the file at `path` when it is empty; an overlay may be.
pub fn refused_when_empty(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "Dockerfile"].contains(&name)
}

/// Classifies the file at `path` (with `/`) that holds `text`.
pub fn classify(path: &str, text: &str) -> Class {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = template_stem(name);
    let bare = stem.unwrap_or(name);
    let dir = &path[..path.len() - name.len()];
    // REUSE keeps the licence of `Dockerfile.j2` beside it, in `Dockerfile.j2.license`.
    if has_extension(bare, &["license"]) {
        return foreign();
    }
    if let Some(how) = encrypted(text) {
        return Class { reason: format!("encrypted ({how})"), ..foreign() };
    }
    if django(text) {
        return Class { reason: "a Django template".to_owned(), ..foreign() };
    }
    if let Some(reason) = formats::refused(path, text) {
        return Class { reason: reason.to_owned(), ..foreign() };
    }
    let kind = deployed(dir, bare, text).or_else(|| by_content(dir, bare, text)).or_else(|| copied(dir, bare, text));
    if !matches!(kind, Some(Kind::Script | Kind::Markdown)) && handlebars(text) {
        return Class { reason: "a Handlebars template".to_owned(), ..foreign() };
    }
    if kind == Some(Kind::Unit) && go_template(text) {
        return Class { reason: "a Go template".to_owned(), ..foreign() };
    }
    let yaml = has_extension(bare, &["yml", "yaml"]);
    let template = stem.is_some()
        || yaml && !ansible(kind) && holds_jinja(text)
        || kind == Some(Kind::Env) && holds_statements(text)
        || matches!(kind, Some(Kind::Unit | Kind::Conf(_))) && holds_blocks(text)
        || matches!(kind, Some(Kind::Unit | Kind::Env | Kind::Conf(_)))
            && (folder(dir, &["templates"]) || salt(dir))
            && holds_jinja(text);
    let reason = if text.trim().is_empty() { "empty" } else { FOREIGN_REASON };
    Class { kind, template, relevant: kind.is_some() || yaml, reason: reason.to_owned() }
}

/// The class of a file that nobody had to read to know that it is none of ours.
pub fn foreign() -> Class {
    Class { kind: None, template: false, relevant: false, reason: FOREIGN_REASON.to_owned() }
}

/// The class of a file that was not read because of its name.
pub fn unread(path: &str) -> Class {
    let reason = if has_extension(path, &["md", "markdown"]) { MARKDOWN_REASON } else { FOREIGN_REASON };
    Class { reason: reason.to_owned(), ..foreign() }
}

/// The name without its template suffix, where it has one.
pub fn template_stem(name: &str) -> Option<&str> {
    [".j2", ".jinja", ".jinja2"].iter().find_map(|suffix| name.strip_suffix(suffix))
}

/// The name without the suffix of a file that users copy and fill in: `config.yaml.example`.
fn copied_stem(name: &str) -> Option<&str> {
    [".example", ".sample", ".dist"].iter().find_map(|suffix| name.strip_suffix(suffix))
}

/// A configuration of a gateway that users copy. Other kinds of examples are parts of files, or made to be changed.
fn copied(dir: &str, name: &str, text: &str) -> Option<Kind> {
    let name = copied_stem(name).filter(|name| has_extension(name, &["json", "json5", "yml", "yaml"]))?;
    let kind = by_name(dir, name).or_else(|| by_content(dir, name, text));
    kind.filter(|kind| matches!(kind, Kind::OpenClaw | Kind::LiteLlm))
}

/// What a file of this name is if it may hold `text`; for the deployed name of a template too.
pub fn deployed(dir: &str, name: &str, text: &str) -> Option<Kind> {
    let named = by_name(dir, name).filter(|kind| *kind != Kind::Unit || may_be_unit(text));
    named.or_else(|| super::quadlet::is_quadlet(dir, name, text).then_some(Kind::Unit))
}

/// What a file of this name is, whatever it holds.
pub fn by_name(dir: &str, name: &str) -> Option<Kind> {
    let script = has_extension(name, &["sh", "bash"]);
    if named::compose(name) {
        return Some(Kind::Compose);
    }
    if named::dockerfile(name)
        && !has_extension(
            name,
            &["md", "yml", "yaml", "py", "rs", "go", "js", "ts", "dockerignore", "license", "patch", "diff"],
        )
    {
        return Some(Kind::Dockerfile);
    }
    if named::unit(name) || (has_extension(name, &["conf"]) && dir.trim_end_matches('/').ends_with(".service.d")) {
        return Some(Kind::Unit);
    }
    if script {
        return Some(Kind::Script);
    }
    if named::env(name)
        && !has_extension(
            name,
            &[
                "md", "yml", "yaml", "py", "rs", "go", "js", "ts", "sh", "json", "d", "mjs", "tsx", "patch", "diff",
                "age", "gpg", "asc", "enc", "vault",
            ],
        )
    {
        return Some(Kind::Env);
    }
    if named::openclaw(name) && !manifest(name) {
        return Some(Kind::OpenClaw);
    }
    if name == "daemon.json" {
        return Some(Kind::Json);
    }
    if name.starts_with("logrotate") || format!("/{dir}").contains("/logrotate.d/") {
        return Some(Kind::Conf(Grammar::Logrotate));
    }
    if name == ".npmrc" {
        return Some(Kind::Conf(Grammar::Lines));
    }
    let yaml = has_extension(name, &["yml", "yaml"]);
    let plain = yaml || has_extension(name, &["json", ""]);
    if plain && folder(dir, &["group_vars", "host_vars"]) || yaml && folder_last(dir, &["defaults", "vars"]) {
        return Some(Kind::AnsibleVars);
    }
    // What Ansible's roles and collections come from.
    if matches!(name, "requirements.yml" | "requirements.yaml") {
        return Some(Kind::Yaml);
    }
    // A role's dependencies run before it.
    if folder_last(dir, &["meta"]) && matches!(name, "main.yml" | "main.yaml") {
        return Some(Kind::Yaml);
    }
    if yaml && folder(dir, &["tasks", "handlers"]) {
        return Some(Kind::AnsibleTasks);
    }
    // A role's template of `/etc/hosts` is no inventory.
    if named::inventory(name) && !folder(dir, &["templates"])
        || folder_last(dir, &["inventory", "inventories"]) && has_extension(name, &["ini"])
    {
        return Some(Kind::AnsibleInventory);
    }
    None
}

fn by_content(dir: &str, name: &str, text: &str) -> Option<Kind> {
    static SHEBANG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^#!\s*\S*/(env\s+(-S\s+)?)?(ba|da|k|z|a)?sh\b").ok());
    static MODEL_LIST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^model_list\s*:").ok());
    static LITELLM_PARAMS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\blitellm_params\s*:").ok());
    static SETTINGS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^(litellm_settings|router_settings|general_settings)\s*:").ok());
    static PLAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?m)^\s*-\s+(?:name:.*\n(?:\s+.*\n)*?\s+)?(hosts|import_playbook|ansible\.builtin\.import_playbook)\s*:",
        )
        .ok()
    });
    static UNIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^\[(Unit|Service)\]\s*$").ok());
    static SCRAPES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^scrape_configs\s*:").ok());
    static PROXY_CONFIG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^proxy_config\s*:").ok());
    if matches(&SHEBANG, text) {
        return Some(Kind::Script);
    }
    if let Some(grammar) = Grammar::of(name, text) {
        return Some(Kind::Conf(grammar));
    }
    let json = has_extension(name, &["json", "json5"]);
    if json && !manifest(name) && super::openclaw_like::openclaw_like(text) {
        return Some(Kind::OpenClaw);
    }
    let yaml = has_extension(name, &["yml", "yaml"]);
    if yaml && super::calling::calling(text) {
        return Some(Kind::Yaml);
    }
    match formats::recognise(name, text) {
        formats::Claim::Audited(kind) => return Some(kind),
        formats::Claim::Aside => return None,
        formats::Claim::None => {}
    }
    if !yaml {
        return (matches(&UNIT, text) && has_extension(name, &["", "conf", "unit"])).then_some(Kind::Unit);
    }
    if matches(&MODEL_LIST, text) && matches(&LITELLM_PARAMS, text)
        || SETTINGS.as_ref().is_some_and(|r| r.find_iter(text).count() >= 2)
    {
        return Some(Kind::LiteLlm);
    }
    if matches(&SCRAPES, text) || name.starts_with("values") && matches(&PROXY_CONFIG, text) {
        return Some(Kind::Yaml);
    }
    if !other_program(name) && super::compose_like::compose_like(text) {
        return Some(Kind::Compose);
    }
    if matches(&PLAY, text) {
        return Some(Kind::AnsiblePlaybook);
    }
    if folder(dir, &["roles", "playbooks"]) && looks_like_tasks(text) {
        return Some(Kind::AnsibleTasks);
    }
    None
}

/// Whether the JSON file `name` describes a package, a plugin or a format, and holds no values of a configuration.
fn manifest(name: &str) -> bool {
    matches!(name, "package.json" | "package-lock.json" | "tsconfig.json")
        || [".plugin.json", ".package.json", ".schema.json"].iter().any(|end| name.ends_with(end))
}

/// Whether the YAML file `name` belongs to a program that reads `services` in its own way, however much like compose.
fn other_program(name: &str) -> bool {
    let stem = name.trim_start_matches('.').rsplit_once('.').map_or(name, |(stem, _)| stem);
    ["rancher-compose", "woodpecker", "drone", "gitlab-ci", "bitbucket-pipelines", "lando", "devspace"].contains(&stem)
}

/// Whether `text` may be a systemd unit: Avahi's files are called `.service` too (XML), and so are some of YAML.
fn may_be_unit(text: &str) -> bool {
    static SECTION: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*\[[A-Za-z{][^\]\n]*\]\s*($|[{#])").ok());
    static INCLUDES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\{%-?\s*(include|extends|import|from)\b").ok());
    // A file that could not be read is what its name says; the header may stand in an included template.
    text.trim().is_empty() || matches(&SECTION, text) || matches(&INCLUDES, text)
}

fn looks_like_tasks(text: &str) -> bool {
    static TASK: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^- name\s*:.*\n\s+(ansible\.builtin\.|community\.|[a-z_]+:)").ok());
    matches(&TASK, text)
}

/// Whether a line of an env file begins with an expression or a statement of Jinja, as no variable's name does.
fn holds_statements(text: &str) -> bool {
    static STATEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*(\{%-?\s*(if|for|set|raw|macro|include|import)\b|\{\{-?\s*[a-zA-Z_'(\[])").ok()
    });
    matches(&STATEMENT, text)
}

/// Whether a line of `text` begins a block of Jinja, as no unit and no configuration of a proxy does by itself.
fn holds_blocks(text: &str) -> bool {
    static BLOCK: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*\{%-?\s*(if|for|set|raw|macro|include|import|from)\b").ok());
    text.contains("{%") && matches(&BLOCK, text)
}

/// Whether it is a folder of Salt's states, whose files are Jinja templates whatever they are called.
fn salt(dir: &str) -> bool {
    folder(dir, &["salt", "states", "pillar"])
}

/// Whether `text` holds Jinja of ours; `{{.Go}}` and `{{ '{{' }}` are not enough to make a file a template.
fn holds_jinja(text: &str) -> bool {
    static JINJA: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\{%-?\s*(if|for|set|raw|macro|include|import)\b|\{\{-?\s*[a-zA-Z_'(\[]").ok());
    (text.contains("{{") || text.contains("{%")) && matches(&JINJA, text)
}

/// What a file begins with that git-crypt encrypted, and that nobody with the key has checked out.
pub(super) const GIT_CRYPT: &str = "\0GITCRYPT\0";

/// What encrypted the whole file, by its first line.
pub fn encrypted(text: &str) -> Option<&'static str> {
    const MARKS: [(&str, &str); 7] = [
        ("age-encryption.org/", "age"),
        ("-----BEGIN AGE ENCRYPTED FILE-----", "age"),
        ("$ANSIBLE_VAULT;", "Ansible Vault"),
        (GIT_CRYPT, "git-crypt"),
        ("-----BEGIN PGP MESSAGE-----", "PGP"),
        ("-----BEGIN PKCS7-----", "PKCS #7"),
        // What stands in a history from which the secrets were taken out.
        ("***REMOVED***", "`***REMOVED***`"),
    ];
    let text = text.trim_start_matches('\u{feff}').trim_start();
    MARKS.iter().find(|(mark, _)| text.starts_with(mark)).map(|(_, how)| *how)
}

fn ansible(kind: Option<Kind>) -> bool {
    use Kind::{AnsibleInventory, AnsiblePlaybook, AnsibleTasks, AnsibleVars};
    matches!(kind, Some(AnsibleTasks | AnsiblePlaybook | AnsibleVars | AnsibleInventory))
}

/// Whether `text` matches; a pattern that does not compile (a mistake of this file, caught by its tests) never does.
pub(super) fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|p| p.is_match(text))
}

pub(super) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let found = name.rsplit_once('.').map_or("", |(_, e)| e);
    extensions.iter().any(|e| e.eq_ignore_ascii_case(found))
}

fn folder(dir: &str, names: &[&str]) -> bool {
    dir.split('/').any(|part| names.contains(&part))
}

fn folder_last(dir: &str, names: &[&str]) -> bool {
    dir.trim_end_matches('/').rsplit('/').next().is_some_and(|part| names.contains(&part))
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
