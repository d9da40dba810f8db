//! What a plain scalar means: docker compose (Go yaml) and Ansible, LiteLLM (PyYAML) differ.
//!
//! Go yaml v3/v4 keeps `on`/`yes` as strings and reads `0777` and `0o777` as octal; PyYAML is YAML 1.1: `on` is true,
//! `22:22` is base 60 (facts: measured, engine.md section A). Typed targets are left to `expand`.

use super::{Scalar, Style};

/// A dialect of YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schema {
    /// docker compose: Go yaml, decoding into untyped values.
    Compose,
    /// Ansible and LiteLLM: PyYAML, YAML 1.1.
    Python,
}

/// A scalar's meaning.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// No value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number that fits.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Anything else.
    Str(String),
}

impl Scalar {
    /// The scalar's meaning; `None` where its text is not known.
    pub fn resolve(&self, schema: Schema) -> Option<Resolved> {
        let text = self.text.known()?;
        Some(if self.style == Style::Plain { plain(text, schema) } else { Resolved::Str(text.to_owned()) })
    }
}

fn plain(text: &str, schema: Schema) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" if schema == Schema::Python => return Resolved::Bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" if schema == Schema::Python => return Resolved::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" => return Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        _ => {}
    }
    if let Some(n) = int(text, schema) {
        return Resolved::Int(n);
    }
    float(text, schema).map_or_else(|| Resolved::Str(text.to_owned()), Resolved::Float)
}

fn int(text: &str, schema: Schema) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // Rust's own parser takes a sign behind the prefix, YAML does not: `0-3` is no number.
    if digits.contains(['-', '+']) {
        return None;
    }
    let clean = digits.replace('_', "");
    let magnitude = if let Some(hex) = clean.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()?
    } else if let Some(bin) = clean.strip_prefix("0b") {
        i64::from_str_radix(bin, 2).ok()?
    } else if let Some(octal) = clean.strip_prefix("0o").filter(|_| schema == Schema::Compose) {
        i64::from_str_radix(octal, 8).ok()?
    } else if clean.len() > 1 && clean.starts_with('0') && !clean.contains(':') {
        i64::from_str_radix(&clean[1..], 8).ok()?
    } else if schema == Schema::Python && clean.contains(':') {
        sexagesimal(&clean)?
    } else {
        clean.parse().ok()?
    };
    Some(sign * magnitude)
}

/// YAML 1.1's base 60, which is what makes `22:22` 1342 to PyYAML.
fn sexagesimal(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let first: i64 = parts.next()?.parse().ok()?;
    if first == 0 {
        return None;
    }
    parts.try_fold(first, |sum, part| {
        let digit: i64 = part.parse().ok().filter(|d| (0..60).contains(d) && part.len() <= 2)?;
        sum.checked_mul(60)?.checked_add(digit)
    })
}

fn float(text: &str, schema: Schema) -> Option<f64> {
    let looks = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-' | '_');
    let digits = text.trim_start_matches(['+', '-']);
    let starts = digits.starts_with(|c: char| c.is_ascii_digit()) || (digits.starts_with('.') && digits.len() > 1);
    if !starts || !text.chars().all(looks) {
        return None;
    }
    // PyYAML wants a dot in a float, and a sign in its exponent.
    if schema == Schema::Python && !digits.contains('.') {
        return None;
    }
    text.replace('_', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialects_differ_where_measured() {
        assert_eq!(plain("on", Schema::Compose), Resolved::Str("on".into()));
        assert_eq!(plain("on", Schema::Python), Resolved::Bool(true));
        assert_eq!(plain("0777", Schema::Compose), Resolved::Int(511));
        assert_eq!(plain("0o777", Schema::Compose), Resolved::Int(511));
        assert_eq!(plain("22:22", Schema::Python), Resolved::Int(1342));
        assert_eq!(plain("22:22", Schema::Compose), Resolved::Str("22:22".into()));
        assert_eq!(plain("1e3", Schema::Python), Resolved::Str("1e3".into()));
        assert_eq!(plain("0.5", Schema::Compose), Resolved::Float(0.5));
        assert_eq!(plain("08", Schema::Python), Resolved::Str("08".into()));
        assert_eq!(plain("127.0.0.1", Schema::Compose), Resolved::Str("127.0.0.1".into()));
        assert_eq!(plain("0-3", Schema::Compose), Resolved::Str("0-3".into()));
    }
}
