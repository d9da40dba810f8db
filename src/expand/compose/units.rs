//! Byte sizes, durations and file modes as docker compose reads and prints them.

use crate::yaml::{Node, Resolved, Schema};

/// The number of bytes that `text` means: go-units' `RAMInBytes`, 1024 to a `k`.
pub(super) fn bytes(text: &str) -> Option<i64> {
    if let Ok(n) = text.parse::<i64>() {
        return Some(n);
    }
    let split = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ')? + 1;
    let (number, suffix) = text.split_at(split);
    let number = number.strip_suffix(' ').unwrap_or(number);
    let number: f64 = number.parse().ok().filter(|n: &f64| *n >= 0.0 && n.is_finite())?;
    let suffix = suffix.to_ascii_lowercase();
    let power = match suffix.trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    let valid = matches!(suffix.as_str(), "" | "b")
        || suffix.len() == 1
        || (suffix.len() == 2 && suffix.ends_with('b'))
        || (suffix.len() == 3 && suffix.ends_with("ib"));
    #[expect(clippy::cast_possible_truncation, reason = "as Go converts")]
    valid.then_some((number * 1024_f64.powi(power)) as i64)
}

/// The file mode that `node` means: a number as YAML reads it, or the octal digits of a string.
pub(super) fn mode(node: &Node) -> Option<i64> {
    match node.resolve(Schema::Compose)? {
        Resolved::Int(n) => Some(n),
        Resolved::Str(text) => i64::from_str_radix(&text, 8).ok(),
        _ => None,
    }
}

/// The nanoseconds that `text` means; days and weeks are allowed, as go-str2duration allows them.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let scale = match &rest[..unit] {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            "d" => 24.0 * 3600e9,
            "w" => 7.0 * 24.0 * 3600e9,
            _ => return None,
        };
        total += number * scale;
        rest = &rest[unit..];
    }
    #[expect(clippy::cast_possible_truncation, reason = "as Go converts")]
    Some((sign * total) as i64)
}

/// A duration as Go prints it: `1m30s`.
pub(super) fn go_duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    if total < 1_000_000_000 {
        let (scale, unit) = match total {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        return format!("{sign}{}{unit}", fraction(total, scale));
    }
    let seconds = total / 1_000_000_000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let rest = fraction(total % 60_000_000_000, 1_000_000_000);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{rest}s"),
        (0, _) => format!("{sign}{minutes}m{rest}s"),
        _ => format!("{sign}{hours}h{minutes}m{rest}s"),
    }
}

/// `value / scale` without trailing zeros.
fn fraction(value: u64, scale: u64) -> String {
    let whole = value / scale;
    let part = value % scale;
    if part == 0 {
        return whole.to_string();
    }
    let width = scale.ilog10() as usize;
    let digits = format!("{part:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_are_gos() {
        let sizes = [("512m", 536_870_912), ("1.5gb", 1_610_612_736), ("64", 64), ("10 KiB", 10_240), ("-1", -1)];
        for (text, expected) in sizes {
            assert_eq!(bytes(text), Some(expected), "{text}");
        }
        assert_eq!(bytes("5x"), None);
        let durations = [("90s", "1m30s"), ("1h", "1h0m0s"), ("1.5s", "1.5s"), ("250ms", "250ms"), ("1d", "24h0m0s")];
        for (text, expected) in durations {
            assert_eq!(nanoseconds(text).map(go_duration).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(nanoseconds("10"), None);
    }
}
