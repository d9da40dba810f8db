//! Podman's Quadlet: a `.container` file is read as the `podman run` that Podman's generator makes of it.
//!
//! The options are those of the generator (podman-systemd.unit(5)), so that one reader of docker's command line knows
//! what they mean. What the generator refuses is rules' business, by `systemd.directive`.

use super::{Probe, Test, Workload};
use crate::document::{Body, Document};
use crate::expand::Deployment;
use crate::knowledge::Knowledge;
use crate::model::command::docker;
use crate::model::container::Origin;
use crate::model::container_run;
use crate::source::Span;
use crate::syntax::script::{Word, words};
use crate::syntax::unit::{Directive, Unit, effective, environment};
use crate::text::Text;

/// Keys whose last value becomes the value of an option.
const LAST: &[(&str, &str)] = &[
    ("ContainerName", "--name"),
    ("CgroupsMode", "--cgroups"),
    ("Entrypoint", "--entrypoint"),
    ("HostName", "--hostname"),
    ("IP", "--ip"),
    ("Memory", "--memory"),
    ("PidsLimit", "--pids-limit"),
    ("Pull", "--pull"),
    ("ShmSize", "--shm-size"),
    ("StopSignal", "--stop-signal"),
    ("StopTimeout", "--stop-timeout"),
    ("UserNS", "--userns"),
    ("WorkingDir", "--workdir"),
];

/// Keys each of whose values becomes the value of an option.
const EACH: &[(&str, &str)] = &[
    ("AddHost", "--add-host"),
    ("GroupAdd", "--group-add"),
    ("Network", "--network"),
    ("PublishPort", "--publish"),
    ("Tmpfs", "--tmpfs"),
    ("Volume", "--volume"),
];

/// Keys each of whose words becomes the value of an option.
const WORDS: &[(&str, &str)] = &[
    ("AddCapability", "--cap-add"),
    ("AddDevice", "--device"),
    ("DropCapability", "--cap-drop"),
    ("EnvironmentFile", "--env-file"),
    ("Mount", "--mount"),
    ("Secret", "--secret"),
];

/// Keys that become security options.
const SECURITY: &[(&str, &str)] =
    &[("NoNewPrivileges", "no-new-privileges"), ("SecurityLabelDisable", "label=disable")];

/// Keys whose value becomes a security option, behind these characters.
const CHOSEN: &[(&str, &str)] = &[
    ("SeccompProfile", "seccomp="),
    ("SecurityLabelFileType", "label=filetype:"),
    ("SecurityLabelLevel", "label=level:"),
    ("SecurityLabelType", "label=type:"),
];

/// A `.container` file with its drop-ins.
struct Quadlet<'a> {
    document: &'a Document,
    directives: Vec<&'a Directive>,
}

/// The container of the document at `index`, where it is a `.container` file.
pub(super) fn workload(deployment: &Deployment, index: usize, knowledge: &Knowledge) -> Option<Workload> {
    let document = deployment.documents.get(index)?;
    let Body::Unit(own) = &document.body else { return None };
    let name = file_name(document);
    if !name.ends_with(".container") || !own.sections.iter().any(|s| s.known() == Some("Container")) {
        return None;
    }
    let folder = format!("{name}.d");
    let overlays = deployment.documents.iter().filter(|d| d.path.rsplit('/').nth(1) == Some(folder.as_str()));
    let overlays = overlays.filter_map(|d| unit(d));
    let directives = std::iter::once(own).chain(overlays).flat_map(|u| &u.directives).collect();
    let quadlet = Quadlet { document, directives };
    let image = quadlet.image(deployment)?;
    let words = quadlet.command(&image);
    let call = docker::parse(&words)?;
    let mut container = container_run::container(&call, knowledge)?;
    container.origin = Origin::Workload("quadlet");
    // The generator gives `--rm`, and systemd starts a new one: that says nothing about the job.
    container.ends = quadlet.known("Service", "Type") == Some("oneshot");
    let command = quadlet.last("Exec").map(|d| texts(&d.value)).unwrap_or_default();
    let variables: Vec<(Text, Text)> = quadlet.all("Environment").iter().flat_map(|d| environment(&d.value)).collect();
    let mut told = container_run::told(&call);
    told.names.extend(variables.iter().map(|(name, _)| name.clone()));
    Some(Workload {
        told,
        container,
        document: index,
        image: image.is_known().then_some(image).or_else(|| quadlet.written_image()),
        starts: vec![command],
        environment: variables.into_iter().map(|(name, value)| (name, Some(value))).chain(quadlet.secrets()).collect(),
        probes: quadlet.probe().into_iter().collect(),
        ports: quadlet.all("PublishPort").iter().map(|d| d.value.clone()).collect(),
    })
}

/// Whether a name has this ending, as Podman tells units apart: by its case too.
fn ends(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}

/// The images that `.image` files pull.
pub(crate) fn images(deployment: &Deployment) -> Vec<(&Document, &Text)> {
    let all = deployment.documents.iter().map(AsRef::as_ref).filter(|d| ends(file_name(d), "image"));
    all.filter_map(|d| Some((d, &unit(d)?.get("Image", "Image")?.value))).collect()
}

impl Quadlet<'_> {
    fn all(&self, key: &str) -> Vec<&Directive> {
        effective(self.directives.iter().copied(), "Container", key)
    }

    fn last(&self, key: &str) -> Option<&Directive> {
        self.all(key).pop()
    }

    fn known(&self, section: &str, key: &str) -> Option<&str> {
        effective(self.directives.iter().copied(), section, key).pop()?.value.known()
    }

    /// The image; not known where another unit builds it. A root file system in its place has none.
    fn image(&self, deployment: &Deployment) -> Option<Text> {
        let written = &self.last("Image")?.value;
        let Some((stem, kind)) = written.known().and_then(|v| v.rsplit_once('.')) else { return Some(written.clone()) };
        if !matches!(kind, "image" | "build") || stem.contains(['/', ':']) {
            return Some(written.clone());
        }
        let pulled = images(deployment).into_iter().find(|(d, _)| Some(file_name(d)) == written.known());
        let unknown = || Text::opaque("the image that another unit makes", written.span());
        Some(pulled.map_or_else(unknown, |(_, image)| image.clone().with_span(written.span())))
    }

    /// The image as it stands here, unless a unit is named.
    fn written_image(&self) -> Option<Text> {
        let written = &self.last("Image")?.value;
        let unit = ends(written.value(), "image") || ends(written.value(), "build");
        (!unit).then(|| written.clone())
    }

    /// `podman run` with the options that the generator makes of the keys.
    fn command(&self, image: &Text) -> Vec<Word> {
        let start = self.document.text.span();
        let mut out = vec![said("podman", start), said("run", start)];
        if self.last("ContainerName").is_none() {
            let name = file_name(self.document).trim_end_matches(".container");
            out.extend([said("--name", start), said(name, image.span())]);
        }
        for (key, option) in LAST {
            if let Some(directive) = self.last(key) {
                out.extend([said(option, directive.span), given(&self.specified(&directive.value))]);
            }
        }
        for (key, option) in EACH {
            out.extend(self.all(key).iter().flat_map(|d| [said(option, d.span), given(&self.specified(&d.value))]));
        }
        for (key, option) in WORDS {
            let each = self.all(key).into_iter().flat_map(|d| texts(&d.value).into_iter().map(|t| (d.span, t)));
            // `-/dev/x`: where the host has it.
            let plain = |t: Text| if t.value().starts_with('-') { t.slice(1..t.value().len()) } else { t };
            out.extend(each.flat_map(|(span, text)| [said(option, span), given(&self.specified(&plain(text)))]));
        }
        for (key, option) in SECURITY {
            if let Some(directive) = self.last(key).filter(|d| is_true(&d.value)) {
                out.extend([said("--security-opt", directive.span), said(option, directive.value.span())]);
            }
        }
        for (key, before) in CHOSEN {
            let Some(directive) = self.last(key) else { continue };
            let mut option = crate::text::Builder::new(directive.value.span());
            option.derived(before, directive.value.span());
            option.text(&directive.value);
            out.extend([said("--security-opt", directive.span), given(&option.finish())]);
        }
        if let Some(directive) = self.last("ReadOnly").filter(|d| is_true(&d.value)) {
            out.push(said("--read-only", directive.span));
        }
        out.extend(self.user());
        out.extend(self.all("PodmanArgs").iter().flat_map(|d| words(&d.value)));
        out.push(given(image));
        out.extend(self.last("Exec").map(|d| words(&d.value)).unwrap_or_default());
        out
    }

    /// A value with the unit's own name in the place of systemd's `%p`, `%N` and `%n`: `/srv/%p` is a folder of each
    /// unit alone. Of `x@.container` only `%p` is known.
    fn specified(&self, value: &Text) -> Text {
        let stem = file_name(self.document).trim_end_matches(".container");
        let (prefix, single) = stem.split_once('@').map_or((stem, true), |(prefix, _)| (prefix, false));
        let mut made = crate::text::Builder::new(value.span());
        let (mut from, mut behind) = (0, 0);
        for (at, sign) in value.value().match_indices('%') {
            if at < behind {
                continue;
            }
            let end = at + sign.len() + 1;
            behind = end;
            let name = match value.value().as_bytes().get(at + sign.len()) {
                Some(b'p') => prefix.to_owned(),
                Some(b'N') if single => stem.to_owned(),
                Some(b'n') if single => format!("{stem}.service"),
                // `%%p` is a percent sign and a letter.
                _ => continue,
            };
            made.text(&value.slice(from..at));
            made.derived(&name, value.span_at(at..end));
            from = end;
        }
        if from == 0 {
            return value.clone();
        }
        made.text(&value.slice(from..value.value().len()));
        made.finish()
    }

    /// `User=` and `Group=` are one option.
    fn user(&self) -> Vec<Word> {
        let Some(user) = self.last("User") else { return Vec::new() };
        let mut value = crate::text::Builder::new(user.value.span());
        value.text(&user.value);
        if let Some(group) = self.last("Group") {
            value.derived(":", group.value.span());
            value.text(&group.value);
        }
        vec![said("--user", user.span), given(&value.finish())]
    }

    /// The variables that `Secret=NAME,type=env,target=VARIABLE` sets.
    fn secrets(&self) -> Vec<(Text, Option<Text>)> {
        let named = |d: &&Directive| Some((container_run::secret_variable(&d.value)?, None));
        self.all("Secret").iter().filter_map(named).collect()
    }

    /// `HealthCmd=`.
    fn probe(&self) -> Option<Probe> {
        let value = &self.last("HealthCmd")?.value;
        Some(Probe { place: value.place(), test: Test::of_podman(value)? })
    }
}

/// What the generator takes for true.
fn is_true(value: &Text) -> bool {
    value.known().is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "1" | "yes" | "true" | "on"))
}

fn unit(document: &Document) -> Option<&Unit> {
    if let Body::Unit(unit) = &document.body { Some(unit) } else { None }
}

/// The file's name as it is deployed, or without a template's ending.
pub(super) fn file_name(document: &Document) -> &str {
    let deployed = document.deployed.as_ref().and_then(|d| d.known()).and_then(|d| d.rsplit('/').next());
    let name = deployed.unwrap_or_else(|| document.path.rsplit('/').next().unwrap_or(&document.path));
    crate::load::classify::template_stem(name).unwrap_or(name)
}

/// A word of the generator's own, for what stands at `span`.
fn said(value: &str, span: Span) -> Word {
    let mut text = crate::text::Builder::new(span);
    text.derived(value, span);
    given(&text.finish())
}

fn given(text: &Text) -> Word {
    Word { text: text.clone(), quoted: true, substitutions: Vec::new() }
}

/// The words of a value, without their quotes.
pub(super) fn texts(value: &Text) -> Vec<Text> {
    words(value).into_iter().map(|w| w.text).collect()
}
