//! Which programs a service's image has, by what is known of the image and its tag, or by the Dockerfile that builds it.
//!
//! Nothing is guessed: an image that nobody looked into has an unknown answer.

use super::base as bases;
use super::build::Build;
use super::image::Reference;
use super::read::{entries, texts};
use crate::knowledge::{Image, Knowledge};
use crate::text::Text;
use crate::yaml::Node;

/// What a script for bash opens to make a connection. It is no file: another shell fails on it. Images list it under
/// `lacks` where their `sh` is another shell.
pub(super) const DEV_TCP: &str = "/dev/tcp";

/// Programs that images often lack. Others (`test`, `grep`) are everywhere, or come with the software itself.
#[rustfmt::skip] // A list of words.
pub(super) const CHECKED: &[&str] = &[
    "curl", "wget", "nc", "bash", "python", "python3", "node", "jq", "mysql", "mysqladmin", "mariadb-admin", "mongo",
    "mongosh", "mc", "ps", "pgrep", "pkill", "ping", "netstat", "ss", "lsof", "telnet", "redis-cli", "pg_isready", "psql",
];

/// Words of tags that name a distribution whose `sh` is not bash: `BusyBox`, or Debian's and Ubuntu's dash.
const OTHER_SHELL: &[&str] =
    &["alpine", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal", "busybox"];

/// Whether the image has `program`, as far as that is known.
pub(super) fn has(
    image: Option<&Image>,
    reference: Option<&Reference>,
    build: Option<&Build<'_>>,
    known: &dyn Fn(&Text, &str) -> Option<bool>,
    program: &str,
) -> Option<bool> {
    if let Some(build) = build {
        return match build.has(program) {
            Asked::Told(answer) => answer,
            Asked::Base(base) => known(base, program),
        };
    }
    let direct = of(image, reference, program);
    if program == DEV_TCP && direct.is_none() && of(image, reference, "bash") == Some(false) {
        return Some(false);
    }
    direct
}

/// What a Dockerfile says of a program.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// The answer, where there is one.
    Told(Option<bool>),
    /// It comes, or not, with this base image.
    Base(&'a Text),
}

/// What is known of an image by its entry and its tag.
pub(super) fn of(image: Option<&Image>, reference: Option<&Reference>, program: &str) -> Option<bool> {
    let tag = reference.and_then(|r| r.tag.as_ref());
    let known_tag = match (reference, tag) {
        (Some(r), None) => r.digest.is_none().then_some("latest"),
        (_, tag) => tag.and_then(Text::known),
    };
    let by_entry = image.and_then(|i| i.has_program(known_tag, program));
    let another_shell = || {
        let tag = tag.map_or("", Text::value);
        let mut words = tag.split(|c: char| !c.is_ascii_alphabetic());
        (program == DEV_TCP && words.any(|w| OTHER_SHELL.contains(&w))).then_some(false)
    };
    by_entry.or_else(|| bases::has(reference?, program)).or_else(another_shell)
}

/// What is known of the programs of a base image.
pub(super) fn base(knowledge: &Knowledge) -> impl Fn(&Text, &str) -> Option<bool> + '_ {
    |image: &Text, program: &str| {
        let reference = Reference::parse(image);
        of(reference.knowledge(knowledge), Some(&reference), program)
    }
}

/// Whether the service itself may bring `program`: its command installs something, or a mount lies over it.
pub(super) fn may_bring(node: &Node, program: &str) -> bool {
    let (entrypoint, command) = (texts(node.get("entrypoint")), texts(node.get("command")));
    // Options are for the image's own program: what is not known in them is no script.
    let options = entrypoint.is_empty() && command.first().is_some_and(|w| w.value().starts_with('-'));
    let words = [entrypoint, command].concat();
    let installs = |w: &Text| {
        let mut tokens = w.value().split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|'));
        !w.is_known() && !options
            || tokens.any(|t| matches!(t, "install" | "add" | "apk" | "apt" | "apt-get" | "pip" | "npm"))
    };
    let covers = |mount: &Node| {
        let target = mount.get("target").and_then(Node::text);
        target.is_some_and(|t| !t.is_known() || t.value().rsplit('/').next() == Some(program) || bin(t.value()))
    };
    let given = |key: &str| entries(node.get(key)).iter().map(|e| &e.value).any(covers);
    let listed = |key: &str| node.get(key).and_then(Node::seq).unwrap_or_default().iter().any(covers);
    words.iter().any(installs) || given("configs") || listed("volumes") || listed("configs")
}

/// Whether programs are looked for in a folder.
fn bin(target: &str) -> bool {
    matches!(
        target.trim_end_matches('/'),
        "/usr/bin" | "/bin" | "/usr/local/bin" | "/usr/local" | "/usr" | "/sbin" | "/"
    )
}
