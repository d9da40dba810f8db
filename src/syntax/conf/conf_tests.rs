//! Tests of the grammars.

use super::{Conf, Directive, Grammar, parse};
use crate::source::{Source, Sources, Span};
use crate::text::Text;

fn read(grammar: Grammar, text: &str) -> (Conf, usize) {
    let source = Sources::default().add(Source::new("a", None, text));
    let (conf, problems) = parse(grammar, &Text::literal(text, Span::new(source, 0, text.len())));
    (conf.expect("a configuration"), problems.len())
}

fn shown(all: &[Directive]) -> String {
    let one = |d: &Directive| {
        let words: Vec<&str> = d.words.iter().map(Text::value).collect();
        let block = if d.block.is_empty() { String::new() } else { format!("[{}]", shown(&d.block)) };
        format!("{}{block}", words.join(" "))
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn nginx_ends_directives_with_semicolons() {
    let text = "http {\n  # a { comment\n  upstream app { server app:8000 max_fails=2; }\n  server {\n    listen 80;\n    location ~ ^/a{2}$ { proxy_pass \"http://${up}/x;y\"; }\n  }\n}";
    let (conf, problems) = read(Grammar::Nginx, "server { listen 80; }");
    assert_eq!((shown(&conf.directives).as_str(), problems), ("server[listen 80]", 0));
    let (conf, problems) = read(Grammar::Nginx, &text.replace("^/a{2}$", "^/a"));
    assert_eq!(
        (shown(&conf.directives).as_str(), problems),
        (
            "http[upstream app[server app:8000 max_fails=2]; server[listen 80; location ~ ^/a[proxy_pass http://${up}/x;y]]]",
            0
        )
    );
}

#[test]
fn caddy_ends_directives_with_lines() {
    let text = "{\n\temail a@example.com\n}\n(log) {\n\tlog\n}\na.example.com,\nb.example.com {\n\timport log\n\trespond <<HTML\n\t<p> {\n\tHTML\n\treverse_proxy /x/* app:3000 {\n\t\tto {$OTHER} `c d`\n\t}\n}\n";
    let (conf, problems) = read(Grammar::Caddy, text);
    assert_eq!(problems, 0);
    assert_eq!(
        shown(&conf.directives),
        "[email a@example.com]; (log)[log]; a.example.com, b.example.com[import log; respond \t<p> {\n; reverse_proxy /x/* app:3000[to {$OTHER} c d]]"
    );
    let (_, problems) = read(Grammar::Caddy, "(s) { respond 200 }\na { # c\n\thandle {\n\t\timport s\n\t}\n}\n");
    assert_eq!(problems, 0);
    let (conf, _) = read(Grammar::Caddy, "example.com\nreverse_proxy app:80");
    assert_eq!(shown(&conf.directives), "example.com; reverse_proxy app:80");
}

#[test]
fn braces_that_do_not_fit_are_a_problem() {
    for (grammar, text) in [
        (Grammar::Nginx, "server { listen 80;"),
        (Grammar::Caddy, "a.example.com {\n}\n}\n"),
        (Grammar::Caddy, "a {\n"),
        (Grammar::Caddy, "a {\n\t@x { not host b }\n}\n"),
        (Grammar::Caddy, "a { respond 200\n}\n"),
    ] {
        assert_eq!(read(grammar, text).1, 1, "{text}");
    }
}

#[test]
fn haproxy_has_sections_of_lines() {
    let (conf, _) = read(
        Grammar::HaProxy,
        "global\n  daemon\nfrontend web\n  bind *:80 # all\nbackend app\n  server a 'app':8000 check\n",
    );
    assert_eq!(
        shown(&conf.directives),
        "global[daemon]; frontend web[bind *:80]; backend app[server a app :8000 check]"
    );
    let (conf, _) = read(Grammar::Redis, "# x\nport 6380\nrequirepass \"a b\"\n");
    assert_eq!(shown(&conf.directives), "port 6380; requirepass a b");
}

#[test]
fn a_grammar_is_known_by_name_and_content() {
    for (name, text, grammar) in [
        ("Caddyfile", "", Some(Grammar::Caddy)),
        ("default.conf", "server {\n", Some(Grammar::Nginx)),
        ("site.conf.template", "upstream a {\n", Some(Grammar::Nginx)),
        ("haproxy.cfg", "global\n", Some(Grammar::HaProxy)),
        ("redis.conf", "port 1\n", Some(Grammar::Redis)),
        ("squid.conf", "http_port 3128\n", Some(Grammar::Squid)),
        ("chrony.conf", "server {{ item.address }} iburst\n{% for pool in pools %}\n", None),
        ("edge.conf", "server {# the edge #}\nserver {\r\n", Some(Grammar::Nginx)),
        ("my.conf", "[mysqld]\nport = 1\n", None),
        ("logrotate.conf", "server {\n", Some(Grammar::Logrotate)),
    ] {
        assert_eq!(Grammar::of(name, text), grammar, "{name}");
    }
}
