//! Whether JSON that has no name of OpenClaw's own is its configuration all the same.
//!
//! Decided by the top level: a mapping `gateway` that sets what only a gateway of OpenClaw has, or that stands beside
//! channels or agents of the right shape. Words inside, as in the translations and schemas of a program, say nothing.
//! What the file says in full is `model`'s; here only keys are looked at, so that templates and comments do no harm.

use std::collections::BTreeMap;

/// Where `gateway.bind` may bind to.
const BINDS: [&str; 6] = ["loopback", "lan", "auto", "tailnet", "custom", "0.0.0.0"];

/// What a value begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape<'t> {
    Map,
    List,
    Text(&'t str),
    Template,
    Other(char),
}

/// The values of the first two levels: at `key`, or at `key.below`.
type Keys<'t> = BTreeMap<(&'t str, &'t str), Shape<'t>>;

/// Whether `text` is a configuration of OpenClaw.
pub(super) fn openclaw_like(text: &str) -> bool {
    if !text.contains("gateway") {
        return false;
    }
    let keys = keys(text);
    let of = |above: &str, key: &str| keys.iter().find(|((a, k), _)| *a == above && *k == key).map(|(_, shape)| *shape);
    if of("", "gateway") != Some(Shape::Map) {
        return false;
    }
    // Programs of other names that follow its example.
    if ["host", "require_pairing"].iter().any(|key| of("gateway", key).is_some()) {
        return false;
    }
    let own = of("gateway", "controlUi") == Some(Shape::Map)
        || matches!(of("gateway", "trustedProxies"), Some(Shape::List | Shape::Template));
    let set = match (of("gateway", "mode"), of("gateway", "bind"), of("gateway", "port")) {
        (Some(Shape::Text("local" | "remote")), _, _) => true,
        (_, Some(Shape::Text(bind)), _) => BINDS.contains(&bind),
        (_, _, Some(Shape::Other(c))) => c.is_ascii_digit(),
        (mode, bind, port) => [mode, bind, port].contains(&Some(Shape::Template)),
    };
    let holds_maps = |above: &str| {
        let mut below = keys.iter().filter(|((a, _), _)| *a == above).map(|(_, shape)| *shape).peekable();
        below.peek().is_some() && below.all(|shape| matches!(shape, Shape::Map | Shape::List | Shape::Template))
    };
    let parts = ["channels", "agents"].iter().any(|p| of("", p) == Some(Shape::Map) && holds_maps(p));
    own || set && parts
}

/// The keys of the first two levels of a JSON text, as far as it goes.
fn keys(text: &str) -> Keys<'_> {
    let mut found = Keys::new();
    // The keys of the mappings around; a list has none.
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut last = "";
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (token, after) = token(rest, c);
        match token {
            Token::Word(word) => last = word,
            Token::Colon => {
                let above = match open.as_slice() {
                    [Some(_)] => Some(""),
                    [Some(above), Some(_)] => Some(*above),
                    _ => None,
                };
                if let Some(above) = above {
                    found.entry((above, last)).or_insert_with(|| shape(after));
                }
                if let Some(Some(key)) = open.last_mut() {
                    *key = last;
                }
            }
            Token::Open(map) => open.push(map.then_some("")),
            Token::Close => drop(open.pop()),
            Token::Nothing => {}
        }
        rest = after;
    }
    found
}

enum Token<'t> {
    Word(&'t str),
    Colon,
    Open(bool),
    Close,
    Nothing,
}

/// The first token of `rest`, which begins with `c`, and what follows it.
fn token(rest: &str, c: char) -> (Token<'_>, &str) {
    let skip = |to: &str| rest.find(to).map_or("", |at| &rest[at + to.len()..]);
    for (from, to) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("//", "\n"), ("/*", "*/")] {
        if rest.starts_with(from) {
            return (Token::Nothing, skip(to));
        }
    }
    let after = &rest[c.len_utf8()..];
    match c {
        '{' | '[' => (Token::Open(c == '{'), after),
        '}' | ']' => (Token::Close, after),
        ':' => (Token::Colon, after),
        '"' | '\'' => {
            let word = quoted(after, c);
            (Token::Word(word), after.get(word.len() + 1..).unwrap_or(""))
        }
        c if c.is_alphabetic() || c == '_' || c == '$' => {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            (Token::Word(&rest[..end]), &rest[end..])
        }
        _ => (Token::Nothing, after),
    }
}

/// What stands before the quote that ends a string.
fn quoted(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == quote && !escaped {
            return &text[..at];
        }
        escaped = c == '\\' && !escaped;
    }
    text
}

fn shape(value: &str) -> Shape<'_> {
    let value = value.trim_start();
    match value.chars().next() {
        _ if value.starts_with("{{") || value.starts_with("{%") => Shape::Template,
        Some('{') => Shape::Map,
        Some('[') => Shape::List,
        Some(quote @ ('"' | '\'')) => match quoted(&value[1..], quote) {
            text if text.starts_with("{{") || text.starts_with("${") => Shape::Template,
            text => Shape::Text(text),
        },
        Some(c) => Shape::Other(c),
        None => Shape::Other(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_level_decides() {
        for yes in [
            r#"{"gateway": {"mode": "local", "bind": "lan"}, "channels": {"telegram": {"enabled": true}}}"#,
            r#"{"gateway": {"controlUi": {"enabled": false}}}"#,
            r"{ // ours
                gateway: {port: 18789}, 'agents': {defaults: {}}}",
            r#"{"gateway": {"trustedProxies": {{ proxies | to_json }}}}"#,
            r#"{"gateway": {"port": {{ port }}, "auth": {"token": "{{ t }}"}}, "channels": {"slack": {{ slack }}}}"#,
        ] {
            assert!(openclaw_like(yes), "{yes}");
        }
        for no in [
            r#"{"tools": {"gateway": {"controlUi": {}}, "message": {"actions": {"x": {"label": "channels"}}}}}"#,
            r#"{"gateway": {"title": "Gateway", "mode": "Mode", "controlUi": "Panel"}, "channels": {"title": "Channels"}}"#,
            r#"{"$schema": "x", "properties": {"gateway": {"trustedProxies": []}, "channels": {}}}"#,
            r#"{"gateway": {"port": 80, "routes": []}, "services": {}}"#,
            r#"{"gateway": {"host": "::", "port": 3000, "require_pairing": true}, "agents": {"defaults": {}}}"#,
            r#"[{"gateway": {"trustedProxies": []}}]"#,
            r#"{"gateway": "a", "channels": {}, "controlUi": {}}"#,
            "{\"gateway\": {\"mode\": \"local",
            "{\"gateway\": {\"mode\": \"a\\",
        ] {
            assert!(!openclaw_like(no), "{no}");
        }
    }
}
