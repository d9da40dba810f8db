//! Published ports: `[[ip:]host:]container[/protocol]` to long forms.

use crate::source::Span;
use crate::text::{Builder, Text};
use crate::yaml::{Entry, Node};

use super::tree::{self, entry, named, word};

/// A port specification that docker compose refuses, with the reason.
pub(super) type Refused = String;

/// The most ports that one range may name.
const MAX_RANGE: u32 = 65_535;

/// How many ports `spec` names, as far as it can be read.
pub(super) fn count(spec: &Text) -> usize {
    let ports = spec.rsplit_once('/').map_or_else(|| spec.clone(), |(ports, _)| ports);
    let (_, _, container) = split(&ports);
    let named = container.known().map(range).and_then(Result::ok);
    named.map_or(1, |(from, to)| (to - from) as usize + 1)
}

/// What stands for a range of which nobody makes single ports.
pub(super) fn too_many(spec: &Text) -> Node {
    let unknown = || Text::opaque("one of too many ports", spec.span());
    long(spec.span(), Some(&unknown()), unknown(), Some(unknown()), None)
}

/// The long forms of `spec`; several for a range.
///
/// # Errors
/// Why docker compose refuses it.
pub(super) fn parse(spec: &Text) -> Result<Vec<Node>, Refused> {
    let (ports, protocol) = match spec.rsplit_once('/') {
        Some((ports, protocol)) => (ports, Some(protocol).filter(|p| !p.is_empty())),
        None => (spec.clone(), None),
    };
    if let Some(known) = protocol.as_ref().and_then(Text::known)
        && !["tcp", "udp", "sctp"].iter().any(|p| p.eq_ignore_ascii_case(known))
    {
        return Err(format!("`{known}` is no protocol: use tcp, udp or sctp"));
    }
    let (ip, host, container) = split(&ports);
    if container.is_empty() {
        return Err("no container port is given".to_owned());
    }
    let ip = ip.map(|ip| address(&ip)).transpose()?.filter(|t| !t.is_empty());
    let host = host.filter(|t| !t.is_empty());
    let make =
        |target: Text, published: Option<Text>| long(spec.span(), ip.as_ref(), target, published, protocol.as_ref());
    let Some((from, to)) = container.known().map(range).transpose()? else {
        return Ok(vec![make(container, host)]);
    };
    let published = host.as_ref().and_then(Text::known).map(range).transpose()?;
    let Some((host_from, host_to)) = published else {
        let each = |port: u32| make(numbered(port, from, to, &container), host.clone());
        return Ok((from..=to).map(each).collect());
    };
    if to - from != host_to - host_from && to != from {
        return Err("the ranges of host and container ports differ in length".to_owned());
    }
    let host = host.unwrap_or_else(|| container.clone());
    if to == from {
        let host = if host_from == host_to { numbered(host_from, host_from, host_to, &host) } else { host };
        return Ok(vec![make(numbered(from, from, to, &container), Some(host))]);
    }
    let each = |n: u32| {
        make(numbered(from + n, from, to, &container), Some(numbered(host_from + n, host_from, host_to, &host)))
    };
    Ok((0..=to - from).map(each).collect())
}

/// A port or a range of ports, as numbers.
///
/// # Errors
/// Why docker compose refuses it.
pub(super) fn range(text: &str) -> Result<(u32, u32), Refused> {
    let number = |part: &str| {
        let valid = part.parse::<u32>().ok().filter(|n| *n <= MAX_RANGE && !part.starts_with('+'));
        valid.ok_or_else(|| format!("`{part}` is no port: use a number from 0 to 65535"))
    };
    let Some((from, to)) = text.split_once('-') else {
        let port = number(text)?;
        return Ok((port, port));
    };
    let (from, to) = (number(from)?, number(to)?);
    if to < from { Err(format!("the port range `{text}` runs backwards")) } else { Ok((from, to)) }
}

fn numbered(port: u32, from: u32, to: u32, written: &Text) -> Text {
    let shown = port.to_string();
    if from == to && written.value() == shown { written.clone() } else { Text::literal(shown, written.span()) }
}

/// Host address, host port and container port.
fn split(ports: &Text) -> (Option<Text>, Option<Text>, Text) {
    let Some((before, container)) = ports.rsplit_once(':') else { return (None, None, ports.clone()) };
    match before.rsplit_once(':') {
        Some((ip, host)) => (Some(ip), Some(host), container),
        None => (None, Some(before), container),
    }
}

/// The address without the brackets of IPv6.
fn address(ip: &Text) -> Result<Text, Refused> {
    let value = ip.value();
    let inner = if value.starts_with('[') && value.ends_with(']') { ip.slice(1..value.len() - 1) } else { ip.clone() };
    match inner.known() {
        // Without brackets nobody can tell where the address ends.
        Some(known) if known.contains(':') && inner.value().len() == value.len() => {
            Err(format!("`{known}` is no IPv4 address; put IPv6 addresses in brackets"))
        }
        Some(known) if !known.is_empty() && known.parse::<std::net::IpAddr>().is_err() => {
            Err(format!("`{known}` is no IP address"))
        }
        _ => Ok(inner),
    }
}

fn long(span: Span, ip: Option<&Text>, target: Text, published: Option<Text>, protocol: Option<&Text>) -> Node {
    let mut entries = vec![named("mode", word("ingress", span))];
    if let Some(ip) = ip {
        entries.push(named("host_ip", Node::string(ip.clone())));
    }
    entries.push(named("target", Node::plain(target)));
    if let Some(published) = published {
        entries.push(named("published", Node::string(published)));
    }
    entries.push(named("protocol", protocol.map_or_else(|| word("tcp", span), |p| Node::string(lower(p)))));
    tree::map(entries, span)
}

fn lower(text: &Text) -> Text {
    match text.known() {
        Some(known) if known.chars().any(|c| c.is_ascii_uppercase()) => {
            let mut out = Builder::new(text.span());
            out.literal(&known.to_ascii_lowercase(), text.span());
            out.finish()
        }
        _ => text.clone(),
    }
}

/// A long form with docker compose's defaults.
pub(super) fn defaults(port: &Node) -> Node {
    let mut entries: Vec<Entry> = tree::entries(port);
    for (key, value) in [("protocol", "tcp"), ("mode", "ingress")] {
        if tree::get(&entries, key).is_none() {
            entries.push(entry(word(key, port.span()), word(value, port.span())));
        }
    }
    let published = tree::get(&entries, "published").and_then(tree::text);
    if let Some(published) = published {
        tree::put(&mut entries, "published", Node::string(published));
    }
    tree::with(port, crate::yaml::Value::Map(entries))
}
