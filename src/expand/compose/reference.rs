//! The grammar of the distribution project's references: `host:port/path:tag@digest`, the path in small letters.
//!
//! It is asked of every service, so it is no regular expression.

/// Whether `text` is a reference to an image.
pub(super) fn is_reference(text: &str) -> bool {
    let (named, digest) = text.split_once('@').map_or((text, None), |(named, digest)| (named, Some(digest)));
    // A port of a registry is no tag.
    let last = named.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match named[last..].find(':') {
        Some(at) => (&named[..last + at], Some(&named[last + at + 1..])),
        None => (named, None),
    };
    let path = match name.split_once('/') {
        Some((first, rest)) if is_host(first) => rest,
        _ => name,
    };
    path.split('/').all(is_part) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

fn is_host(text: &str) -> bool {
    let end = if text.starts_with('[') { text.find(']').map_or(text.len(), |at| at + 1) } else { 0 };
    let (host, port) = match text[end..].find(':') {
        Some(at) => (&text[..end + at], Some(&text[end + at + 1..])),
        None => (text, None),
    };
    let named = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(|a| some(a, |b| b.is_ascii_hexdigit() || b == b':')),
        None => host.split('.').all(is_label),
    };
    named && port.is_none_or(|port| some(port, |b| b.is_ascii_digit()))
}

fn is_label(text: &str) -> bool {
    some(text, |b| b.is_ascii_alphanumeric() || b == b'-') && !text.starts_with('-') && !text.ends_with('-')
}

/// Small letters and digits, with `.`, `_`, `__` or dashes between them.
fn is_part(text: &str) -> bool {
    let of_word = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let mut rest = text.as_bytes();
    loop {
        let word = rest.iter().take_while(|b| of_word(b)).count();
        let signs = rest[word..].iter().take_while(|b| matches!(b, b'.' | b'_' | b'-')).count();
        let sign = &rest[word..word + signs];
        rest = &rest[word + signs..];
        let joins = matches!(sign, b"." | b"_" | b"__") || !sign.is_empty() && sign.iter().all(|b| *b == b'-');
        match (word > 0, rest.is_empty()) {
            (true, true) => return sign.is_empty(),
            (true, false) if joins => {}
            _ => return false,
        }
    }
}

fn is_tag(text: &str) -> bool {
    let of_tag = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    text.len() <= 128 && some(text, of_tag) && !text.starts_with(['.', '-'])
}

/// `sha256:…`: words of letters and digits that begin with a letter, then at least 32 hexadecimal digits.
fn is_digest(text: &str) -> bool {
    let Some((algorithm, value)) = text.split_once(':') else { return false };
    let word = |w: &str| w.starts_with(|c: char| c.is_ascii_alphabetic()) && some(w, |b| b.is_ascii_alphanumeric());
    value.len() >= 32 && some(value, |b| b.is_ascii_hexdigit()) && algorithm.split(['-', '_', '+', '.']).all(word)
}

/// Whether `text` has bytes, and all are such.
fn some(text: &str, of: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(of)
}

#[cfg(test)]
mod tests {
    use super::is_reference;
    use regex::Regex;

    #[test]
    fn references_are_those_of_the_grammar() {
        let label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
        let host = format!(r"(?:{label}(?:\.{label})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?");
        let part = "[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*";
        let tail = r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?";
        let grammar = Regex::new(&format!("^(?:{host}/)?{part}(?:/{part})*{tail}$")).expect("a grammar");
        let hosts = [
            "", "h/", "H.io/", "h:5000/", "H:5000/", "[::1]/", "[::1]:5/", "[]/", "-h/", "h-/", "h..i/", "h:/", "/",
            "H/i/",
        ];
        let paths = [
            "a", "a/b", "a.b", "a__b", "a___b", "a--b", "a-_b", "-a", "a-", "A", "", "a//b", "a b", "é", "a.-b",
            "1_2.3",
        ];
        let tags = ["", ":1", ":", ":latest", ":.1", ":-1", ":_x", ":a:b", ":é", ":5000/x"];
        let hex = "0123456789abcdef0123456789ABCDEF";
        let digests = [
            String::new(),
            format!("@sha256:{hex}"),
            "@sha256:12".to_owned(),
            format!("@a+b.c:{hex}"),
            format!("@1a:{hex}"),
            format!("@:{hex}"),
            "@".to_owned(),
            format!("@a@b:{hex}"),
        ];
        for (host, path) in hosts.iter().flat_map(|h| paths.iter().map(move |p| (h, p))) {
            for (tag, digest) in tags.iter().flat_map(|t| digests.iter().map(move |d| (t, d))) {
                let text = format!("{host}{path}{tag}{digest}");
                assert_eq!(is_reference(&text), grammar.is_match(&text), "{text:?}");
            }
        }
        let long = format!("a:{}", "b".repeat(128));
        assert!(is_reference(&long) && !is_reference(&format!("{long}b")));
    }
}
