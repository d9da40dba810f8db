//! One HTML page with everything: what was found, where, why it matters, and pictures whose parts lead to their findings.
//!
//! The page loads nothing and runs nothing but its own script, which its content security policy names by its hash. Findings are
//! data (JSON in a `script` element that is not run); the script makes text nodes of them. Pictures are written escaped.

mod excerpt;

use std::fmt::Write as _;

use serde::Serialize;

use super::redact::Redactor;
use super::{Report, Status, human, json, safe};
use crate::finding::Finding;
use crate::graph::{View, Way, svg};
use excerpt::Excerpt;

const CSS: &str = include_str!("page.css");
const JS: &str = include_str!("page.js");

/// The SHA-256 of the style sheets and of the script, as the content security policy names them.
const HASHES: [&str; 3] = [
    "sha256-61XMToBj2UdyDCTikVNhirge1KOJ0QIuXgGy1zWPw5c=",
    "sha256-OFBgrCKe8RvxNVem2nNqmlC/FYWCPU0XBnaLpWHwSRo=",
    "sha256-19bN/VtRVKOQjxup1CwzNpcHeNtAxzeWB+MKs41soZE=",
];

#[derive(Serialize)]
struct Data<'a> {
    findings: Vec<PageFinding<'a>>,
    rules: Vec<PageRule<'a>>,
    ways: Vec<PageWay<'a>>,
    inputs: Vec<PageInput<'a>>,
}

#[derive(Serialize)]
struct PageFinding<'a> {
    rule: &'a str,
    severity: &'static str,
    confidence: &'static str,
    persona: &'static str,
    message: String,
    help: String,
    place: Place,
    excerpts: Vec<Excerpt>,
    suppressed: Option<Suppressed>,
    fixes: Vec<PageFix>,
}

#[derive(Serialize)]
struct Place {
    path: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Suppressed {
    kind: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct PageFix {
    title: String,
    safe: bool,
}

#[derive(Serialize)]
struct PageRule<'a> {
    id: &'a str,
    title: &'a str,
    why: &'a str,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct PageWay<'a> {
    service: &'a str,
    how: &'a str,
    findings: Vec<PageMark<'a>>,
}

#[derive(Serialize)]
struct PageMark<'a> {
    rule: &'a str,
    finding: usize,
}

#[derive(Serialize)]
struct PageInput<'a> {
    path: String,
    status: &'static str,
    reason: &'a str,
}

/// The report as one page.
pub fn render(report: &Report) -> String {
    let [css, svg, js] = HASHES;
    let summary = human::summary_line(&report.summary());
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{css}' '{svg}'; script-src '{js}'; \
         base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>deploylint report</title>\n\
         <style>{CSS}</style>\n<style>{}</style>\n</head>\n<body>\n",
        svg::STYLE
    );
    let _ = write!(
        out,
        "<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n<header>\n<h1>deploylint report</h1>\n<p>{}</p>\n\
         <noscript><p>This page shows its findings with JavaScript, which is switched off.</p></noscript>\n</header>\n<main>\n",
        svg::escape(&summary)
    );
    pictures(report, &mut out);
    out.push_str(BODY);
    let data = data(report, &Redactor::new(report));
    let _ = write!(
        out,
        "<script type=\"application/json\" id=\"data\">{data}</script>\n<script>{JS}</script>\n</body>\n</html>\n"
    );
    out
}

/// What of the page is the same in each.
const BODY: &str = "\
<section id=\"ways-part\" aria-labelledby=\"ways-title\">
<h2 id=\"ways-title\">Ways to the internet</h2>
<table><thead><tr><th scope=\"col\">service</th><th scope=\"col\">how</th><th scope=\"col\">findings</th></tr></thead><tbody id=\"ways\"></tbody></table>
</section>
<section aria-labelledby=\"findings-title\">
<h2 id=\"findings-title\">Findings</h2>
<form id=\"filters\">
<fieldset><legend>Severity</legend>
<label><input type=\"checkbox\" id=\"severity-error\" checked> error</label>
<label><input type=\"checkbox\" id=\"severity-warning\" checked> warning</label>
<label><input type=\"checkbox\" id=\"severity-note\" checked> note</label>
</fieldset>
<label class=\"field\">Rule<select id=\"rule\"><option value=\"\">all rules</option></select></label>
<label class=\"field\">File<select id=\"file\"><option value=\"\">all files</option></select></label>
<label class=\"field\">Persona<select id=\"persona\"><option value=\"\">all personas</option></select></label>
<label class=\"field\">State<select id=\"status\"></select></label>
<label class=\"field\">Search<input type=\"search\" id=\"search\" autocomplete=\"off\"></label>
<button type=\"reset\">Reset</button>
</form>
<p><span id=\"count\" role=\"status\"></span> <button type=\"button\" id=\"clear\" hidden>Show all again</button></p>
<div id=\"findings\"></div>
<button type=\"button\" id=\"more\" hidden>Show more</button>
</section>
<section id=\"rules-part\" aria-labelledby=\"rules-title\">
<h2 id=\"rules-title\">Why it matters</h2>
<div id=\"rules\"></div>
</section>
<section id=\"inputs-part\" aria-labelledby=\"inputs-title\">
<h2 id=\"inputs-title\">Not audited</h2>
<table><thead><tr><th scope=\"col\">file</th><th scope=\"col\">state</th><th scope=\"col\">why</th></tr></thead><tbody id=\"inputs\"></tbody></table>
</section>
</main>
";

fn pictures(report: &Report, out: &mut String) {
    if report.graphs.iter().all(|g| g.edges.is_empty()) {
        return;
    }
    out.push_str("<section aria-labelledby=\"pictures-title\">\n<h2 id=\"pictures-title\">The deployment</h2>\n");
    for graph in report.graphs.iter().filter(|g| !g.edges.is_empty()) {
        let title = graph.view.title();
        let open = if graph.view == View::Network { " open" } else { "" };
        let _ = writeln!(out, "<details{open}><summary>{title}</summary>");
        if graph.nodes.len() > svg::MOST {
            let _ = writeln!(
                out,
                "<p>{} boxes are more than one picture holds. Audit a folder below.</p>",
                graph.nodes.len()
            );
        } else {
            let _ = write!(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\">");
            out.push_str(&svg::embedded(graph));
            out.push_str("</div>");
        }
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

/// Everything that the script shows, as JSON that can't end its element.
fn data(report: &Report, redactor: &Redactor) -> String {
    let network = report.graphs.iter().find(|g| g.view == View::Network);
    let ways: Vec<Way> = network.map(crate::graph::ways).unwrap_or_default();
    let unread = report.inputs.iter().filter(|i| i.status != Status::Audited);
    let data = Data {
        findings: report.findings.iter().map(|f| finding(f, report, redactor)).collect(),
        rules: report
            .rules
            .iter()
            .map(|r| PageRule { id: &r.id, title: &r.title, why: &r.why, url: r.url.as_deref() })
            .collect(),
        ways: ways.iter().map(way).collect(),
        inputs: unread
            .map(|i| PageInput { path: safe::line(&i.path).into_owned(), status: i.status.name(), reason: &i.reason })
            .collect(),
    };
    // In JSON these characters stand in strings alone, where an escape means the same.
    json::text(&data, false).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn finding<'a>(finding: &'a Finding, report: &Report, redactor: &Redactor) -> PageFinding<'a> {
    let source = report.sources.get(finding.span.source);
    let at = source.position(finding.span.start);
    let fix = |f: &crate::finding::Fix| PageFix { title: redactor.message(&f.title), safe: f.safe };
    PageFinding {
        rule: &finding.rule,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        persona: finding.persona.name(),
        message: redactor.message(&finding.message),
        help: redactor.message(&finding.help),
        place: Place { path: safe::line(&source.path).into_owned(), line: at.line, column: at.column },
        excerpts: excerpt::of(finding, &report.sources, redactor),
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|s| Suppressed { kind: s.kind, reason: redactor.message(&s.reason) }),
        fixes: finding.fixes.iter().map(fix).collect(),
    }
}

fn way(way: &Way) -> PageWay<'_> {
    let findings = way.marks.iter().map(|m| PageMark { rule: &m.rule, finding: m.finding }).collect();
    PageWay { service: &way.service, how: &way.how, findings }
}
