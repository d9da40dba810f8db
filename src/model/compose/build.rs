//! What a service's own Dockerfile says about its image: what it is, and which programs it has.
//!
//! Three-valued: a base image or an instruction that nobody knows leaves the answer open. Parsing is `syntax::dockerfile`'s.

use super::base;
use super::image::Reference;
use super::programs::{Asked, DEV_TCP};
use super::read::{self, tri};
use super::steps;
use crate::document::{Body, Document};
use crate::expand::{Deployment, Stack};
use crate::knowledge::{Knowledge, Role};
use crate::model::fact::Field;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction, Stage};
use crate::text::Text;
use crate::text::path::{clean, join};
use crate::yaml::Node;

/// Packages of forward proxies, and what they are called: an image that installs one is one.
const PROXIES: &[(&str, &str)] = &[("squid", "Squid"), ("tinyproxy", "Tinyproxy"), ("privoxy", "Privoxy")];

/// A service's Dockerfile.
#[derive(Debug, Clone, Copy)]
pub(in crate::model) struct Build<'a> {
    file: &'a Dockerfile,
    /// The stage that becomes the image.
    stage: usize,
}

/// Packages that bring a program, by program.
const PACKAGES: &[(&str, &[&str])] = &[
    ("curl", &["curl"]),
    ("wget", &["wget"]),
    ("nc", &["netcat", "netcat-openbsd", "netcat-traditional", "nmap-ncat", "ncat", "nc"]),
    ("bash", &["bash"]),
    ("python3", &["python3", "python"]),
    ("python", &["python3", "python", "python-is-python3"]),
    ("node", &["nodejs", "node"]),
    ("pg_isready", &["postgresql-client", "postgresql", "libpq"]),
    ("redis-cli", &["redis", "redis-tools", "redis-server"]),
    ("jq", &["jq"]),
    ("ps", PROCESSES),
    ("pgrep", PROCESSES),
    ("pkill", PROCESSES),
    ("ping", &["iputils-ping", "iputils", "inetutils-ping", "busybox-extras"]),
    ("netstat", &["net-tools"]),
    ("ss", &["iproute2", "iproute"]),
    ("lsof", &["lsof"]),
    ("telnet", &["telnet", "inetutils-telnet", "busybox-extras"]),
];

/// The packages that bring `ps` and its kin.
const PROCESSES: &[&str] = &["procps", "procps-ng"];

/// The Dockerfile that builds the service `node` of `stack`, where it is among the audited files.
pub(in crate::model) fn find<'a>(deployment: &'a Deployment, stack: &Stack, node: &Node) -> Option<Build<'a>> {
    let build = node.get("build").filter(|b| !b.is_null())?;
    let context = build.get("context").and_then(Node::text).map_or(".", Text::value);
    let name = build.get("dockerfile").and_then(Node::text).map_or("Dockerfile", Text::value);
    let folder = join(&stack.directory, context);
    let path = join(&folder, name);
    let files = || deployment.documents.iter().filter(|d| matches!(d.body, Body::Dockerfile(_)));
    let at = |d: &&std::sync::Arc<Document>| {
        clean(&d.path) == path || d.deployed.as_ref().is_some_and(|t| clean(t.value()) == path)
    };
    let alike = |d: &&std::sync::Arc<Document>| d.template && alike(d, &path);
    let document = files().find(at).or_else(|| files().find(alike))?;
    let Body::Dockerfile(file) = &document.body else { return None };
    let target = build.get("target").and_then(Node::known).and_then(|t| file.stage(t));
    let stage = target.or_else(|| file.stages.len().checked_sub(1))?;
    Some(Build { file, stage })
}

/// Whether a template becomes the file at `path`, by the end of its destination or by `Dockerfile.<folder>.j2`.
fn alike(document: &Document, path: &str) -> bool {
    let ends = |p: &str| p.rsplit('/').take(2).map(str::to_owned).collect::<Vec<_>>();
    if let Some(deployed) = &document.deployed {
        return ends(deployed.value()) == ends(path);
    }
    let name = document.path.rsplit('/').next().unwrap_or_default();
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    !folder.is_empty() && name.strip_prefix("Dockerfile.").is_some_and(|rest| rest.split('.').next() == Some(folder))
}

impl<'a> Build<'a> {
    /// The image that a stage of a Dockerfile becomes.
    pub(super) fn of_stage(file: &'a Dockerfile, stage: usize) -> Self {
        Self { file, stage }
    }

    /// The Dockerfile.
    pub(in crate::model) fn file(&self) -> &'a Dockerfile {
        self.file
    }

    /// The stage that becomes the image.
    pub(in crate::model) fn stage(&self) -> usize {
        self.stage
    }

    /// Whether `file` is the Dockerfile.
    pub(in crate::model) fn is_of(&self, file: &Dockerfile) -> bool {
        std::ptr::eq(self.file, file)
    }

    /// The image under the stage's own stages.
    pub(in crate::model) fn base(&self) -> Option<&'a Text> {
        self.chain().last().map(|s| &s.from)
    }

    /// The base image, where the Dockerfile changes nothing of how it starts: no command, no variable, no volume, and
    /// nothing that names one of the `paths`.
    pub(in crate::model) fn unchanged(&self, paths: &[String]) -> Option<&'a Text> {
        let changes = |i: &&Instruction| match i.name.as_str() {
            "ENTRYPOINT" | "CMD" | "ENV" | "VOLUME" | "SHELL" => true,
            "RUN" | "COPY" | "ADD" => {
                !i.arguments.is_known() || paths.iter().any(|p| i.arguments.value().contains(p.as_str()))
            }
            _ => false,
        };
        self.base().filter(|base| base.is_known() && !self.instructions().iter().any(changes))
    }

    /// The command lines of the `RUN` instructions of the stage and of those that it stands on.
    pub(in crate::model) fn commands(&self) -> Vec<&'a Text> {
        Self::runs(self.chain()).map(|i| &i.arguments).collect()
    }

    /// The instructions of the stage and of those that it stands on, the lowest stage first.
    pub(in crate::model) fn instructions(&self) -> Vec<&'a Instruction> {
        self.chain().into_iter().rev().flat_map(|s| &s.instructions).collect()
    }

    /// The stage and those that it stands on.
    fn chain(&self) -> Vec<&'a Stage> {
        self.file.chain(self.stage)
    }

    fn runs(stages: Vec<&'a Stage>) -> impl Iterator<Item = &'a Instruction> {
        stages.into_iter().flat_map(|s| &s.instructions).filter(|i| i.name == "RUN")
    }

    fn all(&self) -> Vec<&'a Stage> {
        self.file.stages.iter().collect()
    }

    /// What the image is, by the source that it is built from.
    pub(super) fn role(&self) -> Option<(Role, &'static str)> {
        if self.smokescreen().is_some() {
            return Some((Role::ForwardProxy, "Smokescreen"));
        }
        let stages = self.chain();
        let says = |words: &[&str]| {
            Self::runs(stages.clone())
                .any(|i| tokens(i).any(|t| words.iter().any(|w| t == *w || t.starts_with(&format!("{w}@")))))
        };
        if let Some((_, title)) = PROXIES.iter().find(|(package, _)| says(&[package])) {
            return Some((Role::ForwardProxy, title));
        }
        if says(&["openclaw", "clawdbot", "moltbot"])
            && Self::runs(stages.clone()).any(|i| tokens(i).any(|t| matches!(t, "npm" | "pnpm" | "yarn" | "bun")))
        {
            return Some((Role::AgentGateway, "OpenClaw"));
        }
        let proxy = Self::runs(stages.clone())
            .any(|i| tokens(i).any(|t| t.trim_matches(['\'', '"']).starts_with("litellm[proxy")));
        proxy.then_some((Role::LlmProxy, "LiteLLM"))
    }

    /// The instruction that fetches Smokescreen's own source.
    pub(super) fn smokescreen(&self) -> Option<&'a Instruction> {
        let stages = self.all();
        Self::runs(stages.clone()).find(|i| tokens(i).any(|t| t.contains("stripe/smokescreen")))
    }

    /// Whether the Smokescreen built here has a program of its own in place of the stock `main.go`.
    pub(super) fn own_main(&self) -> bool {
        let copies =
            self.file.stages.iter().flat_map(|s| &s.instructions).filter(|i| matches!(i.name.as_str(), "COPY" | "ADD"));
        let local = copies.filter(|i| i.flag("--from").is_none() && i.flag("from").is_none());
        let sources = |i: &Instruction| {
            i.arguments.value().split_whitespace().any(|w| {
                let w = w.trim_matches(['"', '[', ']', ',']);
                matches!(w, "." | "./") || matches!(w.rsplit_once('.'), Some((_, "go" | "patch" | "diff")))
            })
        };
        let patched = Self::runs(self.all()).any(|i| tokens(i).any(|t| matches!(t, "sed" | "patch" | "apply")));
        local.into_iter().any(sources) || patched
    }

    /// Whether the image starts a program that is surely not OpenClaw: its Dockerfile names another one.
    pub(super) fn starts_another(&self) -> bool {
        let stages = self.chain();
        let start = |name: &str| {
            let own = stages.iter().find_map(|s| s.instructions.iter().rev().find(|i| i.name == name));
            own.map_or("", |i| i.arguments.value())
        };
        let line = format!("{} {}", start("ENTRYPOINT"), start("CMD"));
        // A script may start anything.
        let own = ["openclaw", "clawdbot", "moltbot", "gateway", "dist/index", ".sh", "entrypoint", "init", "$"];
        !line.trim().is_empty() && !own.iter().any(|word| line.contains(word))
    }

    /// The words of the image's health check, `CMD` or `CMD-SHELL` first, as compose writes them.
    pub(in crate::model) fn probe(&self) -> Option<Vec<Text>> {
        self.chain().iter().find_map(|s| s.instructions.iter().rev().find(|i| i.name == "HEALTHCHECK")).and_then(probe)
    }

    /// Whether the image has a healthcheck: its own instruction's, else its base's.
    pub(super) fn healthcheck(&self, knowledge: &Knowledge) -> Option<bool> {
        for stage in self.chain() {
            if let Some(check) = stage.instructions.iter().rev().find(|i| i.name == "HEALTHCHECK") {
                return Some(!check.arguments.value().trim().eq_ignore_ascii_case("NONE"));
            }
        }
        let base = self.base()?;
        let known = Reference::parse(base).knowledge(knowledge).and_then(|i| i.healthcheck);
        // Docker's official images have none (docker-library/faq).
        known.or_else(|| base::is_plain(base).then_some(false))
    }

    /// Whether the image runs as root, by its last `USER`; without one by its base, as far as that is known.
    pub(super) fn root(&self, is_root: impl Fn(&str) -> bool) -> Field {
        for stage in self.chain() {
            let Some(user) = stage.instructions.iter().rev().find(|i| i.name == "USER") else { continue };
            let value =
                tri(user.arguments.known().map(|u| is_root(u.trim())), "the user of the Dockerfile is not known");
            return Field { value, place: Some(user.span.into()) };
        }
        // Images of distributions and languages run as root unless a `USER` says otherwise (docker-library).
        let plain = self.base().is_some_and(base::is_root);
        let value = tri(plain.then_some(true), "which user the base image runs as is not known");
        let place = self.file.stages.get(self.stage).map(|s| s.span.into());
        Field { value, place }
    }

    /// Whether the image has `program`.
    pub(super) fn has(&self, program: &str) -> Asked<'a> {
        let told = if program == DEV_TCP { self.has_another_shell() } else { self.installs(program) };
        match (told, self.base()) {
            (Err(()), Some(base)) => {
                base::has(&Reference::parse(base), program).map_or(Asked::Base(base), |b| Asked::Told(Some(b)))
            }
            (told, _) => Asked::Told(told.unwrap_or(None)),
        }
    }

    /// Whether something here may make `sh` another program than the base's; `Err` where nothing does.
    fn has_another_shell(&self) -> Result<Option<bool>, ()> {
        let stages = self.chain();
        let changed = Self::runs(stages.clone()).any(|i| !i.arguments.is_known() || tokens(i).any(|t| t == "/bin/sh"));
        let told = stages.iter().flat_map(|s| &s.instructions).any(|i| i.name == "SHELL");
        if changed || told { Ok(None) } else { Err(()) }
    }

    /// Whether the Dockerfile brings `program`; `Err` where it does not and the base image decides.
    fn installs(&self, program: &str) -> Result<Option<bool>, ()> {
        let Some(packages) = PACKAGES.iter().find(|(name, _)| *name == program).map(|(_, p)| *p) else {
            return Ok(None);
        };
        let stages = self.chain();
        let installs = |i: &Instruction| tokens(i).any(|t| matches!(t, "add" | "install" | "-S" | "-y"));
        if Self::runs(stages.clone()).any(|i| installs(i) && tokens(i).any(|t| is_one_of(packages, package(t)))) {
            return Ok(Some(true));
        }
        // A package list that is not known may hold it.
        if Self::runs(stages.clone()).any(|i| installs(i) && !i.arguments.is_known()) {
            return Ok(None);
        }
        if Self::runs(stages.clone()).any(runs_an_installer) {
            return Ok(None);
        }
        for copy in stages.iter().flat_map(|s| &s.instructions).filter(|i| matches!(i.name.as_str(), "COPY" | "ADD")) {
            let words: Vec<&str> = copy.arguments.value().split_whitespace().collect();
            if words.iter().any(|w| w.rsplit('/').next() == Some(program)) {
                return Ok(Some(true));
            }
            // Whole directories of programs from another stage may hold it.
            let wide = |w: &&str| {
                matches!(
                    w.trim_end_matches('/'),
                    "" | "/usr" | "/usr/bin" | "/usr/local" | "/usr/local/bin" | "/bin" | "/opt"
                )
            };
            if copy.flag("from").is_some() && words.iter().any(wide) && words.first().is_some_and(wide) {
                return Ok(None);
            }
        }
        Err(())
    }
}

/// Whether an instruction runs a script which may install anything: `/opt/app/scripts/setup/install`, `bash deps.sh`.
fn runs_an_installer(instruction: &Instruction) -> bool {
    let script = |word: &str| {
        let path = word.contains('/') || std::path::Path::new(word).extension().is_some_and(|e| e == "sh");
        path && word.split(['/', '.', '-', '_']).any(steps::installs)
    };
    let value = instruction.arguments.value();
    value.split(['\n', ';', '&', '|']).any(|command| {
        let mut words = command.split_whitespace().skip_while(|w| w.contains('=') || w.starts_with("--"));
        let first = words.next().unwrap_or_default();
        let run =
            matches!(first, "sh" | "bash" | "." | "source").then(|| words.find(|w| !w.starts_with('-'))).flatten();
        steps::is_installer(first) || script(run.unwrap_or(first))
    })
}

/// The words of a `HEALTHCHECK`, in compose's way; `None` where it switches one off.
pub(in crate::model) fn probe(instruction: &Instruction) -> Option<Vec<Text>> {
    let arguments = &instruction.arguments;
    let value = arguments.value();
    let start = value.len() - value.trim_start().len();
    let kind = |name: &str| {
        let mut builder = crate::text::Builder::new(arguments.span_at(start..start + 3));
        builder.derived(name, arguments.span_at(start..start + 3));
        builder.finish()
    };
    match &instruction.content {
        Content::Exec(words) => {
            Some(std::iter::once(kind("CMD")).chain(words.iter().map(|w| w.text.clone())).collect())
        }
        Content::Shell(_) => {
            let line = arguments.slice((start + 3).min(value.len())..value.len()).trim();
            (!line.is_empty()).then(|| vec![kind("CMD-SHELL"), line])
        }
        Content::Pairs(_) | Content::Words(_) => None,
    }
}

/// The words of an instruction, whatever shell it is for.
fn tokens(instruction: &Instruction) -> impl Iterator<Item = &str> {
    instruction
        .arguments
        .value()
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')'))
        .filter(|t| !t.is_empty())
}

/// Whether `name` is one of these packages, with a version in it or without: `postgresql16-client`, `postgresql-client-16`.
fn is_one_of(packages: &[&str], name: &str) -> bool {
    let bare = || name.replace(|c: char| c.is_ascii_digit() || c == '.', "").replace("--", "-");
    packages.contains(&name) || packages.contains(&bare().trim_end_matches('-'))
}

/// The package's name without version: `curl=8.5.0-r0`, `curl~8`.
fn package(token: &str) -> &str {
    token.split(['=', '~', '<', '>', '@']).next().unwrap_or(token).trim_matches(['"', '\''])
}

/// The file that `--config-file` names, and whether any TLS flag is set, among the words of a command.
pub(super) fn smokescreen_flags(node: &Node) -> (Option<Text>, bool) {
    let words: Vec<Text> = [read::texts(node.get("entrypoint")), read::texts(node.get("command"))].concat();
    let mut config = None;
    for (at, word) in words.iter().enumerate() {
        if let Some(file) = word.value().strip_prefix("--config-file=") {
            config = Some(word.slice(word.value().len() - file.len()..word.value().len()));
        } else if word.value() == "--config-file" {
            config = words.get(at + 1).cloned();
        }
    }
    (config, words.iter().any(|w| w.value().starts_with("--tls-")))
}
