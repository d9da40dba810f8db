//! The ways to the internet in words, for those who don't see the picture.

#[cfg(test)]
#[path = "ways_tests.rs"]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use super::{Edge, Graph, Kind, Link, Mark, Node, Tone};

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
    let roads = Roads::new(graph);
    let services = graph.nodes.iter().enumerate().filter(|(_, n)| n.kind == Kind::Service);
    services.flat_map(|(at, node)| of(&roads, at, node)).collect()
}

fn of(roads: &Roads<'_>, at: usize, node: &Node) -> Vec<Way> {
    let nodes = &roads.graph.nodes;
    let title = |at: usize| nodes.get(at).map(|n| n.title.as_str()).unwrap_or_default();
    let from = || roads.from(at).iter().copied();
    let proxy: Vec<&str> = from().filter(|e| e.kind == Link::Proxied).map(|e| title(e.to)).collect();
    let way = |how: String, marks: Vec<Mark>| Way { service: node.title.clone(), how, marks };
    let mut all = Vec::new();
    let lines: Vec<(usize, Tone, Vec<Mark>)> =
        from().filter(|e| e.kind == Link::Attached).map(|e| (e.to, e.tone, e.marks.clone())).collect();
    let inside = roads.home(at).filter(|hub| lines.iter().all(|(to, _, _)| to != hub));
    for (hub, tone, marks) in inside.map(|hub| (hub, Tone::Plain, Vec::new())).into_iter().chain(lines) {
        let network = match title(hub) {
            sentence if sentence.starts_with("the ") => sentence.to_owned(),
            name => format!("the network {name}"),
        };
        let road = match nodes.get(hub).map(|n| n.kind) {
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
    for edge in from().filter(|e| passes_on(e) && roads.lead_out(e.to, at)) {
        let how = match edge.kind {
            Link::Proxied => format!("through the proxy {}", title(edge.to)),
            _ => format!("as {}, whose network it uses", title(edge.to)),
        };
        all.push(way(how, Vec::new()));
    }
    all
}

/// Whether a service uses the way of another one.
fn passes_on(edge: &Edge) -> bool {
    matches!(edge.kind, Link::Proxied | Link::SharesNetwork)
}

/// Who reaches the internet, by itself or by another one.
struct Roads<'g> {
    graph: &'g Graph,
    /// The lines that begin at each box.
    from: Vec<Vec<&'g Edge>>,
    /// The network in each frame that leads out, or may.
    homes: BTreeMap<usize, usize>,
    /// How many others each box goes through at least, where it leads out at all.
    steps: Vec<Option<usize>>,
}

impl<'g> Roads<'g> {
    fn new(graph: &'g Graph) -> Self {
        let (mut from, mut to) = (vec![Vec::new(); graph.nodes.len()], vec![Vec::new(); graph.nodes.len()]);
        for edge in &graph.edges {
            if let Some(all) = from.get_mut(edge.from) {
                all.push(edge);
            }
            if let Some(all) = to.get_mut(edge.to).filter(|_| passes_on(edge)) {
                all.push(edge.from);
            }
        }
        let mut homes = BTreeMap::new();
        for (at, node) in graph.nodes.iter().enumerate().filter(|(_, n)| open(n)) {
            if let Some(group) = node.group {
                homes.entry(group).or_insert(at);
            }
        }
        let mut roads = Self { graph, from, homes, steps: vec![None; graph.nodes.len()] };
        roads.count(&to);
        roads
    }

    /// Counts the steps of all, backwards from those that lead out by themselves.
    fn count(&mut self, users: &[Vec<usize>]) {
        let mut next: VecDeque<(usize, usize)> =
            (0..users.len()).filter(|at| self.direct(*at)).map(|at| (at, 0)).collect();
        while let Some((at, count)) = next.pop_front() {
            if let Some(steps) = self.steps.get_mut(at).filter(|steps| steps.is_none()) {
                *steps = Some(count);
                next.extend(users.get(at).into_iter().flatten().map(|user| (*user, count + 1)));
            }
        }
    }

    fn from(&self, at: usize) -> &[&'g Edge] {
        self.from.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    /// The network whose frame it stands in.
    fn home(&self, at: usize) -> Option<usize> {
        self.homes.get(&self.graph.nodes.get(at)?.group?).copied()
    }

    /// Whether it leads out by itself.
    fn direct(&self, at: usize) -> bool {
        let attached = |edge: &&Edge| edge.kind == Link::Attached && self.graph.nodes.get(edge.to).is_some_and(open);
        self.home(at).is_some() || self.from(at).iter().any(attached)
    }

    /// Whether `at` leads out, other than through `user`, which asks.
    fn lead_out(&self, at: usize, user: usize) -> bool {
        let steps = |at: usize| self.steps.get(at).copied().flatten();
        // The shortest way from a box that is no farther away never comes through the one that asks.
        match (steps(at), steps(user)) {
            (None, _) => false,
            (Some(of_it), Some(of_user)) if at != user && of_it > of_user => self.lead_past(at, user),
            _ => at != user,
        }
    }

    fn lead_past(&self, at: usize, user: usize) -> bool {
        let mut seen = vec![false; self.from.len()];
        let mut next = vec![at];
        while let Some(at) = next.pop() {
            let Some(seen) = seen.get_mut(at).filter(|seen| !**seen && at != user) else { continue };
            *seen = true;
            if self.direct(at) {
                return true;
            }
            next.extend(self.from(at).iter().filter(|e| passes_on(e)).map(|e| e.to));
        }
        false
    }
}

fn open(node: &Node) -> bool {
    matches!(node.kind, Kind::OpenNetwork | Kind::UnknownNetwork)
}
