//! Unit tests of `inventory`.

use super::*;
use crate::source::{Source, Sources};

fn read(text: &str) -> Node {
    let sources = Sources::default();
    let id = sources.add(Source::new("hosts.ini", None, text));
    let (nodes, problems) = parse(&Text::literal(text, Span::new(id, 0, text.len())));
    assert!(problems.is_empty(), "{problems:?}");
    nodes[0].clone()
}

#[test]
fn ini_becomes_the_yaml_form() {
    let node =
        read("lone\n[web]\na ansible_host=10.0.0.1 port=80 # x\nb\n[web:vars]\ntag = 'latest'\n[prod:children]\nweb\n");
    assert!(node.path(&["all", "hosts", "lone"]).is_some());
    let web = node.path(&["all", "children", "web"]).unwrap();
    assert_eq!(web.path(&["hosts", "a", "ansible_host"]).unwrap().known(), Some("10.0.0.1"));
    assert_eq!(web.path(&["hosts", "a", "port"]).unwrap().known(), Some("80"));
    assert_eq!(web.path(&["vars", "tag"]).unwrap().known(), Some("latest"));
    assert!(node.path(&["all", "children", "prod", "children", "web", "hosts", "b"]).is_some());
}

#[test]
fn yaml_stays_as_it_is() {
    let node = read("all:\n  hosts:\n    a:\n      x: 1\n");
    assert_eq!(node.path(&["all", "hosts", "a", "x"]).unwrap().known(), Some("1"));
}

#[test]
fn strange_lines_do_no_harm() {
    for text in ["[", "[]", "=", "[a]\n=\n'", "a b=\"c d\" e='", "[a:vars]\nx", "[x:children]\n\n#"] {
        read(&format!("h\n{text}\n"));
    }
}
