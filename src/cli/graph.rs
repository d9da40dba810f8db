//! `deploylint graph`: a picture of a deployment.

use std::path::{Path, PathBuf};

use super::args::{self, GraphFormat, GraphView};
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
    if let Some(old) = &args.compare {
        let before = picture(std::slice::from_ref(old), args, view, io)?;
        let after = picture(&args.paths, args, view, io)?;
        let new = args.paths.first().map(|path| discover::display(path)).unwrap_or_default();
        let text = graph::compare(&before, &after, [&discover::display(old), &new]);
        return write(&text, args, io);
    }
    let format = args.format.unwrap_or_else(|| by_name(args.output.as_deref()));
    let found = picture(&args.paths, args, view, io)?;
    if found.nodes.is_empty() {
        writeln!(io.stderr, "deploylint: no compose project here to draw")?;
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

/// Audits the paths, and draws.
fn picture(paths: &[PathBuf], args: &args::Graph, view: View, io: &mut Io<'_>) -> Result<Graph, Failure> {
    let asked = args::Check::plain(paths, &args.config, &args.deployment);
    let mut settings = Settings::resolve(&asked, io)?;
    let found = check::found(&mut settings, &asked, io)?;
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
