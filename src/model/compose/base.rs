//! What is known of base images that most Dockerfiles start from: which programs they have, and whether they run as root.
//!
//! Facts: `alpine` is `BusyBox` without curl; the own images of Debian and Ubuntu have no client of HTTP, and Debian's no
//! `ps` either; the languages' images are one of the two, and their full variants are built on `buildpack-deps`, which has
//! `curl` and `wget` (docker-library). `php` installs curl in all variants (docker-library/php). `scratch` and distroless
//! images have no shell; Microsoft's chiseled ones neither, and the others of .NET's runtime install libraries alone
//! (dotnet/dotnet-docker); `oven/bun` adds nothing to Debian or Alpine (oven-sh/bun).

use super::image::Reference;
use super::programs::{CHECKED, DEV_TCP};
use super::steps;
use crate::text::Text;

/// Programs of Alpine's `BusyBox`.
const BUSYBOX: &[&str] = &["wget", "nc", "ps", "pgrep", "pkill", "ping", "netstat", "lsof"];

/// Base images whose Dockerfiles set no `USER` and whose programs do not step down by themselves (docker-library, and the
/// vendors' own).
const ROOT_BASES: &[&str] = &[
    "almalinux",
    "amazoncorretto",
    "amazonlinux",
    "archlinux",
    "buildpack-deps",
    "composer",
    "eclipse-temurin",
    "elixir",
    "erlang",
    "fedora",
    "httpd",
    "maven",
    "mcr.microsoft.com/dotnet/aspnet",
    "mcr.microsoft.com/dotnet/runtime",
    "mcr.microsoft.com/dotnet/sdk",
    "nginx",
    "nvidia/cuda",
    "openjdk",
    "oraclelinux",
    "perl",
    "php",
    "rockylinux",
    "swift",
    "tomcat",
];

/// Images of distributions and languages, which run as root and have no health check (docker-library).
const PLAIN: &[&str] =
    &["scratch", "alpine", "busybox", "debian", "ubuntu", "python", "node", "golang", "ruby", "rust"];

/// The image's name as docker-library writes it, and its tag.
pub(in crate::model) fn named(reference: &Reference) -> Option<(&str, &str)> {
    let name = reference.repository.known()?;
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    // A version that is not known does not matter where the tag ends in what does: `1.23-alpine`.
    let tag = match (&reference.tag, &reference.digest) {
        (Some(tag), _) => tag.value(),
        (None, None) => "latest",
        (None, Some(_)) => "",
    };
    Some((name, tag))
}

/// What an image is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Family {
    /// Alpine, with `apk` and without `bash`.
    Alpine,
    /// Debian or Ubuntu, with `apt-get`.
    Debian,
    /// Nothing, or a program alone: no shell.
    Bare,
}

/// What an image is made of, by its name or its tag.
pub(in crate::model) fn family(reference: &Reference) -> Option<Family> {
    let (name, tag) = named(reference)?;
    let mut words = tag.split(|c: char| !c.is_ascii_alphabetic());
    let is = |word: &str| words.clone().any(|w| w == word);
    if name == "scratch" || name.starts_with("gcr.io/distroless/") && !tag.contains("debug") {
        return Some(Family::Bare);
    }
    if is("windowsservercore") || is("nanoserver") {
        return None;
    }
    if is("alpine") || steps::is_alpine(name, tag) {
        return Some(Family::Alpine);
    }
    let language = PLAIN.contains(&name) && !matches!(name, "alpine" | "busybox" | "scratch");
    let debian = matches!(name, "debian" | "ubuntu") || language && is("slim") || words.any(steps::is_release);
    debian.then_some(Family::Debian)
}

/// Whether it is an image of a distribution or a language.
pub(in crate::model) fn is_plain(base: &Text) -> bool {
    named(&Reference::parse(base)).is_some_and(|(name, _)| PLAIN.contains(&name))
}

/// Whether it is known to run as root. Microsoft's chiseled images do not.
pub(in crate::model) fn is_root(base: &Text) -> bool {
    let root = |name: &str, tag: &str| {
        PLAIN.contains(&name) || ROOT_BASES.contains(&name) && !tag.contains("chiseled") && !tag.contains("distroless")
    };
    named(&Reference::parse(base)).is_some_and(|(name, tag)| root(name, tag))
}

/// Whether it has a program.
pub(in crate::model) fn has(reference: &Reference, program: &str) -> Option<bool> {
    let (name, tag) = named(reference)?;
    if !CHECKED.contains(&program) && !matches!(program, "sh" | DEV_TCP) {
        return None;
    }
    match name {
        "scratch" => Some(false),
        "alpine" | "busybox" | "debian" | "ubuntu" if program == "sh" => Some(true),
        "alpine" | "busybox" => Some(BUSYBOX.contains(&program)),
        "ubuntu" if matches!(program, "ps" | "pgrep" | "pkill") => None,
        "debian" | "ubuntu" => Some(program == "bash"), // Their `sh` is dash.
        "python" => language(reference, tag, &["python", "python3"], program),
        "node" => language(reference, tag, &["node"], program),
        "golang" | "ruby" | "rust" => language(reference, tag, &[], program),
        "php" if program == "curl" => Some(true),
        "oven/bun" if tag.contains("distroless") => None,
        "php" | "oven/bun" => slim(tag, program),
        "mcr.microsoft.com/dotnet/aspnet"
        | "mcr.microsoft.com/dotnet/runtime"
        | "mcr.microsoft.com/dotnet/runtime-deps" => dotnet(tag, program),
        _ if program == "bash" && steps::is_without_bash(name) => {
            (family(reference) == Some(Family::Alpine)).then_some(false)
        }
        _ if name.starts_with("gcr.io/distroless/") && program != "bash" => {
            let own = name.contains("python") && program.starts_with("python")
                || name.contains("nodejs") && program == "node";
            (!tag.contains("debug")).then_some(own)
        }
        _ => None,
    }
}

/// A language's image.
fn language(reference: &Reference, tag: &str, own: &[&str], program: &str) -> Option<bool> {
    if own.contains(&program) {
        return Some(true);
    }
    if program == DEV_TCP || tag.contains("alpine") || tag.contains("slim") {
        return slim(tag, program);
    }
    let known = reference.tag.as_ref().is_none_or(Text::is_known) && !tag.is_empty();
    (known && matches!(program, "curl" | "wget" | "bash")).then_some(true)
}

/// An image that adds a language to Alpine, or to Debian's slim image.
fn slim(tag: &str, program: &str) -> Option<bool> {
    if tag.is_empty() {
        return None;
    }
    Some(if program == "sh" {
        true
    } else if tag.contains("alpine") {
        BUSYBOX.contains(&program)
    } else {
        program == "bash"
    })
}

/// A runtime of .NET: Ubuntu's images have `ps`, perhaps.
fn dotnet(tag: &str, program: &str) -> Option<bool> {
    if tag.is_empty() || matches!(program, "ps" | "pgrep" | "pkill") {
        return None;
    }
    let azure =
        tag.contains("azurelinux") || tag.contains("mariner") || tag.contains("nanoserver") || tag.contains("windows");
    if tag.contains("chiseled") || tag.contains("distroless") {
        return Some(false);
    }
    (!azure).then(|| slim(tag, program))?
}
