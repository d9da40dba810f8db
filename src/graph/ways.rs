//! The ways to the internet in words, for those who don't see the picture.

use super::{Graph, Kind, Link, Mark, Node, Tone};

/// One way of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The service.
    pub service: String,
    /// Through what.
    pub how: String,
    /// What is wrong with it.
    pub marks: Vec<Mark>,
}

/// Each way of each service in the view `network`, in the order of the services.
pub fn ways(graph: &Graph) -> Vec<Way> {
    let services = graph.nodes.iter().enumerate().filter(|(_, n)| n.kind == Kind::Service);
    services.flat_map(|(at, node)| of(graph, at, node)).collect()
}

fn of(graph: &Graph, at: usize, node: &Node) -> Vec<Way> {
    let title = |at: usize| graph.nodes.get(at).map(|n| n.title.as_str()).unwrap_or_default();
    let kind = |at: usize| graph.nodes.get(at).map(|n| n.kind);
    let from = || graph.edges.iter().filter(move |e| e.from == at);
    let proxy: Vec<&str> = from().filter(|e| e.kind == Link::Proxied).map(|e| title(e.to)).collect();
    let way = |how: String, marks: Vec<Mark>| Way { service: node.title.clone(), how, marks };
    let mut all = Vec::new();
    // The network whose frame it stands in.
    let home = graph.nodes.iter().enumerate().find(|(_, n)| {
        n.group.is_some() && n.group == node.group && matches!(n.kind, Kind::OpenNetwork | Kind::UnknownNetwork)
    });
    let lines: Vec<(usize, Tone, Vec<Mark>)> =
        from().filter(|e| e.kind == Link::Attached).map(|e| (e.to, e.tone, e.marks.clone())).collect();
    let inside = home.map(|(hub, _)| hub).filter(|hub| lines.iter().all(|(to, _, _)| to != hub));
    for (hub, tone, marks) in inside.map(|hub| (hub, Tone::Plain, Vec::new())).into_iter().chain(lines) {
        let network = match title(hub) {
            sentence if sentence.starts_with("the ") => sentence.to_owned(),
            name => format!("the network {name}"),
        };
        let road = match kind(hub) {
            Some(Kind::OpenNetwork) => format!("directly, by {network}"),
            Some(Kind::UnknownNetwork) => {
                format!("perhaps, by {network}: no file here says whether it leads out")
            }
            _ => continue,
        };
        let past = match proxy.first() {
            Some(proxy) if tone == Tone::Bad => format!("{road}, past its proxy {proxy}"),
            _ => road,
        };
        all.push(way(past, if tone == Tone::Plain { Vec::new() } else { marks }));
    }
    for edge in from().filter(|e| leads_out(graph, e.to, &mut vec![at])) {
        match edge.kind {
            Link::Proxied => all.push(way(format!("through the proxy {}", title(edge.to)), Vec::new())),
            Link::SharesNetwork => all.push(way(format!("as {}, whose network it uses", title(edge.to)), Vec::new())),
            _ => {}
        }
    }
    all
}

/// Whether a service reaches the internet by itself or by another one; `seen` are those that ask.
fn leads_out(graph: &Graph, at: usize, seen: &mut Vec<usize>) -> bool {
    if seen.contains(&at) {
        return false;
    }
    seen.push(at);
    let open = |n: &Node| matches!(n.kind, Kind::OpenNetwork | Kind::UnknownNetwork);
    let group = graph.nodes.get(at).and_then(|n| n.group);
    let home = group.is_some() && graph.nodes.iter().any(|n| n.group == group && open(n));
    home || graph.edges.iter().filter(|e| e.from == at).any(|edge| match edge.kind {
        Link::Attached => graph.nodes.get(edge.to).is_some_and(open),
        Link::Proxied | Link::SharesNetwork => leads_out(graph, edge.to, seen),
        _ => false,
    })
}
