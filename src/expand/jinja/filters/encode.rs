//! Filters that encode and decode, and that write addresses.

use super::super::machine::Machine;
use super::super::value::Value;
use crate::text::Builder;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn apply(m: &Machine<'_>, name: &str, input: &Value) -> Option<Value> {
    if name == "ipwrap" {
        return Some(wrapped(m, input));
    }
    if !matches!(name, "b64encode" | "b64decode") {
        return None;
    }
    let text = input.print(m.here);
    let Some(value) = text.known() else { return Some(input.lost()) };
    let coded = if name == "b64encode" { Some(encode(value.as_bytes())) } else { decode(value) };
    Some(coded.map_or_else(|| input.lost(), |c| Value::computed(&c, text.span())))
}

/// An IPv6 address in brackets, anything else as it is; of a list every item.
fn wrapped(m: &Machine<'_>, input: &Value) -> Value {
    if let Some(items) = input.items() {
        return Value::list(items.iter().map(|item| wrapped(m, item)).collect());
    }
    let text = input.print(m.here);
    let Some(value) = text.known() else { return input.lost() };
    let end = value.find('/').unwrap_or(value.len());
    if value[..end].parse::<std::net::Ipv6Addr>().is_err() {
        return input.clone();
    }
    let mut out = Builder::new(text.span());
    out.derived("[", m.here);
    out.text(&text.slice(0..end));
    out.derived("]", m.here);
    out.text(&text.slice(end..value.len()));
    Value::str(out.finish())
}

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let index = (bits >> (18 - 6 * i)) & 63;
            let symbol = ALPHABET.get(index as usize).copied().unwrap_or(b'=');
            out.push(if i <= chunk.len() { char::from(symbol) } else { '=' });
        }
    }
    out
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0;
    for b in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let index = ALPHABET.iter().position(|a| *a == b)?;
        bits = bits << 6 | u32::try_from(index).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}
