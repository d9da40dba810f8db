//! Which files are Podman's Quadlet: by their ending, and by the section that belongs to it.
//!
//! They are units in their syntax, and are parsed as such; what they start is the model's.

/// The endings, each with its section.
const KINDS: [(&str, &str); 7] = [
    ("container", "[Container]"),
    ("pod", "[Pod]"),
    ("network", "[Network]"),
    ("volume", "[Volume]"),
    ("image", "[Image]"),
    ("build", "[Build]"),
    ("kube", "[Kube]"),
];

/// Whether the file `name` of `dir` may be one, or a drop-in of one (`web.container.d/10.conf`).
pub(super) fn may_be(dir: &str, name: &str) -> bool {
    section(dir, name).is_some()
}

/// Whether it is one. `.network` and `.image` files of other programs have other sections.
pub(super) fn is_quadlet(dir: &str, name: &str, text: &str) -> bool {
    // systemd-networkd's files end in `.network` as well, and say whom they are for.
    if text.lines().any(|line| line.trim() == "[Match]") {
        return false;
    }
    let drop_in = name.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf");
    section(dir, name).is_some_and(|section| {
        let mut headers = text.lines().map(str::trim).filter(|line| line.starts_with('['));
        headers.any(|line| line == section || drop_in && matches!(line, "[Unit]" | "[Service]" | "[Install]"))
    })
}

fn section(dir: &str, name: &str) -> Option<&'static str> {
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let own = match ending(name)?.as_str() {
        "conf" => ending(dir.trim_end_matches('/').strip_suffix(".d")?)?,
        other => other.to_owned(),
    };
    KINDS.iter().find(|(kind, _)| *kind == own).map(|(_, section)| *section)
}
