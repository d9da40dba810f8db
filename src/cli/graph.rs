//! `deploylint graph`: a picture of a deployment.

use std::path::{Path, PathBuf};

use super::args::{self, GraphFormat, GraphView};
use super::changes::Revision;
use super::settings::Settings;
use super::{CLEAN, Failure, Io, NO_INPUT, check, rules, select};
use crate::discover;
use crate::finding::Finding;
use crate::graph::{self, Graph, Input, View};
use crate::model::fact::Facts;
use crate::report::redact::Redactor;
use crate::report::{Report, safe};
use crate::source::Sources;

pub(super) fn run(args: &args::Graph, io: &mut Io<'_>) -> Result<u8, Failure> {
    let view = view(args.view);
    let asked = |paths: &[PathBuf]| args::Check::plain(paths, &args.config, &args.deployment);
    if let Some(old) = &args.compare {
        let after = picture(&asked(&args.paths), view, io)?;
        let root = args.paths.first().map(|path| discover::display(path)).unwrap_or_default();
        let folder = PathBuf::from(old);
        let (before, old_root) = if folder.exists() {
            let root = discover::display(&folder);
            (picture(&asked(&[folder]), view, io)?, root)
        } else {
            (of_revision(old, &asked(&args.paths), view)?, root.clone())
        };
        return write(&graph::compare(&before, &after, [&old_root, &root]), args, io);
    }
    let format = args.format.unwrap_or_else(|| by_name(args.output.as_deref()));
    let found = picture(&asked(&args.paths), view, io)?;
    if found.nodes.is_empty() {
        writeln!(
            io.stderr,
            "deploylint: nothing here to draw: no compose project, and no other container in this view"
        )?;
        return Ok(NO_INPUT);
    }
    write(&render(&found, format)?, args, io)
}

fn write(text: &str, args: &args::Graph, io: &mut Io<'_>) -> Result<u8, Failure> {
    match &args.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|e| Failure(format!("{}: can't be written: {}", path.display(), discover::reason(&e))))?,
        None => io.stdout.write_all(text.as_bytes())?,
    }
    Ok(CLEAN)
}

fn view(view: GraphView) -> View {
    match view {
        GraphView::Network => View::Network,
        GraphView::Startup => View::Startup,
        GraphView::Volumes => View::Volumes,
        GraphView::Variables => View::Variables,
    }
}

/// What the name of the file asks for.
fn by_name(output: Option<&Path>) -> GraphFormat {
    match output.and_then(Path::extension).and_then(|e| e.to_str()) {
        Some("svg") => GraphFormat::Svg,
        Some("dot" | "gv") => GraphFormat::Dot,
        Some("json") => GraphFormat::Json,
        _ => GraphFormat::Mermaid,
    }
}

fn render(graph: &Graph, format: GraphFormat) -> Result<String, Failure> {
    Ok(match format {
        GraphFormat::Mermaid => graph::mermaid::render(graph),
        GraphFormat::Dot => graph::dot::render(graph),
        GraphFormat::Json => graph::json::render(graph),
        GraphFormat::Svg if graph.nodes.len() > graph::svg::MOST => {
            let (boxes, most) = (graph.nodes.len(), graph::svg::MOST);
            let help = "name a folder below, or ask `--format dot` and draw that";
            return Err(Failure(format!("{boxes} boxes are more than the {most} of one picture: {help}")));
        }
        GraphFormat::Svg => graph::svg::render(graph),
    })
}

/// The picture of what the commit `rev` has at the same paths, which may be nothing.
fn of_revision(rev: &str, asked: &args::Check, view: View) -> Result<Graph, Failure> {
    let drawn = Revision::of(rev, asked, "--compare")?.audited(|asked, io| picture(asked, view, io))?;
    Ok(drawn.unwrap_or(Graph { view, nodes: Vec::new(), edges: Vec::new(), groups: Vec::new() }))
}

/// Audits the paths, and draws.
fn picture(asked: &args::Check, view: View, io: &mut Io<'_>) -> Result<Graph, Failure> {
    let mut settings = Settings::resolve(asked, io)?;
    let found = check::found(&mut settings, asked, io)?;
    let rules = rules::of(&settings)?;
    let knowledge = rules::knowledge(&settings)?;
    let audit = crate::audit(&found.candidates, &settings.expand, &rules, &knowledge);
    let report = select::report(&audit, audit.checked.clone(), &found.skipped, &settings, &rules);
    let redactor = Redactor::of(audit.sources.ids(), &audit.sources);
    Ok(draw(view, &audit.facts, &report.findings, &audit.sources, &redactor))
}

fn draw(view: View, facts: &Facts, findings: &[Finding], sources: &Sources, redactor: &Redactor) -> Graph {
    let clean = |text: &str| safe::line(&redactor.message(text)).into_owned();
    graph::build(view, &Input { facts, findings, sources, clean: &clean })
}

/// All pictures, for a report that shows them.
pub(super) fn all(facts: &Facts, report: &Report) -> Vec<Graph> {
    let redactor = Redactor::new(report);
    View::ALL.iter().map(|view| draw(*view, facts, &report.findings, &report.sources, &redactor)).collect()
}
