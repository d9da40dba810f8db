//! LiteLLM versions, and what changed between the measured ones.
//!
//! Three versions were run (1.81.3, 1.109.1 and 1.110.2); a boundary between them was read off the packages in between. What is
//! not the same in both is `Varies` until the version is known. Which version a config runs on is `config`'s.

use std::sync::LazyLock;

use regex::Regex;

/// A release number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u32, pub(super) u32, pub(super) u32);

/// Whether something holds for the version in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// For the version, or for all measured ones where it is not known.
    Yes,
    /// For none.
    No,
    /// For some of the versions that it may be.
    Varies,
}

/// A behaviour that came or went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    /// Whether the older versions have it.
    pub(super) before: bool,
    /// The newest version seen without the change.
    pub(super) until: Version,
    /// The oldest version seen with the change.
    pub(super) from: Version,
}

/// The older measured version.
pub(super) const OLD: Version = Version(1, 81, 3);
/// The newer measured version.
pub(super) const NEW: Version = Version(1, 109, 1);
/// The newest measured version: like the one before but for `NEW_ROUTER` and the names that came and went.
pub(super) const NEWEST: Version = Version(1, 110, 2);

/// `optional_pre_call_checks: [enforce_model_rate_limits]` exists: absent in 1.81.5, present in 1.81.7.
pub(super) const ENFORCES_ON_REQUEST: Change =
    Change { before: false, until: Version(1, 81, 5), from: Version(1, 81, 7) };
/// `enable_pre_call_checks` counts requests a minute: present in 1.108.0, gone in 1.109.1.
pub(super) const PRE_CALL_COUNTS: Change = Change { before: true, until: Version(1, 108, 0), from: NEW };
/// The proxy refuses to start without a master key: not in 1.103.0, in 1.104.0.
pub(super) const NEEDS_MASTER_KEY: Change =
    Change { before: false, until: Version(1, 103, 0), from: Version(1, 104, 0) };
/// `hourly`, `daily`, `weekly`, `monthly` are durations: measured no in 1.81.3, yes in 1.109.1.
pub(super) const DURATION_WORDS: Change = Change { before: false, until: OLD, from: NEW };
/// The first deployment of a group alone decides whether its weights count; in 1.109.1 any of them does.
pub(super) const ANY_WEIGHT_COUNTS: Change = Change { before: false, until: OLD, from: NEW };
/// `rpm: 0` makes each request fail: measured in 1.81.3 (division by zero), not in 1.109.1.
pub(super) const ZERO_RATE_FAILS: Change = Change { before: true, until: OLD, from: NEW };
/// The router's core is another one since 1.110.0; 1.109.3 is the release before. Measured on 1.110.2: it reads numbers of its
/// settings in quotes, leaves out fallbacks that are a mapping, starts with an empty `model_info`, and refuses text in `max_parallel_requests`.
pub(super) const NEW_ROUTER: Change = Change { before: false, until: Version(1, 109, 3), from: Version(1, 110, 0) };
/// `order` is read from `model_info` too: measured no in 1.81.3, yes in 1.109.1.
pub(super) const ORDER_IN_MODEL_INFO: Change = Change { before: false, until: OLD, from: NEW };

impl Version {
    /// The version that a tag or a pin says: `v1.81.3-stable`, `main-v1.81.3-stable.patch.1`, `1.84.0`.
    pub(super) fn parse(text: &str) -> Option<Version> {
        static PATTERN: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"(?:^|[^0-9.])([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})(?:[^0-9]|$)").ok());
        if text.matches('.').count() < 2 {
            return None;
        }
        let found = PATTERN.as_ref()?.captures(text)?;
        let number = |i: usize| found.get(i)?.as_str().parse().ok();
        Some(Version(number(1)?, number(2)?, number(3)?))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Change {
    /// Whether `version` has the behaviour; an unknown version has it where both measured ones agree.
    pub(super) fn at(self, version: Option<Version>) -> Holds {
        match version {
            Some(v) if v <= self.until => Holds::of(self.before),
            Some(v) if v >= self.from => Holds::of(!self.before),
            _ => Holds::Varies,
        }
    }
}

impl Holds {
    /// Yes or no.
    pub(super) fn of(holds: bool) -> Self {
        if holds { Holds::Yes } else { Holds::No }
    }

    /// Both must hold.
    pub(super) fn and(self, other: Holds) -> Self {
        match (self, other) {
            (Holds::No, _) | (_, Holds::No) => Holds::No,
            (Holds::Yes, Holds::Yes) => Holds::Yes,
            _ => Holds::Varies,
        }
    }

    /// One must hold.
    pub(super) fn or(self, other: Holds) -> Self {
        match (self, other) {
            (Holds::Yes, _) | (_, Holds::Yes) => Holds::Yes,
            (Holds::No, Holds::No) => Holds::No,
            _ => Holds::Varies,
        }
    }

    /// The value of a fact's field: `yes`, `no` or `varies`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Holds::Yes => "yes",
            Holds::No => "no",
            Holds::Varies => "varies",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_tags_and_pins() {
        assert_eq!(Version::parse("main-v1.81.3-stable"), Some(OLD));
        assert_eq!(Version::parse("v1.81.3-stable.patch.2"), Some(OLD));
        assert_eq!(Version::parse("litellm[proxy]==1.109.1"), Some(NEW));
        assert_eq!(Version::parse("1.84.0-rc.1"), Some(Version(1, 84, 0)));
        assert_eq!(Version::parse("main-stable"), None);
        assert_eq!(Version::parse("1.81"), None);
    }

    #[test]
    fn a_change_between_measured_versions_stays_open() {
        assert_eq!(PRE_CALL_COUNTS.at(Some(Version(1, 108, 0))), Holds::Yes);
        assert_eq!(PRE_CALL_COUNTS.at(Some(Version(1, 109, 0))), Holds::Varies);
        assert_eq!(PRE_CALL_COUNTS.at(Some(NEW)), Holds::No);
        assert_eq!(PRE_CALL_COUNTS.at(None), Holds::Varies);
    }
}
