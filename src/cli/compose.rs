//! The command `config`: what docker compose sees in compose files.

use super::args;
use super::{CLEAN, FOUND, Failure, Io};
use crate::expand::{Options, StackOptions, compose};
use crate::report::safe;
use crate::source::Sources;

/// Prints the normalised project, or why docker compose refuses it.
pub(super) fn run(args: &args::Config, io: &mut Io<'_>) -> Result<u8, Failure> {
    let sources = Sources::default();
    let found = if args.files.is_empty() {
        let folder = std::path::absolute(&args.path)?;
        let found = if folder.is_file() {
            Some(StackOptions { files: vec![folder.clone()], ..StackOptions::default() })
        } else {
            compose::find(&folder, &args.env_file, &sources)
        };
        found.ok_or_else(|| Failure(format!("{}: no compose file here or above", args.path.display())))?
    } else {
        StackOptions { files: args.files.clone(), ..StackOptions::default() }
    };
    let variables = args.env.iter().filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)));
    let options = Options { environment: variables.collect(), env_files: args.env_file.clone(), ..Options::default() };
    let profiles = Some(args.profile.clone()).filter(|p| !p.is_empty());
    let stack = StackOptions { profiles, ..found };
    let config = compose::config(&stack, &options, &sources).map_err(Failure)?;
    if config.problems.is_empty() {
        let text = serde_json::to_string_pretty(&config.json).map_err(|e| Failure(e.to_string()))?;
        writeln!(io.stdout, "{}", safe::log_json(text))?;
        return Ok(CLEAN);
    }
    for problem in &config.problems {
        let source = sources.get(problem.span.source);
        let at = source.position(problem.span.start);
        let line = format!("{}:{}:{}: {}", source.path, at.line, at.column, problem.message);
        writeln!(io.stderr, "{}", safe::log(&safe::lines(&line)))?;
    }
    Ok(FOUND)
}
