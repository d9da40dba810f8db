//! Facts of subject `image.slip`: lines of a Dockerfile that the image which they start from can't run, or that say nothing.
//!
//! What a base image has is `compose::base`'s to say; where it says nothing, nothing is told. `arguments` looks at what is before
//! the first `FROM`, `packages` at installations, `shell` at lines that the shell reads in another way, `stages` at what lies between lines and stages, `start` at what the image starts.

mod arguments;
mod packages;
mod shell;
mod stages;
mod start;

use std::collections::BTreeSet;

use super::Model;
use super::command::base as program_name;
use super::command::wrapper::{before_program, is_shell, script_of};
use super::compose::base::{Family, family, is_plain};
use super::compose::image::Reference;
use super::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use super::subject::Subject;
use crate::document::Body;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::syntax::script::{self, Command, Script};
use crate::text::Text;

/// The fields of `image.slip`.
pub const SCHEMA: Schema = Schema {
    name: "image.slip",
    doc: "A line of a Dockerfile that its base image can't run, or that has no effect.",
    fields: &[
        FieldSchema {
            name: "kind",
            kind: FieldKind::OneOf(&[
                "package-manager",
                "no-shell",
                "argument",
                "option",
                "interpreter",
                "environment",
                "index",
                "shell",
                "continued",
                "stage",
                "foreign",
                "dropped",
                "home",
                "unconfirmed",
                "blank",
                "shell-form",
                "braces",
                "cut",
            ]),
            doc: "`package-manager`: another distribution's; `no-shell`: a `RUN` in an image without a shell; `argument`: an `ARG` before the first `FROM` that no stage asks for; `option`: a `CMD` that begins with an option; `interpreter`: a script whose first line names a shell that the image lacks; `environment`: a start outside of the virtual environment that a step made; `index`: an `apt-get install` whose list another `RUN` fetched; `shell`: a `CMD` that begins with a shell, which the ENTRYPOINT of the base gets for an argument; `continued`: an instruction that a backslash makes a part of the one above; `stage`: a `--from` that names no stage; `foreign`: a variable that another stage alone asks for; `dropped`: a `CMD` behind an `ENTRYPOINT` without brackets; `home`: packages in root's own folder of an image of another user; `unconfirmed`: an installation that asks before it goes on; `blank`: a variable of a `FROM` that no `ARG` before the first one names; `shell-form`: a `CMD` that is a line, of which docker makes `/bin/sh -c`, for the ENTRYPOINT of the base; `braces`: a word `{a,b}` in a `RUN` of a shell that leaves it as it is; `cut`: a `RUN` whose last word is an operator.",
        },
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The program, the variable or the option." },
        FieldSchema {
            name: "base",
            kind: FieldKind::Str,
            doc: "The image that the stage starts from, at its place; unknown where it is an argument that a file of the tree gives builds.",
        },
        FieldSchema {
            name: "instead",
            kind: FieldKind::Str,
            doc: "Of `package-manager`: the base's own; of `environment`: the program that starts others in it; of `stage`: the stage whose name is near.",
        },
        FieldSchema {
            name: "used",
            kind: FieldKind::Str,
            doc: "Of `argument`: the instruction of a stage that reads it; null where none does. Of `index`: the `RUN` that fetches the list. Of `continued`: the instruction above; of `foreign` and `blank`: the `ARG` of a stage; of `dropped`: the `ENTRYPOINT`; of `home`: the `USER`.",
        },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The Dockerfile." },
    ],
};

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let tree = start::Tree::new(deployment);
    let (mut found, mut contexts, filled) = (Vec::new(), None, std::cell::OnceCell::new());
    for document in deployment.documents.iter().filter(|d| d.variant == 0) {
        let Body::Dockerfile(file) = &document.body else { continue };
        let mut own = arguments::slips(document, file);
        for (number, (stage, ground)) in file.stages.iter().zip(grounds(file)).enumerate() {
            let plain = shell::is_plain_sh(&file.chain(number));
            // What is copied in may be a shell.
            let mut brought = stage.base.is_some();
            for instruction in &stage.instructions {
                own.extend(run(&tree, &ground, brought, instruction));
                own.extend(option(instruction));
                own.extend(shell::braces(document, instruction).filter(|_| plain));
                own.extend(shell::cut(document, instruction));
                brought |= matches!(instruction.name.as_str(), "COPY" | "ADD" | "SHELL");
            }
            own.extend(packages::index(stage));
            own.extend(packages::unconfirmed(stage).filter(|_| is_plain(&stage.from)));
            own.extend(stages::continued(document, stage));
            own.extend(arguments::blank(document, stage, file, || {
                *filled.get_or_init(|| stages::fills_texts(deployment))
            }));
        }
        own.extend(stages::foreign(document, file));
        own.extend(stages::dropped(file));
        own.extend(stages::home(file));
        if !*contexts.get_or_insert_with(|| stages::names_contexts(deployment)) {
            own.extend(stages::missing(document, file));
        }
        own.extend(start::interpreter(&tree, document, file));
        own.extend(start::environment(&tree, file));
        own.extend(start::shell(&tree, file));
        found.extend(own.into_iter().map(|fact| fact.with("path", document.path.as_str())));
    }
    for fact in found {
        model.facts.add(fact);
    }
}

fn fact(kind: &'static str, name: &str, at: &Text) -> Fact {
    Fact::new(Subject::ImageSlip, at.place()).with("kind", kind).with("name", Field::at(name, at.place()))
}

/// Package managers, each of which is a package of other distributions.
const MANAGERS: &[&str] = &["apk", "apt-get", "apt", "yum", "dnf", "microdnf", "zypper"];

/// What the steps of a stage stand on.
#[derive(Clone)]
struct Ground<'t> {
    /// The image at the bottom, and what it is made of.
    base: Option<(&'t Text, Family)>,
    /// The package managers that steps of the stage, or of those below, install.
    installed: BTreeSet<&'static str>,
}

/// What each stage stands on, in the order of the stages: each is on an earlier one, or on an image.
fn grounds(file: &Dockerfile) -> Vec<Ground<'_>> {
    let mut all: Vec<Ground<'_>> = Vec::new();
    for stage in &file.stages {
        let below = stage.base.and_then(|at| all.get(at)).cloned();
        let mut own = below.unwrap_or_else(|| {
            // Templates of other languages are not read.
            let from = Some(&stage.from).filter(|from| !from.value().contains('{'));
            let base = from.and_then(|from| Some((from, family(&Reference::parse(from))?)));
            Ground { base, installed: BTreeSet::new() }
        });
        for step in stage.instructions.iter().filter(|i| i.name == "RUN") {
            if let Content::Shell(script) = &step.content {
                own.installed.extend(script.commands.iter().flat_map(installed));
            }
        }
        all.push(own);
    }
    all
}

/// The package managers that a command installs.
fn installed(command: &Command) -> Vec<&'static str> {
    let start = before_program(command.words.iter().map(|w| &w.text));
    let words = || command.words.iter().skip(start + 1).filter_map(|w| w.text.known());
    if !words().any(|word| matches!(word, "install" | "add" | "in")) {
        return Vec::new();
    }
    let brings = |name: &&&str| {
        let stem = name.strip_suffix("-get").unwrap_or(name);
        words().any(|w| w.strip_prefix(stem).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
    };
    MANAGERS.iter().filter(brings).copied().collect()
}

/// A `RUN` that the base can't run.
fn run(tree: &start::Tree<'_>, ground: &Ground<'_>, brought: bool, own: &Instruction) -> Option<Fact> {
    let (base, family) = ground.base.filter(|_| own.name == "RUN")?;
    let Content::Shell(script) = &own.content else { return None };
    if family == Family::Bare {
        let brought = brought || own.flag("mount").is_some();
        return (!brought).then(|| fact("no-shell", "sh", &own.keyword).with("base", tree.base(base)));
    }
    let value = own.arguments.value();
    // A line for several distributions asks which one it is on.
    if ["||", "command -v", "which ", "if ", "case ", "[ "].iter().any(|word| value.contains(word)) {
        return None;
    }
    let heredoc = value.trim_start().starts_with("<<");
    let wrong = |word: &str| match family {
        Family::Alpine => matches!(word, "apt-get" | "apt" | "yum" | "dnf" | "microdnf" | "zypper"),
        Family::Debian => matches!(word, "apk" | "yum" | "dnf" | "microdnf" | "zypper"),
        Family::Bare => false,
    };
    let word = package_manager(script, heredoc, 0, &wrong)?;
    let name = program_name(word.value());
    if ground.installed.contains(name) {
        return None;
    }
    let instead = if family == Family::Alpine { "apk add --no-cache" } else { "apt-get update && apt-get install -y" };
    Some(fact("package-manager", name, &word).with("base", tree.base(base)).with("instead", instead))
}

/// The first program of a script that `wrong` says of, where nothing asks whether it is there; in `plain` order, of those
/// that run in all cases.
fn package_manager(script: &Script, plain: bool, depth: usize, wrong: &dyn Fn(&str) -> bool) -> Option<Text> {
    let asks = |c: &Command| {
        let first = c.program().map_or("", Text::value);
        c.tested && !c.passed_on || matches!(first, "command" | "which" | "type" | "hash" | "test" | "[")
    };
    if script.commands.iter().any(asks) {
        return None;
    }
    let runs = |c: &&Command| c.function.is_none() && c.inside.is_none() && !(plain && c.guarded);
    script.commands.iter().filter(runs).find_map(|command| {
        let words = || command.words.iter().map(|w| &w.text);
        let start = before_program(words());
        let program = command.words.get(start).map(|w| &w.text)?;
        let name = program.known()?;
        if wrong(program_name(name)) {
            return Some(program.clone());
        }
        let inner = script_of(words().skip(start)).filter(|_| is_shell(name) && depth < 3)?;
        package_manager(&script::script(inner), plain, depth + 1, wrong)
    })
}

/// `CMD --config x`: docker takes the option for a flag of the instruction, and knows none.
fn option(own: &Instruction) -> Option<Fact> {
    let flag = own.flags.first().filter(|f| f.is_known() && matches!(own.name.as_str(), "CMD" | "ENTRYPOINT"))?;
    Some(fact("option", flag.value(), flag))
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    fn kinds(text: &str) -> Vec<String> {
        let facts = facts_of(&[("Dockerfile", text), ("start.sh", "#!/bin/bash\necho\n")]);
        let one = |id| match facts.get(id).field("kind").map(|f| f.value.clone()) {
            Some(Value::Str(kind)) => kind,
            _ => String::new(),
        };
        facts.of(Subject::ImageSlip).into_iter().map(one).collect()
    }

    #[test]
    fn lines_that_the_base_cannot_run() {
        for (text, kind) in [
            ("FROM alpine:3.20\nRUN apt-get update\n", Some("package-manager")),
            ("FROM node:22-bookworm\nRUN set -e; apk add curl\n", Some("package-manager")),
            ("FROM alpine:3.20\nRUN apk add curl || apt-get install curl\n", None),
            ("FROM example/base:1\nRUN apt-get update\n", None),
            ("FROM alpine:3.20\nRUN echo \"hello; apt-get install curl\" > /x\n", None),
            ("FROM alpine:3.20\nRUN echo 'on debian & apt-get install'\n", None),
            ("FROM alpine:3.20\nRUN # note; apt-get\n", None),
            ("FROM alpine:3.20\nRUN (apt-get update)\n", Some("package-manager")),
            ("FROM alpine:3.20\nRUN env A=x /usr/bin/apt-get update\n", Some("package-manager")),
            ("FROM alpine:3.20\nRUN sh -c 'apt-get update'\n", Some("package-manager")),
            ("FROM alpine:3.20\nRUN <<EOF\nset -e\napt-get update\nEOF\n", Some("package-manager")),
            ("FROM alpine:3.20\nRUN <<EOF\nset -e\ncase $X in a) apt-get update;; esac\nEOF\n", None),
            ("FROM debian:12\nRUN apt-get install -y dnf\nRUN dnf --version\n", None),
            ("FROM alpine:3.20\nRUN apk add dnf\nRUN dnf install -y x\n", None),
            ("FROM alpine:3.20 AS a\nRUN apk add --no-cache apt\nFROM a\nRUN apt-get update\n", None),
            ("FROM alpine:3.20 AS a\nRUN apk add curl\nFROM a AS b\nFROM b\nRUN dnf update\n", Some("package-manager")),
            ("FROM scratch AS a\nCOPY sh /bin/sh\nFROM a\nRUN true\n", None),
            ("FROM scratch\nRUN mkdir /data\n", Some("no-shell")),
            ("FROM scratch\nADD root.tar /\nRUN mkdir /data\n", None),
            ("FROM example/app:1\nCMD --port 80\n", Some("option")),
            ("FROM ollama/ollama\nCMD [\"sh\", \"-c\", \"ollama serve\"]\n", Some("shell")),
            ("FROM ollama/ollama\nENTRYPOINT []\nCMD [\"sh\", \"-c\", \"ollama serve\"]\n", None),
            ("FROM ollama/ollama\nCMD [\"serve\"]\n", None),
            ("FROM alpine:3.20\nRUN mkdir -p /srv/{a,b}\n", Some("braces")),
            ("FROM alpine:3.20\nSHELL [\"/bin/bash\", \"-c\"]\nRUN mkdir -p /srv/{a,b}\n", None),
            ("FROM alpine:3.20\nRUN true &&\n", Some("cut")),
            ("FROM alpine:3.20\nCOPY start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n", Some("interpreter")),
            ("FROM alpine:3.20\nRUN apk add bash\nCOPY start.sh /\nENTRYPOINT [\"/start.sh\"]\n", None),
        ] {
            assert_eq!(kinds(text), kind.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn a_list_of_packages_in_a_layer_of_its_own() {
        let of = |rest: &str| kinds(&format!("FROM debian:12\n{rest}\n"));
        assert_eq!(of("RUN apt-get update && apt-get -y upgrade\nRUN apt-get install -y curl"), ["index"]);
        assert_eq!(of("RUN sudo apt update\nRUN echo\nRUN apt-get -y install curl\nRUN apt-get install x"), ["index"]);
        for none in [
            "RUN apt-get update && apt-get install -y curl\nRUN apt-get install -y jq",
            "RUN apt-get update\nRUN apt-get update && apt-get install -y curl",
            "RUN --mount=type=cache,target=/var/lib/apt apt-get update\nRUN apt-get install -y curl",
            "RUN apt-get install -y curl",
            "RUN apt-get update\nFROM debian:12\nRUN apt-get install -y curl",
        ] {
            assert!(of(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn an_argument_before_from_is_for_from_alone() {
        for (text, told) in [
            ("ARG V=1\nFROM alpine:3.20\nRUN echo $V\n", true),
            ("ARG V=1\nFROM alpine:3.20\nRUN true\n", true),
            ("ARG V=1\nFROM alpine:$V\nRUN echo $V\n", false),
            ("ARG V=1\nFROM alpine:3.20\nARG V\nRUN echo $V\n", false),
            ("ARG V=1\nARG W=${V}-slim\nFROM node:$W\n", false),
            ("ARG V=1\nFROM alpine:3.20\nRUN V=2; echo $V\n", true),
            ("ARG TARGETARCH=amd64\nFROM alpine:3.20\nRUN wget https://a.test/$TARGETARCH.tgz\n", true),
            ("ARG TARGETARCH=amd64\nFROM alpine:3.20\nRUN true\n", false),
            ("ARG HTTP_PROXY=a\nFROM alpine:3.20\nRUN echo $HTTP_PROXY\n", false),
        ] {
            assert_eq!(kinds(text).contains(&"argument".to_owned()), told, "{text}");
        }
    }

    #[test]
    fn the_step_that_reads_an_argument_is_named() {
        let used = |text: &str| {
            let facts = facts_of(&[("Dockerfile", text)]);
            let word = |id| match facts.get(id).field("used").map(|f| &f.value) {
                Some(Value::Str(word)) => Some(word.clone()),
                _ => None,
            };
            facts.of(Subject::ImageSlip).into_iter().filter_map(word).collect::<Vec<_>>()
        };
        assert_eq!(used("ARG V=1\nFROM alpine:3.20\nRUN true\nCOPY --from=x a-${V} /\n"), ["COPY"]);
        assert_eq!(used("ARG V=1\nFROM alpine:3.20\nRUN <<EOF\necho $V\nEOF\n"), ["RUN"]);
        for none in ["V=2; echo $V", "for V in 1 2; do echo $V; done", "read V; echo $V", "echo \\$V", "echo $VV"] {
            assert!(used(&format!("ARG V=1\nFROM alpine:3.20\nRUN {none}\n")).is_empty(), "{none}");
        }
    }

    #[test]
    fn the_script_of_another_folder_is_none_of_the_image() {
        let docker = "FROM alpine:3.20\nCOPY run.sh /\nENTRYPOINT [\"/run.sh\"]\n";
        let slips = |path: &str| {
            let facts = facts_of(&[("app/Dockerfile", docker), (path, "#!/bin/bash\necho\n")]);
            facts.of(Subject::ImageSlip).len()
        };
        assert_eq!((slips("app/run.sh"), slips("app/bin/run.sh"), slips("app2/run.sh")), (1, 1, 0));
        let of = |copy: &str, files: &[(&str, &str)]| {
            let docker = format!("FROM alpine:3.20\n{copy}\nENTRYPOINT [\"/start.sh\"]\n");
            let mut all = vec![("docker/Dockerfile", docker.as_str())];
            all.extend(files);
            facts_of(&all).of(Subject::ImageSlip).len()
        };
        let (sh, bash) = ("#!/bin/sh\necho\n", "#!/bin/bash\necho\n");
        let both = |one, other| [("docker/a/start.sh", one), ("docker/b/start.sh", other)];
        assert_eq!(of("COPY b/start.sh /", &both(bash, sh)), 0);
        assert_eq!(of("COPY docker/b/start.sh /", &both(sh, bash)), 1);
        // Which of the two is copied is not known.
        assert_eq!((of("COPY start.sh /", &both(bash, sh)), of("COPY start.sh /", &both(bash, bash))), (0, 1));
        assert_eq!(of("COPY b/other.sh /start.sh", &[("docker/b/other.sh", bash), ("docker/a/start.sh", sh)]), 1);
        assert_eq!(of("COPY b/other.sh /start.sh", &[("docker/b/other.sh", sh), ("docker/a/start.sh", bash)]), 0);
    }

    #[test]
    fn a_start_outside_of_the_environment_that_a_step_made() {
        let made = "FROM python:3.13-slim\nRUN uv sync --frozen\n";
        let of = |rest: &str| kinds(&format!("{made}{rest}\n"));
        assert_eq!(of("CMD [\"uvicorn\", \"app:app\"]"), ["environment"]);
        assert_eq!(of("CMD python main.py"), ["environment"]);
        assert!(of("CMD [\"uv\", \"run\", \"uvicorn\"]").is_empty());
        assert!(of("ENV PATH=/app/.venv/bin:$PATH\nCMD [\"uvicorn\", \"app:app\"]").is_empty());
        assert!(of("CMD [\"/app/start\"]").is_empty());
        for elsewhere in [
            "RUN UV_PROJECT_ENVIRONMENT=/usr/local uv sync",
            "ARG UV_PROJECT_ENVIRONMENT=/usr/local\nRUN uv sync",
            "ENV UV_PROJECT_ENVIRONMENT=/usr/local\nRUN uv sync",
        ] {
            let text = format!("FROM python:3.13-slim\n{elsewhere}\nCMD [\"uvicorn\", \"app:app\"]\n");
            assert!(kinds(&text).is_empty(), "{elsewhere}");
        }
        let poetry =
            "FROM python:3.13\nRUN poetry config virtualenvs.create false && poetry install\nCMD [\"gunicorn\"]\n";
        assert!(kinds(poetry).is_empty());
    }
}
