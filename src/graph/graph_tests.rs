//! What is drawn of small deployments, and that it is harmless in each format.

use std::path::PathBuf;

use super::*;
use crate::Audit;
use crate::check::rules::RuleSet;
use crate::discover::Candidate;
use crate::expand::Options;
use crate::knowledge::Knowledge;

/// The audit of these files with all rules.
pub(super) fn tree(files: &[(&str, &str)]) -> Audit {
    let candidate = |(path, text): &(&str, &str)| Candidate {
        disk: Some(PathBuf::from("/no/such").join(path)),
        path: (*path).to_owned(),
        content: Some(text.as_bytes().to_vec()),
        executable: None,
    };
    let candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    crate::audit(&candidates, &Options::default(), &RuleSet::brief().unwrap(), &Knowledge::embedded().unwrap())
}

pub(super) fn graph(view: View, audit: &Audit) -> Graph {
    let clean = |text: &str| text.replace('\n', " ");
    let findings = &audit.checked.findings;
    build(view, &Input { facts: &audit.facts, findings, sources: &audit.sources, clean: &clean })
}

/// Each line as `from kind to: labels`, the loud ones with their tone.
pub(super) fn lines(graph: &Graph) -> Vec<String> {
    let title = |at: usize| graph.nodes[at].title.as_str();
    let line = |e: &Edge| {
        let tone = if e.tone == Tone::Plain { String::new() } else { format!(" !{}", e.tone.name()) };
        let labels = if e.labels.is_empty() { String::new() } else { format!(": {}", e.labels.join(", ")) };
        format!("{} {} {}{labels}{tone}", title(e.from), e.kind.name(), title(e.to))
    };
    graph.edges.iter().map(line).collect()
}

pub(super) fn notes<'a>(graph: &'a Graph, title: &str) -> &'a [String] {
    graph.nodes.iter().find(|n| n.title == title).map(|n| n.notes.as_slice()).unwrap_or_default()
}

const GATEWAY: &str = "\
services:
  agent:
    image: ghcr.io/openclaw/openclaw:2026.2.23
    environment:
      HTTPS_PROXY: http://egress:3128
    networks: [inside, edge]
  egress:
    image: ubuntu/squid:5.2-22.04_beta
    networks: [inside, out]
  web:
    image: example/web:1.0.0
    ports: ['443:443', '127.0.0.1:2019:2019']
    networks: [edge]
networks:
  inside: {internal: true}
  edge:
  out:
";

#[test]
fn the_way_past_the_proxy_is_red_up_to_the_internet() {
    let found = lines(&graph(View::Network, &tree(&[("compose.yml", GATEWAY)])));
    let wanted = [
        "agent attached edge !bad",
        "egress attached out",
        "agent proxied egress: proxy",
        "whoever reaches the host published web: 443 → 443",
        "the host itself published web: 2019 → 2019",
        "edge leads-out internet !bad",
        "out leads-out internet",
    ];
    for line in wanted {
        assert!(found.iter().any(|f| f == line), "{line}: {found:#?}");
    }
    let bad = |line: &&String| line.ends_with("!bad");
    assert_eq!(found.iter().filter(bad).count(), 2, "{found:#?}");
}

#[test]
fn nothing_is_red_where_the_gateway_has_no_way_out() {
    let graph = graph(View::Network, &tree(&[("compose.yml", &GATEWAY.replace("[inside, edge]", "[inside]"))]));
    assert!(graph.edges.iter().all(|e| e.tone != Tone::Bad), "{:#?}", lines(&graph));
    let agent = graph.nodes.iter().find(|n| n.title == "agent").unwrap();
    assert_eq!(agent.group.map(|at| graph.groups[at].kind), Some(Frame::ClosedNetwork));
}

#[test]
fn a_probe_that_never_passes_makes_all_that_waits_red() {
    let text = "\
services:
  base:
    image: redis:7.4.2-alpine
    healthcheck: {test: ['CMD', 'curl', '-f', 'http://localhost:6379']}
  middle:
    image: example/app:1.0.0
    depends_on: {base: {condition: service_healthy}}
  top:
    image: example/app:1.0.0
    depends_on: [middle]
";
    let drawn = graph(View::Startup, &tree(&[("compose.yml", text)]));
    let wanted = ["base starts-after middle: when healthy !bad", "middle starts-after top: when started !bad"];
    assert_eq!(lines(&drawn), wanted);
    assert!(notes(&drawn, "base").contains(&"healthcheck-tool-missing".to_owned()), "{drawn:#?}");
    assert!(notes(&drawn, "top").contains(&"never starts".to_owned()));
    let mended = graph(View::Startup, &tree(&[("compose.yml", &text.replace("'curl', '-f'", "'redis-cli', 'ping'"))]));
    assert!(mended.edges.iter().all(|e| e.tone == Tone::Plain), "{:#?}", lines(&mended));
    assert!(notes(&mended, "base").contains(&"if unhealthy, no middle, top".to_owned()), "{mended:#?}");
}

#[test]
fn volumes_that_are_shared_or_hold_credentials_are_drawn() {
    let text = "\
services:
  a:
    image: example/a:1.0.0
    volumes: ['data:/data', './private.conf:/etc/private.conf']
  b:
    image: example/b:1.0.0
    volumes: ['data:/in:ro', '/var/run/docker.sock:/var/run/docker.sock']
  c: {image: 'example/c:1.0.0'}
volumes: {data: }
";
    let drawn = graph(View::Volumes, &tree(&[("compose.yml", text)]));
    let found = lines(&drawn);
    assert!(found.contains(&"a mounts data: /data".to_owned()), "{found:#?}");
    assert!(found.contains(&"b mounts data: /in (read-only)".to_owned()), "{found:#?}");
    assert!(!found.iter().any(|l| l.contains("private")), "{found:#?}");
    assert!(drawn.nodes.iter().any(|n| n.kind == Kind::Socket) && drawn.nodes.iter().all(|n| n.title != "c"));
}

#[test]
fn variables_have_the_files_that_set_them_and_the_services_that_use_them() {
    let drawn = graph(
        View::Variables,
        &tree(&[
            ("compose.yml", "services:\n  a:\n    image: x:${TAG}\n  b:\n    image: y:${TAG}-${OTHER:?}\n"),
            (".env", "TAG=1.2.3\n"),
            (".env.example", "TAG=\nOTHER=\n"),
        ]),
    );
    let found = lines(&drawn);
    for line in ["TAG uses a", "TAG uses b", "OTHER uses b", ".env.example documents OTHER: documents"] {
        assert!(found.iter().any(|f| f == line), "{line}: {found:#?}");
    }
    assert!(notes(&drawn, "TAG").contains(&"set by an env file".to_owned()), "{drawn:#?}");
}

#[test]
fn overlays_are_one_project_and_files_written_apart_are_two() {
    let base = "services:\n  a:\n    image: x:1.0.0\n";
    let overlay = "services:\n  a:\n    ports: ['80:80']\n";
    let one = graph(View::Network, &tree(&[("compose.yml", base), ("compose.override.yml", overlay)]));
    let services = |g: &Graph| g.nodes.iter().filter(|n| n.kind == Kind::Service).count();
    assert_eq!((services(&one), one.groups.iter().filter(|g| g.kind == Frame::Project).count()), (1, 0));
    let two = graph(View::Network, &tree(&[("dev/compose.yml", base), ("prod/compose.yml", base)]));
    assert_eq!((services(&two), two.groups.iter().filter(|g| g.kind == Frame::Project).count()), (2, 2));
}

/// Names that would be markup, code or the end of a label somewhere.
const HOSTILE: &str = "\
services:
  '\"]<script>alert(1)</script>':
    image: a:1.0.0
    networks: ['</svg>&amp;']
  '`end`; click n0 \"javascript:alert(1)\"':
    image: a:1.0.0
    networks: ['</svg>&amp;']
  'back\\\\slash\\n--> x':
    image: a:1.0.0
    depends_on: ['\"]<script>alert(1)</script>']
networks:
  '</svg>&amp;': {internal: true}
";

#[test]
fn hostile_names_stay_text_in_every_format() {
    let audit = tree(&[("compose.yml", HOSTILE)]);
    for view in [View::Network, View::Startup] {
        let drawn = graph(view, &audit);
        assert!(drawn.nodes.iter().any(|n| n.title.contains("<script>")), "{drawn:#?}");
        for picture in [svg::render(&drawn), svg::embedded(&drawn)] {
            assert_well_formed(&picture);
            assert!(!picture.contains("<script") && !picture.contains("&amp;</svg>&amp;"), "{picture}");
            assert_eq!(picture.matches("</svg>").count(), 1);
        }
        let mermaid = mermaid::render(&drawn);
        // Quotes only stand around labels, and nothing that ends one or calls a function is left in them.
        for line in mermaid.lines().filter(|l| l.contains('"')) {
            assert_eq!(line.matches('"').count(), 2, "{line}");
        }
        assert!(
            !mermaid.contains('<') || mermaid.matches('<').count() == mermaid.matches("<br/>").count(),
            "{mermaid}"
        );
        assert!(!mermaid.contains("click n0 \"") && !mermaid.contains('`'), "{mermaid}");
        serde_json::from_str::<serde_json::Value>(&json::render(&drawn)).unwrap();
    }
}

/// Elements are closed in order, and attributes are quoted.
fn assert_well_formed(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_usize;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(start) => {
                depth += 1;
                assert!(start.attributes().all(|a| a.is_ok_and(|a| !a.value.contains(&b'<'))));
            }
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Empty(one) => assert!(one.attributes().all(|a| a.is_ok())),
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let of = || {
        let audit = tree(&[("compose.yml", GATEWAY)]);
        View::ALL.map(|view| {
            let drawn = graph(view, &audit);
            [svg::render(&drawn), mermaid::render(&drawn), dot::render(&drawn), json::render(&drawn)]
        })
    };
    let first = of();
    assert!((0..4).all(|_| of() == first));
}

#[test]
fn a_picture_asks_for_nothing_from_outside() {
    let picture = svg::render(&graph(View::Network, &tree(&[("compose.yml", GATEWAY)])));
    let addresses = picture.matches("://").count();
    // The name of the format.
    assert_eq!(addresses, 1, "{picture}");
    assert!(!picture.contains("href") && !picture.contains("@import") && !picture.contains("<script"));
    assert!(picture.contains("prefers-color-scheme:dark"));
}
