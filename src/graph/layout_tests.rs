//! Geometry: nothing lies over anything else, at 5, 20 and 60 services.

use std::fmt::Write as _;

use super::super::tests::{graph, tree};
use super::*;
use crate::graph::View;

/// A deployment of `count` services: a gateway with a proxy and a way past it, stores, and workers that call them.
fn deployment(count: usize) -> String {
    let mut out = String::from(
        "services:\n  openclaw:\n    image: ghcr.io/openclaw/openclaw:2026.2.23\n    environment:\n      \
         HTTPS_PROXY: http://egress:3128\n    networks: [inside, edge]\n    depends_on: [egress]\n    \
         volumes: ['state:/home/node/.openclaw']\n  egress:\n    image: ubuntu/squid:5.2-22.04_beta\n    \
         networks: [inside, out]\n  caddy:\n    image: caddy:2.9.1\n    ports: ['80:80', '443:443']\n    networks: [edge]\n  \
         redis:\n    image: redis:7.4.2\n    networks: [inside]\n    volumes: ['data:/data']\n",
    );
    for at in 4..count {
        let network = ["inside", "data", "out", "edge"][at % 4];
        let _ = write!(
            out,
            "  worker-{at}:\n    image: example/worker:${{WORKER_TAG:-1.0.{at}}}\n    networks: [{network}, inside]\n    \
             environment:\n      REDIS_URL: redis://redis:6379/{at}\n"
        );
        if at % 3 == 0 {
            let _ = writeln!(out, "    depends_on: {{redis: {{condition: service_healthy}}}}");
        }
        if at % 5 == 0 {
            let _ =
                writeln!(out, "    volumes: ['data:/var/lib/a-long-path-below-which-data-are/{at}', 'logs:/logs:ro']");
        }
    }
    out + "networks:\n  inside: {internal: true}\n  data: {internal: true}\n  out:\n  edge:\nvolumes:\n  state:\n  data:\n  logs:\n"
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x + a.width > b.x + 0.01
        && b.x + b.width > a.x + 0.01
        && a.y + a.height > b.y + 0.01
        && b.y + b.height > a.y + 0.01
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    outer.x <= inner.x
        && outer.y <= inner.y
        && outer.x + outer.width >= inner.x + inner.width
        && outer.y + outer.height >= inner.y + inner.height
}

/// Whether the frame `outer` is around the frame or box whose frame is `group`.
fn around(graph: &crate::graph::Graph, outer: usize, mut group: Option<usize>) -> bool {
    while let Some(at) = group {
        if at == outer {
            return true;
        }
        group = graph.groups[at].parent;
    }
    false
}

fn faults(graph: &crate::graph::Graph) -> Vec<String> {
    let layout = layout(graph);
    let mut found = Vec::new();
    let boxes = layout.nodes.iter().enumerate().map(|(at, r)| (graph.nodes[at].id.clone(), *r));
    let labels = layout.edges.iter().enumerate().filter_map(|(at, e)| Some((format!("label {at}"), e.label?)));
    let all: Vec<(String, Rect)> = boxes.chain(labels).collect();
    for (at, (one, rect)) in all.iter().enumerate() {
        let over = all[..at].iter().filter(|(_, other)| overlap(rect, other));
        found.extend(over.map(|(other, _)| format!("{one} over {other}")));
        if rect.x < 0.0 || rect.y < 0.0 || rect.x + rect.width > layout.width || rect.y + rect.height > layout.height {
            found.push(format!("{one} outside the picture"));
        }
    }
    for (at, frame) in layout.groups.iter().enumerate() {
        let Some(frame) = frame else { continue };
        for (node, rect) in graph.nodes.iter().zip(&layout.nodes) {
            let inside = around(graph, at, node.group);
            if inside && !holds(frame, rect) {
                found.push(format!("{} sticks out of {}", node.id, graph.groups[at].id));
            } else if !inside && overlap(frame, rect) {
                found.push(format!("{} lies in {}", node.id, graph.groups[at].id));
            }
        }
        for (other, rect) in layout.groups.iter().enumerate().take(at) {
            let nested = around(graph, at, Some(other)) || around(graph, other, Some(at));
            if rect.is_some_and(|r| overlap(&r, frame)) && !nested {
                found.push(format!("{} over {}", graph.groups[at].id, graph.groups[other].id));
            }
        }
    }
    found
}

#[test]
fn nothing_lies_over_anything_else() {
    for count in [5, 20, 60] {
        let audit = tree(&[("compose.yml", &deployment(count))]);
        for view in View::ALL {
            let graph = graph(view, &audit);
            assert!(view == View::Variables && count == 5 || graph.nodes.len() > 2, "{view:?} of {count} is empty");
            assert_eq!(faults(&graph), Vec::<String>::new(), "{view:?} of {count}");
        }
    }
}

#[test]
fn several_projects_have_frames_that_hold_their_own() {
    let audit = tree(&[("a/compose.yml", &deployment(8)), ("b/compose.yml", &deployment(12))]);
    for view in View::ALL {
        assert_eq!(faults(&graph(view, &audit)), Vec::<String>::new(), "{view:?}");
    }
}

#[test]
fn boxes_without_lines_stand_in_several_columns() {
    let services =
        (0..60).fold(String::from("services:\n"), |out, at| out + &format!("  s{at}:\n    image: a:1.{at}\n"));
    let graph = graph(View::Network, &tree(&[("compose.yml", &services)]));
    let layout = layout(&graph);
    assert_eq!(faults(&graph), Vec::<String>::new());
    assert!(layout.height < layout.width * 2.0, "{} x {}", layout.width, layout.height);
}

#[test]
fn coordinates_are_the_same_each_time() {
    let audit = tree(&[("compose.yml", &deployment(20))]);
    let first = layout(&graph(View::Network, &audit));
    for _ in 0..5 {
        assert_eq!(layout(&graph(View::Network, &audit)), first);
    }
}
