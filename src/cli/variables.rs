//! `explain-var`: where a variable is defined, in Ansible's order, and which definition wins.

use std::path::{Path, PathBuf};

use super::{CLEAN, Failure, Io, NO_INPUT};
use crate::discover;
use crate::expand::vars::{Definition, Explanation};
use crate::expand::{Options, templates};
use crate::load::{self, Reach};
use crate::model::secret::may_be_secret_name;
use crate::report::redact::{MASK, Redactor};
use crate::report::safe;
use crate::source::Sources;

#[derive(Debug, clap::Args)]
pub(super) struct ExplainVar {
    /// The variable's name
    pub(super) name: String,

    /// The template or task file that uses it
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,

    /// Variable files that win over all others, as `--extra-vars @FILE` of Ansible
    #[arg(long, value_name = "FILE")]
    pub(super) vars: Vec<PathBuf>,
}

/// Runs `explain-var`.
pub(super) fn explain(options: &ExplainVar, io: &mut Io<'_>) -> Result<u8, Failure> {
    let root = around(&options.path);
    let found = discover::discover(std::slice::from_ref(&root))?;
    let sources = Sources::default();
    let files = load::load(&found.candidates, &[], &sources);
    let expand =
        Options { vars_files: options.vars.clone(), reach: Reach::around([root.as_path()]), ..Options::default() };
    let path = discover::display(&options.path);
    let readings = templates::explain(&files, &expand, &sources, &options.name, &path);
    let name = safe::line(&options.name);
    let secret = may_be_secret_name(&options.name);
    let redactor = Redactor::of(sources.ids(), &sources);
    for reading in readings.iter().filter(|r| !r.definitions.is_empty()) {
        let of = reading.world.as_ref().map(|w| format!(" for {}", safe::line(w))).unwrap_or_default();
        writeln!(io.stdout, "{}", safe::log(&format!("{name} in {}{of}", safe::line(&path))))?;
        for definition in &reading.definitions {
            let line = redactor.message(&line(definition, secret, &sources));
            writeln!(io.stdout, "{}", safe::log(&line))?;
        }
        let line = format!("  = {}", redactor.message(&value(reading, secret)));
        writeln!(io.stdout, "{}", safe::log(&line))?;
    }
    if readings.iter().any(|r| !r.definitions.is_empty()) {
        return Ok(CLEAN);
    }
    let line = format!("deploylint: nothing that {} sees defines {name}", safe::line(&path));
    writeln!(io.stderr, "{}", safe::log(&line))?;
    Ok(NO_INPUT)
}

/// What a playbook or a repository of roles has at its top.
const TOP: [&str; 5] = ["ansible.cfg", "group_vars", "host_vars", "inventory", "roles"];

/// The folder whose variables the file may see: the current one where the file is below it; elsewhere its repository, or
/// the nearest folder above it that looks like the top of a playbook.
fn around(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let Ok(file) = std::path::absolute(path).map(|file| discover::normal(&file)) else { return PathBuf::from(".") };
    if file.starts_with(&here) {
        return PathBuf::from(".");
    }
    let folders = || file.ancestors().skip(1);
    let repository = folders().find(|folder| folder.join(".git").exists());
    let top = repository.or_else(|| folders().find(|folder| TOP.iter().any(|name| folder.join(name).exists())));
    top.or_else(|| file.parent()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn line(definition: &Definition, secret: bool, sources: &Sources) -> String {
    let source = sources.get(definition.span.source);
    let at = source.position(definition.span.start);
    let mark = if definition.wins { '>' } else { ' ' };
    let written = definition.written.as_deref().map(|w| if secret { MASK } else { w });
    let written = written.map_or_else(|| "(not shown)".to_owned(), |w| safe::line(w).to_string());
    let place = format!("{}:{}:{}", safe::line(&source.path), at.line, at.column);
    format!("{mark} {:<32} {place}  {written}", definition.rank.describe())
}

fn value(reading: &Explanation, secret: bool) -> String {
    match &reading.value {
        Some(_) if secret => MASK.to_owned(),
        Some(value) => safe::line(value).to_string(),
        None => "not known before the deployment, or a secret".to_owned(),
    }
}
