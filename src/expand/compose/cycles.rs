//! Services that wait for each other in a circle.

use std::collections::HashMap;

use crate::problem::{Problem, ProblemKind};
use crate::yaml::{Entry, Node};

/// The most circles of one project that are reported. Where all services depend on all, every pair is one.
const MAX_CIRCLES: usize = 20;

/// Reports each service whose dependencies lead back to it, once per circle, at the dependency that closes it.
pub(super) fn check(services: &[Entry], problems: &mut Vec<Problem>) {
    let index: HashMap<&str, usize> =
        services.iter().enumerate().filter_map(|(at, e)| Some((e.key.known()?, at))).collect();
    let edges = |at: usize| -> Vec<&Entry> {
        let all = services.get(at).and_then(|e| e.value.get("depends_on")).and_then(Node::map);
        all.unwrap_or_default().iter().collect()
    };
    // 0: not met, 1: on the way, 2: done.
    let mut state = vec![0_u8; services.len()];
    let mut found = 0;
    for start in 0..services.len() {
        if state[start] != 0 {
            continue;
        }
        let mut way = vec![(start, edges(start).into_iter())];
        state[start] = 1;
        while let Some((at, rest)) = way.last_mut() {
            let at = *at;
            let Some(edge) = rest.next() else {
                state[at] = 2;
                way.pop();
                continue;
            };
            let Some(next) = edge.key.known().and_then(|k| index.get(k)).copied() else { continue };
            match state[next] {
                0 => {
                    state[next] = 1;
                    way.push((next, edges(next).into_iter()));
                }
                1 => {
                    let from = way.iter().position(|(n, _)| *n == next).unwrap_or(0);
                    let members: Vec<&Node> =
                        way[from..].iter().filter_map(|(n, _)| Some(&services.get(*n)?.value)).collect();
                    if !super::clashes::all_together(&members) {
                        continue;
                    }
                    let circle = way[from..].iter().map(|(n, _)| *n).chain([next]);
                    let names: Vec<&str> = circle.filter_map(|n| services.get(n)?.key.known()).collect();
                    let message = format!("services wait for each other in a circle: {}", names.join(" → "));
                    let problem = Problem::new(ProblemKind::DependencyCycle, message, edge.key.span());
                    problems.push(problem.help("take one of these out of `depends_on`"));
                    found += 1;
                    if found == MAX_CIRCLES {
                        return;
                    }
                }
                _ => {}
            }
        }
    }
}
