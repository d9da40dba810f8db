//! Facts of subject `image.slip`: lines of a Dockerfile that the image which they start from can't run, or that say nothing.
//!
//! What a base image has is `compose::base`'s to say; where it says nothing, nothing is told.

use super::Model;
use super::compose::base::{Family, family, named};
use super::compose::image::Reference;
use super::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use super::subject::Subject;
use crate::document::{Body, Document};
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction, Pair, Stage};
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
            ]),
            doc: "`package-manager`: another distribution's; `no-shell`: a `RUN` in an image without a shell; `argument`: an `ARG` before the first `FROM` that no stage asks for; `option`: a `CMD` that begins with an option; `interpreter`: a script whose first line names a shell that the image lacks; `environment`: a start outside of the virtual environment that a step made.",
        },
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The program, the variable or the option." },
        FieldSchema { name: "base", kind: FieldKind::Str, doc: "The image that the stage starts from, at its place." },
        FieldSchema {
            name: "instead",
            kind: FieldKind::Str,
            doc: "Of `package-manager`: the base's own; of `environment`: the program that starts others in it.",
        },
        FieldSchema {
            name: "used",
            kind: FieldKind::Str,
            doc: "Of `argument`: the instruction of a stage that reads it; null where none does.",
        },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The Dockerfile." },
    ],
};

/// Arguments that every stage has without asking.
const GIVEN: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "SOURCE_DATE_EPOCH",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let mut found = Vec::new();
    for document in deployment.documents.iter().filter(|d| d.variant == 0) {
        let Body::Dockerfile(file) = &document.body else { continue };
        let mut own = arguments(document, file);
        for (at, stage) in file.stages.iter().enumerate() {
            let chain = chain(file, at);
            // Templates of other languages are not read.
            let base = chain.last().map(|s| &s.from).filter(|base| !base.value().contains('{'));
            for (before, instruction) in stage.instructions.iter().enumerate() {
                own.extend(run(stage, before, instruction, base, chain.len() > 1));
                own.extend(option(instruction));
            }
        }
        own.extend(interpreter(model, document, file));
        own.extend(environment(model, file));
        found.extend(own.into_iter().map(|fact| fact.with("path", document.path.as_str())));
    }
    for fact in found {
        model.facts.add(fact);
    }
}

fn fact(kind: &'static str, name: &str, at: &Text) -> Fact {
    Fact::new(Subject::ImageSlip, at.place()).with("kind", kind).with("name", Field::at(name, at.place()))
}

/// A stage and those that it stands on.
fn chain(file: &Dockerfile, stage: usize) -> Vec<&Stage> {
    let mut all: Vec<&Stage> = Vec::new();
    let mut at = Some(stage);
    while let Some(stage) = at.and_then(|i| file.stages.get(i)).filter(|_| all.len() < 64) {
        all.push(stage);
        at = stage.base;
    }
    all
}

/// A `RUN` that the base can't run.
fn run(stage: &Stage, before: usize, own: &Instruction, base: Option<&Text>, stacked: bool) -> Option<Fact> {
    let base = base.filter(|_| own.name == "RUN")?;
    let family = family(&Reference::parse(base))?;
    if family == Family::Bare {
        // What is copied in may be a shell.
        let earlier = stage.instructions.get(..before).unwrap_or(&[]);
        let shell = matches!(own.content, Content::Shell(_));
        let brought = stacked
            || own.flag("mount").is_some()
            || earlier.iter().any(|i| matches!(i.name.as_str(), "COPY" | "ADD" | "SHELL"));
        return (shell && !brought).then(|| fact("no-shell", "sh", &own.keyword).with("base", Field::text(base)));
    }
    let Content::Shell(_) = own.content else { return None };
    let value = own.arguments.value();
    // A line for several distributions asks which one it is on.
    if value.contains("||") || value.contains("command -v") || value.contains("which ") || value.contains("if ") {
        return None;
    }
    let wrong = |word: &str| match family {
        Family::Alpine => matches!(word, "apt-get" | "apt" | "yum" | "dnf" | "microdnf" | "zypper"),
        Family::Debian => matches!(word, "apk" | "yum" | "dnf" | "microdnf" | "zypper"),
        Family::Bare => false,
    };
    let (name, at) = programs(&own.arguments).into_iter().find(|(word, _)| wrong(word))?;
    let instead = if family == Family::Alpine { "apk add --no-cache" } else { "apt-get install" };
    Some(fact("package-manager", name, &at).with("base", Field::text(base)).with("instead", instead))
}

/// The words with which the commands of a line begin, each at its place.
fn programs(line: &Text) -> Vec<(&str, Text)> {
    let value = line.value();
    let mut found = Vec::new();
    let mut start = 0;
    for part in value.split_inclusive([';', '&', '|', '\n']) {
        let word = part.split_whitespace().find(|w| !w.contains('=') && !matches!(*w, "set" | "sudo" | "\\"));
        if let Some(word) = word.map(|w| w.trim_end_matches([';', '&', '|']))
            && let Some(at) = part.find(word)
        {
            found.push((word, line.slice(start + at..start + at + word.len())));
        }
        start += part.len();
    }
    found
}

/// `CMD --config x`: docker takes the option for a flag of the instruction, and knows none.
fn option(own: &Instruction) -> Option<Fact> {
    let flag = own.flags.first().filter(|f| f.is_known() && matches!(own.name.as_str(), "CMD" | "ENTRYPOINT"))?;
    Some(fact("option", flag.value(), flag))
}

/// Arguments before the first `FROM` that no `FROM` reads and no stage asks for.
fn arguments(document: &Document, file: &Dockerfile) -> Vec<Fact> {
    let text = |span: crate::source::Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        document.text.value().get(start..end).unwrap_or("")
    };
    // Places of a template are not those of its text.
    if document.template || file.stages.is_empty() {
        return Vec::new();
    }
    let asked = |name: &str| {
        let stages =
            file.stages.iter().flat_map(|s| &s.instructions).filter(|i| matches!(i.name.as_str(), "ARG" | "ENV"));
        stages.into_iter().any(|i| match &i.content {
            Content::Pairs(pairs) => pairs.iter().any(|p| p.key.known().is_none_or(|k| k == name)),
            _ => false,
        })
    };
    let read = |name: &str| {
        let froms = file.stages.iter().map(|s| text(s.span));
        let others = file.arguments.iter().filter_map(|p| p.value.as_ref()).map(|v| text(v.span()));
        froms.chain(others).any(|t| reads(t, name))
    };
    let unseen = |pair: &&Pair| {
        pair.value.is_some()
            && pair.key.known().is_some_and(|name| {
                let given = GIVEN.iter().any(|g| g.eq_ignore_ascii_case(name)) || name.starts_with("BUILDKIT_");
                !given && !asked(name) && !read(name)
            })
    };
    let found = file.arguments.iter().filter(unseen).filter_map(|pair| {
        let name = pair.key.known()?;
        let mut steps = file.stages.iter().flat_map(|s| &s.instructions);
        let used = steps.find(|i| !i.keyword.value().is_empty() && reads(text(i.span), name));
        let slip = fact("argument", name, &pair.key);
        Some(match used {
            Some(step) => slip.with("used", Field::text(&step.keyword)),
            None => slip,
        })
    });
    found.collect()
}

/// Whether a text reads the variable: `$NAME`, `${NAME…`.
fn reads(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or("");
        let rest = text.get(at + name.len()..).unwrap_or("");
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (before.ends_with('$') || before.ends_with("${")) && !rest.starts_with(inside)
    })
}

/// The script that the image starts, where its first line names a shell that the image has not.
fn interpreter(model: &Model<'_>, document: &Document, file: &Dockerfile) -> Option<Fact> {
    let last = file.stages.len().checked_sub(1)?;
    let chain = chain(file, last);
    let base = chain.last().map(|s| &s.from).filter(|base| !base.value().contains('{'))?;
    if family(&Reference::parse(base)) != Some(Family::Alpine) {
        return None;
    }
    let steps: Vec<&Instruction> = chain.iter().rev().flat_map(|s| &s.instructions).collect();
    let brings = |i: &&Instruction| {
        matches!(i.name.as_str(), "RUN" | "SHELL") && (i.arguments.value().contains("bash") || !i.arguments.is_known())
            || matches!(i.name.as_str(), "COPY" | "ADD") && i.flag("from").is_some()
    };
    if steps.iter().any(brings) {
        return None;
    }
    let start =
        steps.iter().rev().find(|i| i.name == "ENTRYPOINT").or_else(|| steps.iter().rev().find(|i| i.name == "CMD"))?;
    let Content::Exec(words) = &start.content else { return None };
    let word = &words.first()?.text;
    let name = word.known()?.rsplit('/').next().filter(|n| n.contains('.'))?;
    let copied =
        steps.iter().any(|i| i.name == "COPY" && i.arguments.value().split_whitespace().any(|w| w.ends_with(name)));
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let script = model.deployment.documents.iter().find(|d| {
        let (own, file) = d.path.rsplit_once('/').unwrap_or(("", d.path.as_str()));
        file == name && own.starts_with(folder)
    })?;
    let first = script.text.value().lines().next()?;
    let asked = first.starts_with("#!") && first.trim_end().ends_with("bash");
    (copied && asked).then(|| fact("interpreter", name, word).with("base", Field::text(base)))
}

/// Programs that a project of Python brings, and that no image has by itself.
const BROUGHT: &[&str] = &[
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "daphne",
    "granian",
    "celery",
    "flask",
    "fastapi",
    "streamlit",
    "alembic",
    "chainlit",
    "litellm",
    "mcp",
    "dagster",
    "prefect",
    "airflow",
    "jupyter",
    "python",
    "python3",
];

/// Who makes a virtual environment: the tool, its command, and what says that it makes none.
const MAKERS: &[(&str, &str, &[&str])] = &[
    ("uv", "uv sync", &[]),
    ("poetry", "poetry install", &["virtualenvs.create", "VIRTUALENVS_CREATE", "VIRTUALENVS_IN_PROJECT"]),
    ("pipenv", "pipenv install", &["--system"]),
    ("pipenv", "pipenv sync", &["--system"]),
];

/// A start by a program of the virtual environment that a step of the same stage made, which is on no path.
fn environment(model: &Model<'_>, file: &Dockerfile) -> Option<Fact> {
    let last = file.stages.len().checked_sub(1)?;
    let chain = chain(file, last);
    let base = chain.last().map(|s| &s.from)?;
    let reference = Reference::parse(base);
    let (name, _) = named(&reference)?;
    // Images of others may have a path, or an environment, of their own.
    if !matches!(name, "python" | "debian" | "ubuntu") && !name.starts_with("ghcr.io/astral-sh/uv") {
        return None;
    }
    let steps: Vec<&Instruction> = chain.iter().rev().flat_map(|s| &s.instructions).collect();
    let all = |wanted: fn(&str) -> bool| steps.iter().filter(move |i| wanted(&i.name));
    let (tool, _, _) = MAKERS.iter().find(|(_, command, none)| {
        all(|n| n == "RUN").any(|i| i.arguments.value().contains(command))
            && !steps.iter().any(|i| none.iter().any(|word| i.arguments.value().contains(word)))
    })?;
    let hidden = |i: &&&Instruction| {
        let text = i.arguments.value();
        match i.name.as_str() {
            // A path, or a place of the environment.
            "ENV" => ["venv", "VIRTUAL_ENV", "UV_", "POETRY", "PIPENV", "PYTHONPATH"].iter().any(|w| text.contains(w)),
            "RUN" => {
                ["venv", "pip install", "ln -s", "--system", "export", "activate"].iter().any(|w| text.contains(w))
            }
            "COPY" | "ADD" => i.flag("from").is_some() && text.contains("venv"),
            "SHELL" => true,
            _ => false,
        }
    };
    if steps.iter().any(|i| hidden(&i)) || steps.iter().any(|i| i.name == "ENTRYPOINT") || replaced(model) {
        return None;
    }
    let start = steps.iter().rev().find(|i| i.name == "CMD")?;
    let word = match &start.content {
        Content::Exec(words) => words.first()?.text.clone(),
        Content::Shell(_) => {
            let value = start.arguments.value();
            if value.contains(['&', '|', ';', '$']) {
                return None;
            }
            start.arguments.slice(0..value.find(' ').unwrap_or(value.len()))
        }
        _ => return None,
    };
    let program = word.known().filter(|p| BROUGHT.contains(p))?;
    Some(fact("environment", program, &word).with("base", Field::text(base)).with("instead", *tool))
}

/// Whether a project of the tree starts what it builds in another way.
fn replaced(model: &Model<'_>) -> bool {
    let services = |stack: &crate::expand::Stack| {
        let all = stack.project.get("services").and_then(crate::yaml::Node::map).unwrap_or_default();
        all.iter().any(|e| {
            let has = |key: &str| e.value.get(key).is_some_and(|n| !n.is_null());
            has("build") && (has("command") || has("entrypoint"))
        })
    };
    model.deployment.stacks.iter().any(services)
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
            ("FROM scratch\nRUN mkdir /data\n", Some("no-shell")),
            ("FROM scratch\nADD root.tar /\nRUN mkdir /data\n", None),
            ("FROM example/app:1\nCMD --port 80\n", Some("option")),
            ("FROM alpine:3.20\nCOPY start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n", Some("interpreter")),
            ("FROM alpine:3.20\nRUN apk add bash\nCOPY start.sh /\nENTRYPOINT [\"/start.sh\"]\n", None),
        ] {
            assert_eq!(kinds(text), kind.into_iter().collect::<Vec<_>>(), "{text}");
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
        ] {
            assert_eq!(kinds(text).contains(&"argument".to_owned()), told, "{text}");
        }
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
        let poetry =
            "FROM python:3.13\nRUN poetry config virtualenvs.create false && poetry install\nCMD [\"gunicorn\"]\n";
        assert!(kinds(poetry).is_empty());
    }
}
