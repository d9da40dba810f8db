//! Finds the command lines of a deployment.

use super::unwrap::Collector;
use super::{Commands, Origin, Site};
use crate::ansible::walk::{self, Task};
use crate::document::{Body, Document, Kind};
use crate::expand::{Deployment, Stack};
use crate::model::compose::image::Reference;
use crate::model::workload::{self, Test, Workload};
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::syntax::script::{self, Script, Word};
use crate::syntax::unit::{self, Unit};
use crate::text::Text;
use crate::yaml::Node;

/// All commands of `deployment`, in the order of its documents, then of its stacks.
pub(crate) fn collect(deployment: &Deployment, workloads: &[Workload]) -> Commands {
    let mut collector = Collector::default();
    for (index, document) in deployment.documents.iter().enumerate() {
        of_document(&mut collector, index, document);
    }
    for stack in &deployment.stacks {
        of_stack(&mut collector, stack);
    }
    for workload in workloads {
        of_workload(&mut collector, deployment, workload);
    }
    let mut commands = collector.commands;
    for (index, run) in commands.all.iter().enumerate() {
        if let Some(pipe) = run.pipe {
            commands.pipelines.entry(pipe.id).or_default().push(index);
        }
    }
    commands
}

fn of_workload(collector: &mut Collector, deployment: &Deployment, workload: &Workload) {
    let path = workload::document(deployment, workload).map(|d| d.path.clone()).unwrap_or_default();
    let site = |origin| Site {
        origin,
        document: Some(workload.document),
        path: path.clone(),
        name: workload.image.clone(),
        unattended: false,
    };
    for words in workload.starts.iter().filter(|words| !words.is_empty()) {
        let at = collector.site(site(Origin::Container));
        let span = workload.container.place.span;
        let words: Vec<Word> = words.iter().cloned().map(word).collect();
        // Behind the image's entrypoint these may be arguments; a first word that is an option is no program.
        if words.first().is_some_and(|w| w.text.value().starts_with('-')) {
            collector.arguments(at, words, span);
        } else {
            collector.words(at, words, span);
        }
    }
    for probe in &workload.probes {
        let at = collector.site(site(Origin::Healthcheck));
        match &probe.test {
            Test::Shell(line) => collector.script(at, &script::script(line)),
            Test::Words(words) => {
                collector.words(at, words.iter().cloned().map(word).collect(), probe.place.span);
            }
            Test::List(words) => match (words.first().and_then(Text::known), words.get(1..)) {
                (Some("CMD"), Some(rest)) => {
                    collector.words(at, rest.iter().cloned().map(word).collect(), probe.place.span);
                }
                (Some("CMD-SHELL"), Some([line, ..])) => collector.script(at, &script::script(line)),
                _ => {}
            },
            Test::None | Test::Http { .. } => {}
        }
    }
}

fn of_document(collector: &mut Collector, index: usize, document: &Document) {
    let site = |origin, name: Option<Text>| Site {
        origin,
        document: Some(index),
        path: document.path.clone(),
        name,
        unattended: false,
    };
    match &document.body {
        Body::Script(script) => {
            let at = collector.site(site(Origin::Script, None));
            collector.script(at, script);
        }
        Body::Dockerfile(file) => of_dockerfile(collector, file, &|origin| site(origin, None)),
        Body::Unit(unit) => of_unit(collector, unit, &|name| site(Origin::Unit, Some(name))),
        _ if matches!(document.kind, Kind::AnsiblePlaybook | Kind::AnsibleTasks) => {
            for task in walk::walk(document) {
                of_task(collector, &task, &|name| site(Origin::Ansible, name));
            }
        }
        _ => {}
    }
}

fn of_task(collector: &mut Collector, task: &Task<'_>, site: &dyn Fn(Option<Text>) -> Site) {
    let name = || task.name.cloned();
    if let Some(command) = task.command() {
        let at = collector.site(site(name()));
        match &command.line {
            Some(line) if command.shell => collector.script(at, &script::script(line)),
            Some(line) => collector.words(at, script::words(line), line.span()),
            None => collector.words(at, command.argv.iter().cloned().map(word).collect(), task.node.span()),
        }
        return;
    }
    // The job of a cron task and the script line of a `script` task are command lines too.
    let line = match task.module_name() {
        "cron" => task.arg_text("job"),
        "script" => task.module.as_ref().and_then(|m| m.args.free_form()).or_else(|| task.arg_text("cmd")),
        "docker_compose_v2_exec" | "docker_container_exec" | "docker_compose_v2_run" => task.arg_text("command"),
        "docker_container" | "podman_container" => return of_container(collector, task, &|| site(name())),
        _ => None,
    };
    if let Some(line) = line {
        let unattended = task.module_name() == "cron";
        let at = collector.site(Site { unattended, ..site(name()) });
        if unattended {
            collector.script(at, &script::script(&line));
        } else {
            collector.words(at, script::words(&line), line.span());
        }
    }
}

/// What a task lets a container run.
fn of_container(collector: &mut Collector, task: &Task<'_>, site: &dyn Fn() -> Site) {
    for key in ["entrypoint", "command"] {
        let Some(node) = task.arg(key) else { continue };
        let at = collector.site(site());
        of_start(collector, at, &node, None);
    }
    if let Some(test) = task.arg("healthcheck").as_ref().map(|check| check.get("test").unwrap_or(check)) {
        let at = collector.site(Site { origin: Origin::Healthcheck, ..site() });
        of_test(collector, at, test);
    }
}

fn of_dockerfile(collector: &mut Collector, file: &Dockerfile, site: &dyn Fn(Origin) -> Site) {
    for stage in &file.stages {
        for instruction in &stage.instructions {
            let origin = match instruction.name.as_str() {
                "RUN" => Origin::DockerRun,
                "CMD" | "ENTRYPOINT" | "HEALTHCHECK" => Origin::DockerStart,
                _ => continue,
            };
            let at = collector.site(site(origin));
            of_instruction(collector, at, instruction);
        }
    }
}

fn of_instruction(collector: &mut Collector, site: usize, instruction: &Instruction) {
    match &instruction.content {
        Content::Shell(script) => collector.script(site, script),
        Content::Exec(words) => collector.words(site, words.clone(), instruction.span),
        Content::Pairs(_) | Content::Words(_) => {}
    }
}

fn of_unit(collector: &mut Collector, unit: &Unit, site: &dyn Fn(Text) -> Site) {
    let lines = unit.all("Service", "Environment");
    let pairs = lines.iter().flat_map(|d| unit::environment(&d.value));
    let environment: Vec<(String, Text)> = pairs.map(|(key, value)| (key.value().to_owned(), value)).collect();
    for directive in unit.directives.iter().filter(|d| d.section == "Service") {
        let executes =
            directive.key.known().is_some_and(|k| k.starts_with("Exec") && k != "ExecPaths" && k != "ExecSearchPath");
        if executes && !directive.value.is_empty() {
            let at = collector.site(site(directive.key.clone()));
            collector.words(at, unit::exec(&directive.value, &environment).words, directive.value.span());
        }
    }
}

fn of_stack(collector: &mut Collector, stack: &Stack) {
    let services = stack.project.get("services").and_then(Node::map).unwrap_or(&[]);
    for entry in services {
        let name = entry.key.text().cloned();
        let site = |origin| Site { origin, document: None, path: String::new(), name: name.clone(), unattended: false };
        for (key, origin) in [("entrypoint", Origin::ComposeEntrypoint), ("command", Origin::ComposeCommand)] {
            let Some(node) = entry.value.get(key) else { continue };
            let at = collector.site(site(origin));
            of_start(collector, at, node, entry.value.get("image").and_then(Node::text));
        }
        if let Some(test) = entry.value.path(&["healthcheck", "test"]) {
            let at = collector.site(site(Origin::Healthcheck));
            of_test(collector, at, test);
        }
    }
}

/// `entrypoint` or `command` of a container.
fn of_start(collector: &mut Collector, at: usize, node: &Node, image: Option<&Text>) {
    let words: Vec<Word> = node.text().map_or_else(|| texts(node).map(word).collect(), script::words);
    // With an entrypoint of the image or its own, `command` holds arguments; a first word that is an option is no
    // program.
    if !words.first().is_some_and(|w| w.text.value().starts_with('-')) {
        collector.words(at, words, node.span());
    } else if let Some(program) = image.and_then(program_of) {
        let words = std::iter::once(word(program)).chain(words).collect();
        collector.words(at, words, node.span());
    } else {
        collector.arguments(at, words, node.span());
    }
}

/// The program that the entrypoint of an official image puts before options.
fn program_of(image: &Text) -> Option<Text> {
    let reference = Reference::parse(image);
    let program = match reference.repository.known()?.trim_start_matches("docker.io/").trim_start_matches("library/") {
        "redis" => "redis-server",
        "valkey/valkey" => "valkey-server",
        _ => return None,
    };
    Some(Text::literal(program, image.span()))
}

fn of_test(collector: &mut Collector, site: usize, test: &Node) {
    let words: Vec<Text> = texts(test).collect();
    match (words.as_slice(), test.text()) {
        ([], Some(line)) => collector.script(site, &script::script(line)),
        ([form, rest @ ..], _) if form.known() == Some("CMD") => {
            collector.words(site, rest.iter().cloned().map(word).collect(), test.span());
        }
        ([form, line, ..], _) if form.known() == Some("CMD-SHELL") => collector.script(site, &script::script(line)),
        _ => {}
    }
}

fn texts(node: &Node) -> impl Iterator<Item = Text> + '_ {
    node.seq().unwrap_or(&[]).iter().filter_map(|n| n.text().cloned())
}

/// A word that is given as it is.
pub(super) fn word(text: Text) -> Word {
    Word { text, quoted: true, substitutions: Vec::new() }
}

impl Collector {
    /// Adds the commands of a script.
    pub(super) fn script(&mut self, site: usize, script: &Script) {
        self.add_script(site, script, None, super::Through::Itself, 0);
    }

    /// Adds a command that no shell reads.
    pub(super) fn words(&mut self, site: usize, words: Vec<Word>, span: crate::source::Span) {
        self.add_words(site, words, span, None, super::Through::Itself, 0);
    }
}
