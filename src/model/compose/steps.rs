//! What builds of images start from, install and run; the lists are data, `rules/knowledge/_builds.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::knowledge::at_least;
use crate::model::command::base as program_name;
use crate::model::command::wrapper::before_program;
use crate::syntax::dockerfile::{Content, Instruction};
use crate::syntax::script::Command;

/// The lists.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    alpine: Vec<Alpine>,
    releases: Vec<Releases>,
    environments: Vec<Maker>,
    programs: Vec<Programs>,
    installers: Vec<Installers>,
    quiet: Vec<Quiet>,
    apk: Vec<Apk>,
    entrypoints: Vec<Entrypoints>,
    folders: Vec<Folders>,
    raises: Vec<Raises>,
    asking: Vec<Asking>,
    bashless: Vec<Bashless>,
}

/// An image that is Alpine in all its tags.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alpine {
    name: String,
    #[serde(default)]
    from: Option<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Releases {
    words: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

/// Who makes a virtual environment.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct Maker {
    /// The tool.
    pub(in crate::model) tool: String,
    /// Its command.
    pub(in crate::model) command: String,
    /// What says that it makes none.
    #[serde(default)]
    pub(in crate::model) without: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Programs {
    names: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Installers {
    scripts: Vec<String>,
    tools: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quiet {
    programs: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Apk {
    commands: Vec<String>,
    packages: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entrypoints {
    images: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Folders {
    made: Vec<String>,
    system: Vec<String>,
    deep: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raises {
    words: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asking {
    always: Vec<String>,
    small: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bashless {
    images: Vec<String>,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

/// The lists; a test makes sure that the file is valid.
fn lists() -> &'static Lists {
    static LISTS: LazyLock<Lists> = LazyLock::new(|| {
        // `rules/knowledge/_builds.yaml`, as the build has it.
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/_builds.json"))).unwrap_or_default()
    });
    &LISTS
}

/// Whether the official image of this name and tag is Alpine, whatever else the tag says.
pub(super) fn is_alpine(name: &str, tag: &str) -> bool {
    let is = |entry: &&Alpine| entry.name == name && entry.from.as_ref().is_none_or(|from| at_least(tag, from));
    lists().alpine.iter().any(|entry| is(&entry))
}

/// Whether a word of a tag names a release of Debian or Ubuntu.
pub(super) fn is_release(word: &str) -> bool {
    lists().releases.iter().flat_map(|r| &r.words).any(|w| w == word)
}

/// Who makes virtual environments.
pub(in crate::model) fn makers() -> &'static [Maker] {
    &lists().environments
}

/// Whether a program is one of a virtual environment.
pub(in crate::model) fn is_of_environment(program: &str) -> bool {
    lists().programs.iter().flat_map(|p| &p.names).any(|n| n == program)
}

/// Whether a word of a script's name says that it installs.
pub(super) fn installs(word: &str) -> bool {
    lists().installers.iter().flat_map(|i| &i.scripts).any(|w| w == word)
}

/// Whether a program may install anything.
pub(super) fn is_installer(program: &str) -> bool {
    lists().installers.iter().flat_map(|i| &i.tools).any(|t| t == program)
}

/// Whether a program, or a word of the shell, installs no package of the system.
pub(in crate::model) fn installs_no_package(program: &str) -> bool {
    lists().quiet.iter().flat_map(|q| &q.programs).any(|p| p == program)
}

/// Whether a word is a command of `apk`.
pub(in crate::model) fn is_command_of_apk(word: &str) -> bool {
    lists().apk.iter().flat_map(|a| &a.commands).any(|c| c == word)
}

/// Whether a package of Alpine brings no bash.
pub(in crate::model) fn is_package_without_bash(name: &str) -> bool {
    lists().apk.iter().flat_map(|a| &a.packages).any(|p| p == name)
}

/// Whether the image of this name starts its own program whatever the command is.
pub(in crate::model) fn starts_itself(name: &str) -> bool {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    lists().entrypoints.iter().flat_map(|e| &e.images).any(|image| image == name)
}

/// Whether a folder of this name is one that a build makes without naming it.
pub(super) fn is_made_folder(name: &str) -> bool {
    lists().folders.iter().flat_map(|f| &f.made).any(|n| n == name)
}

/// Whether each image has a folder of this name at its root, or nobody makes it.
pub(super) fn is_system_folder(name: &str) -> bool {
    lists().folders.iter().flat_map(|f| &f.system).any(|n| n == name)
}

/// Whether an image has folders below the one of this name at its root.
pub(super) fn is_deep_folder(name: &str) -> bool {
    lists().folders.iter().flat_map(|f| &f.deep).any(|n| n == name)
}

/// Package managers of distributions.
const MANAGERS: &[&str] = &["apk", "apt-get", "apt", "apt-cache", "dpkg", "yum", "dnf", "microdnf", "zypper"];

/// The program of a command, behind what wraps it; `None` where it is not known.
fn program(command: &Command) -> Option<&str> {
    let start = before_program(command.words.iter().map(|w| &w.text));
    command.words.get(start)?.text.known().map(program_name)
}

/// The commands of a `RUN`; `None` where not all of them are read.
fn commands(step: &Instruction) -> Option<&[Command]> {
    match &step.content {
        Content::Shell(script) if !script.partial && !script.unread && !step.arguments.value().contains("<<") => {
            Some(&script.commands)
        }
        _ => None,
    }
}

/// Whether a `RUN` may install packages.
pub(super) fn installs_packages(step: &Instruction) -> bool {
    commands(step).is_none_or(|all| all.iter().any(|c| program(c).is_none_or(|p| MANAGERS.contains(&p))))
}

/// Whether a `RUN` may make folders that it does not name: it runs more than package managers and well-known tools.
pub(in crate::model) fn may_make_folders(step: &Instruction) -> bool {
    let known = |p: &str| MANAGERS.contains(&p) || installs_no_package(p);
    commands(step).is_none_or(|all| !all.iter().all(|c| c.words.is_empty() || program(c).is_some_and(known)))
}

/// Whether a step speaks of a program by which one who is not root becomes root.
pub(super) fn may_become_root(step: &str) -> bool {
    lists().raises.iter().flat_map(|r| &r.words).any(|word| step.contains(word.as_str()))
}

/// Whether the variants on Alpine of the image of this name have no bash.
pub(super) fn is_without_bash(name: &str) -> bool {
    lists().bashless.iter().flat_map(|b| &b.images).any(|image| image == name)
}

/// Whether a package of Debian brings others with it, in a `small` image or in each.
pub(in crate::model) fn brings_others(package: &str, small: bool) -> bool {
    let all = |a: &'static Asking| a.always.iter().chain(a.small.iter().filter(move |_| small));
    lists().asking.iter().flat_map(all).any(|p| p == package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_valid() {
        let lists = lists();
        assert!(lists.alpine.len() > 5 && lists.environments.len() > 3);
        assert!(is_release("noble") && is_of_environment("uvicorn") && installs("setup") && is_installer("puppet"));
        assert!(installs_no_package("true") && is_command_of_apk("add") && is_package_without_bash("curl"));
        assert!(is_made_folder("logs") && is_system_folder("etc") && is_deep_folder("opt"));
        assert!(may_become_root("apt-get install -y gosu") && !may_become_root("apt-get install -y curl"));
        assert!(is_without_bash("redis") && !is_without_bash("postgres"));
        assert!(brings_others("npm", false) && brings_others("curl", true) && !brings_others("curl", false));
        assert!(starts_itself("docker.io/ollama/ollama") && !starts_itself("python"));
    }

    #[test]
    fn an_image_may_be_alpine_from_a_version_on() {
        for tag in ["latest", "v3.5.1", "2.11", "v2"] {
            assert!(is_alpine("traefik", tag), "{tag}");
        }
        assert!(!is_alpine("traefik", "1.7") && !is_alpine("traefik", "v1.7.34") && !is_alpine("traefik", ""));
        assert!(is_alpine("caddy", "2.10.2") && !is_alpine("nginx", "1.27"));
    }
}
