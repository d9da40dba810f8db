//! Ways through others, along chains and in circles.

use super::ways;
use crate::graph::{Edge, Graph, Kind, Link, Node, Tone, View};

fn node(title: String, kind: Kind) -> Node {
    let (notes, marks) = (Vec::new(), Vec::new());
    Node { id: title.clone(), kind, title, notes, group: None, tone: Tone::Plain, place: None, marks }
}

fn edge(from: usize, to: usize, kind: Link) -> Edge {
    Edge { from, to, kind, labels: Vec::new(), tone: Tone::Plain, place: None, marks: Vec::new() }
}

/// The ways of `count` services with these lines, where the box behind the services is the internet's network.
fn told(count: usize, lines: &[(usize, usize, Link)]) -> Vec<String> {
    let mut nodes: Vec<Node> = (0..count).map(|at| node(format!("s{at}"), Kind::Service)).collect();
    nodes.push(node("out".to_owned(), Kind::OpenNetwork));
    let edges = lines.iter().map(|(from, to, kind)| edge(*from, *to, *kind)).collect();
    let graph = Graph { view: View::Network, nodes, edges, groups: Vec::new() };
    ways(&graph).into_iter().map(|way| format!("{}: {}", way.service, way.how)).collect()
}

#[test]
fn a_long_chain_leads_out_link_by_link() {
    const COUNT: usize = 50_000;
    let mut lines: Vec<_> = (0..COUNT - 1).map(|at| (at, at + 1, Link::Proxied)).collect();
    assert!(told(COUNT, &lines).is_empty());
    lines.push((COUNT - 1, COUNT, Link::Attached));
    let all = told(COUNT, &lines);
    assert_eq!(all.len(), COUNT);
    assert_eq!(all.first().map(String::as_str), Some("s0: through the proxy s1"));
    assert_eq!(all.last().map(String::as_str), Some("s49999: directly, by the network out"));
}

#[test]
fn nobody_goes_out_through_one_that_goes_out_through_it() {
    let circle = [(0, 1, Link::Proxied), (1, 0, Link::Proxied)];
    assert!(told(2, &circle).is_empty());
    let one = [circle[0], circle[1], (0, 2, Link::Attached)];
    assert_eq!(told(2, &one), ["s0: directly, by the network out", "s1: through the proxy s0"]);
    // Farther away than the one that asks, and past it.
    let other = [
        (0, 1, Link::SharesNetwork),
        (1, 0, Link::Proxied),
        (1, 2, Link::Proxied),
        (2, 3, Link::Attached),
        (0, 3, Link::Attached),
    ];
    let all = told(3, &other);
    assert!(all.contains(&"s0: as s1, whose network it uses".to_owned()), "{all:?}");
    assert!(told(1, &[(0, 0, Link::Proxied), (0, 1, Link::Attached)]).len() == 1);
}
