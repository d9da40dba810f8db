//! `extends` and `include`: what a file takes from other files, or a service from its neighbours.

use std::path::{Path, PathBuf};

use super::environment::Named;
use super::interpolate::Unset;
use super::paths::{Base, clean};
use super::read::{Input, Loader};
use super::reset::Resets;
use super::{canonical, merge, missing, schema, start, tree};
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::Text;
use crate::yaml::{Entry, Node, Value};

/// Longer chains of `extends` or `include` are refused.
const MAX_CHAIN: usize = 100;

/// The most times that files are included for one stack: each may include another one several times.
const MAX_INCLUDED: usize = 1_000;

/// What an included file may define.
const SECTIONS: [&str; 6] = ["services", "volumes", "networks", "secrets", "configs", "models"];

/// The services of one file, among which `extends` without a file looks.
struct Scope {
    services: Vec<Entry>,
    /// The file's path on disk.
    file: PathBuf,
    /// The file's folder as seen from the project that is being loaded; `.` for the project's own.
    base: Base,
    /// What the file takes away from what it extends.
    resets: Resets,
}

impl Loader<'_> {
    /// `project` with its `extends` resolved.
    pub(super) fn with_extends(&mut self, project: &Node, file: &Input, resets: &Resets) -> Node {
        let Some(services) = project.get("services").and_then(Node::map) else { return project.clone() };
        if !services.iter().any(|e| e.value.get("extends").is_some()) {
            return project.clone();
        }
        let own = file.disk.clone().unwrap_or_default();
        let base = Base { folder: ".".to_owned() };
        let scope = Scope { services: services.to_vec(), file: own, base, resets: resets.clone() };
        tree::change(project, "services", |all| {
            tree::each(all, |entry| {
                let name = entry.key.known().unwrap_or_default();
                self.extended(&scope, name, &entry.value, &mut Vec::new())
            })
        })
    }

    /// The service `name` of `scope` with its chain of `extends` resolved.
    fn extended(&mut self, scope: &Scope, name: &str, service: &Node, chain: &mut Vec<(PathBuf, String)>) -> Node {
        let Some(extends) = service.get("extends").filter(|e| !e.is_null()) else { return service.clone() };
        let link = (scope.file.clone(), name.to_owned());
        if chain.contains(&link) || chain.len() > MAX_CHAIN {
            let message = if chain.contains(&link) {
                format!("the service `{name}` extends itself, by way of others")
            } else {
                format!("more than {MAX_CHAIN} services extend each other in a chain")
            };
            // Of a chain that is too long, each link would say so.
            if chain.contains(&link) || !self.problems.iter().any(|p| p.message == message) {
                self.problems.push(Problem::new(ProblemKind::DependencyCycle, message, extends.span()));
            }
            return without(service, "extends");
        }
        chain.push(link);
        let merged = self.extended_once(scope, name, service, extends, chain);
        chain.pop();
        // What could not be resolved says so by keeping its key, and may hold anything.
        if merged.same(service) { self.opened(&merged, extends.span()) } else { without(&merged, "extends") }
    }

    fn extended_once(
        &mut self,
        scope: &Scope,
        name: &str,
        service: &Node,
        extends: &Node,
        chain: &mut Vec<(PathBuf, String)>,
    ) -> Node {
        let Some(target) = extends.get("service") else {
            let problem = Problem::new(ProblemKind::InvalidValue, "`extends` names no service", extends.span());
            self.problems.push(problem.help(
                "add `service:` with the name that the service has in that file: docker compose refuses this one",
            ));
            return service.clone();
        };
        let (Some(wanted), file) = (target.known(), extends.get("file").and_then(Node::text)) else {
            return service.clone();
        };
        let other = match file {
            Some(file) => match self.other_file(scope, file) {
                Some(other) => Some(other),
                None => return service.clone(),
            },
            None => None,
        };
        let from = other.as_ref().unwrap_or(scope);
        let Some(found) = from.services.iter().find(|e| e.key.known() == Some(wanted)).map(|e| e.value.clone()) else {
            let place = file.map_or_else(|| "this file".to_owned(), |f| format!("`{}`", f.display()));
            let problem = Problem::new(
                ProblemKind::UndefinedReference,
                format!("`{name}` extends the service `{wanted}`, which {place} does not define"),
                target.span(),
            );
            self.problems.push(problem);
            return service.clone();
        };
        if found.is_null() {
            return service.clone();
        }
        if other.is_some() {
            schema::service(&found, &mut self.problems);
        }
        let base = self.extended(from, wanted, &found, chain);
        let base = if other.is_some() { from.base.service(&base) } else { base };
        let base = scope.resets.apply(&wrapped(name, &base));
        let Some(base) = base.path(&["services", name]) else { return service.clone() };
        merge::service(base, service, &mut self.problems)
    }

    fn other_file(&mut self, scope: &Scope, file: &Text) -> Option<Scope> {
        let known = file.known()?;
        if missing::remote(known) {
            self.problems.push(missing::unread("`extends`", file, self.context.unset));
            return None;
        }
        let folder = scope.file.parent().unwrap_or(Path::new(""));
        let disk = joined(folder, known);
        if self.context.beyond(&disk) {
            self.problems.push(missing::beyond("`extends`", file));
            return None;
        }
        let input = match self.context.open(&disk, file.span()) {
            Ok(input) => input,
            Err(reason) => {
                self.problems.push(missing::compose_file("`extends`", file, &disk, &reason, self.context));
                return None;
            }
        };
        self.syntax(&input);
        self.used.extend(input.document);
        let (node, resets) = Resets::take(input.nodes.first()?);
        let node = self.interpolated(&node);
        let node = canonical::project(&node, &mut Vec::new());
        let folder = self.folder_of(scope, known, &disk);
        Some(Scope { services: entries_of(&node), file: disk, base: Base { folder }, resets })
    }

    /// The folder of the extended file as seen from the project: absolute where paths are printed so.
    fn folder_of(&self, scope: &Scope, known: &str, disk: &Path) -> String {
        let parent = disk.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        if self.context.unset == Unset::Empty || known.starts_with('/') {
            return parent;
        }
        let relative = known.rsplit_once('/').map_or(".", |(folder, _)| folder);
        clean(&format!("{}/{relative}", scope.base.folder))
    }

    /// `project` with what its `include` names, itself over it.
    pub(super) fn with_includes(&mut self, project: &Node, file: &Input, resets: &Resets) -> Node {
        let Some(includes) = project.get("include").and_then(Node::seq) else { return without(project, "include") };
        let mut out = without(project, "include");
        for include in includes {
            if let Some(imported) = self.included(include, file) {
                out = self.import(&imported, &out, resets);
            } else {
                self.incomplete = true;
                out = self.anything(&out, include.span());
            }
        }
        out
    }

    /// `project` with sections that may hold more than they show.
    fn anything(&self, project: &Node, span: Span) -> Node {
        let mut entries = tree::entries(project);
        for section in SECTIONS {
            let known = tree::get(&entries, section).cloned().unwrap_or_else(|| tree::map(Vec::new(), span));
            tree::put(&mut entries, section, self.opened(&known, span));
        }
        tree::with(project, Value::Map(entries))
    }

    /// `node` with an entry that nobody knows, so that nothing in it is known to be absent.
    fn opened(&self, node: &Node, span: Span) -> Node {
        if self.context.unset == Unset::Empty || node.map().is_none() && !node.is_null() {
            return node.clone();
        }
        let unknown = || Node::plain(Text::opaque("a file that can't be read here", span));
        let mut entries = tree::entries(node);
        entries.push(tree::entry(unknown(), unknown()));
        tree::with(node, Value::Map(entries))
    }

    /// Takes over what is wrong with the syntax of a file that no document is made of: nobody else tells it.
    pub(super) fn syntax(&mut self, input: &Input) {
        if self.context.unset == Unset::Empty || input.document.is_none() {
            self.problems.extend(input.problems.iter().cloned());
        }
    }

    fn included(&mut self, include: &Node, file: &Input) -> Option<Node> {
        let paths = texts(include.get("path")?);
        if self.including.len() > MAX_CHAIN {
            let message = format!("more than {MAX_CHAIN} files include each other in a chain");
            self.problems.push(Problem::new(ProblemKind::DependencyCycle, message, include.span()));
            return None;
        }
        self.included += 1;
        if self.included > MAX_INCLUDED {
            let message = format!("more than {MAX_INCLUDED} files are included, each time that one is named counted");
            if !self.problems.iter().any(|p| p.message == message) {
                self.problems.push(Problem::new(ProblemKind::DependencyCycle, message, include.span()));
            }
            return None;
        }
        let mut inputs = Vec::new();
        let mut including = self.including.clone();
        including.extend(file.disk.clone());
        for path in &paths {
            let known = path.known()?;
            if missing::remote(known) {
                self.problems.push(missing::unread("`include`", path, self.context.unset));
                return None;
            }
            let disk = joined(&self.folder, known);
            if including.contains(&disk) {
                let problem = Problem::new(
                    ProblemKind::DependencyCycle,
                    "this file includes itself, by way of others",
                    path.span(),
                );
                self.problems.push(problem);
                return None;
            }
            if self.context.beyond(&disk) {
                self.problems.push(missing::beyond("`include`", path));
                return None;
            }
            match self.context.open(&disk, path.span()) {
                Ok(input) => inputs.push(input),
                Err(reason) => {
                    self.problems.push(missing::compose_file("`include`", path, &disk, &reason, self.context));
                    return None;
                }
            }
        }
        let first = inputs.first()?.disk.clone()?;
        let (folder, base) = self.project_directory(include, &first, paths.first()?.known()?);
        let environment = self.included_environment(include, &folder);
        let mut inner = Loader {
            context: self.context,
            environment,
            folder,
            base,
            including,
            incomplete: false,
            included: self.included,
            used: inputs.iter().filter_map(|i| i.document).collect(),
            problems: Vec::new(),
        };
        let model = inner.model(&inputs);
        self.problems.append(&mut inner.problems);
        self.used.append(&mut inner.used);
        self.incomplete |= inner.incomplete;
        self.included = inner.included;
        model
    }

    fn project_directory(&self, include: &Node, first: &Path, written: &str) -> (PathBuf, Base) {
        let given = include.get("project_directory").and_then(Node::known).filter(|d| !d.is_empty());
        let folder = match given {
            Some(given) => joined(&self.folder, given),
            None => first.parent().unwrap_or(Path::new("")).to_owned(),
        };
        let relative = given.unwrap_or_else(|| written.rsplit_once('/').map_or(".", |(folder, _)| folder));
        let absolute = self.context.unset == Unset::Empty || relative.starts_with('/');
        let base = if absolute { folder.to_string_lossy().into_owned() } else { clean(relative) };
        (folder, Base { folder: base })
    }

    fn included_environment(&mut self, include: &Node, folder: &Path) -> super::environment::Environment {
        let named = include.get("env_file").map(texts).unwrap_or_default();
        let mut files: Vec<Named> = Vec::new();
        let mut unseen = None;
        if named.is_empty() {
            let beside = self.context.locate(&folder.join(".env"));
            files.extend(beside.map(|f| (f, Some(start(include.span())))));
        }
        for name in &named {
            let Some(known) = name.known().filter(|n| *n != "/dev/null") else { continue };
            let path = joined(&self.folder, known);
            if self.context.beyond(&path) {
                self.problems.push(missing::beyond("the env file", name));
                continue;
            }
            let Some(found) = self.context.locate(&path) else {
                let problem = missing::env_file("the env file", name, &path, self.context);
                unseen = problem.doubt.clone().map(|why| (why, name.span())).or(unseen);
                self.problems.push(problem);
                continue;
            };
            files.push((found, Some(name.span())));
        }
        let (mut environment, errors) = self.environment.files(&files, self.context);
        for (path, reason) in errors {
            let message = format!("the env file `{}` can't be read: {reason}", path.display());
            self.problems.push(Problem::new(ProblemKind::Refused, message, include.span()));
        }
        if let Some((why, by)) = unseen {
            environment.unsee(&why, by);
        }
        environment
    }

    /// `target` over what was included.
    fn import(&mut self, source: &Node, target: &Node, resets: &Resets) -> Node {
        let mut out = tree::entries(target);
        for section in SECTIONS {
            let Some(from) = source.get(section).and_then(Node::map) else { continue };
            let span = tree::get(&out, section).map_or_else(|| source.span(), Node::span);
            let mut to = tree::get(&out, section).map(tree::entries).unwrap_or_default();
            let mut fresh = Vec::new();
            let index = tree::Index::of(&to);
            for entry in from {
                let Some(own) = index.find(&entry.key).and_then(|at| to.get_mut(at)) else {
                    fresh.push(entry.clone());
                    continue;
                };
                let name = entry.key.known().unwrap_or_default();
                let base =
                    resets.apply(&tree::map(vec![tree::named(section, tree::map(vec![entry.clone()], span))], span));
                if let Some(base) = base.path(&[section, name]) {
                    self.problems.extend(conflict(section, name, (&entry.key, base), (&own.key, &own.value)));
                    own.value = merge::resource(section, base, &own.value, &mut self.problems);
                }
            }
            fresh.append(&mut to);
            tree::put(&mut out, section, tree::map(fresh, span));
        }
        tree::with(target, Value::Map(out))
    }
}

/// What docker compose 2 says of a name that an included file defines in another way.
fn conflict(section: &str, name: &str, theirs: (&Node, &Node), own: (&Node, &Node)) -> Option<Problem> {
    if !tree::differs(theirs.1, own.1) {
        return None;
    }
    let message = format!("`{name}` of `{section}` is defined here and, in another way, by a file that is included");
    Some(
        Problem::new(ProblemKind::IncludeConflict, message, own.0.span()).label(theirs.0.span(), "the included file's"),
    )
}

fn without(node: &Node, key: &str) -> Node {
    if node.get(key).is_none() {
        return node.clone();
    }
    let kept = tree::entries(node).into_iter().filter(|e| e.key.known() != Some(key)).collect();
    tree::with(node, Value::Map(kept))
}

fn wrapped(name: &str, service: &Node) -> Node {
    let services = tree::map(vec![tree::named(name, service.clone())], service.span());
    tree::map(vec![tree::named("services", services)], service.span())
}

fn entries_of(project: &Node) -> Vec<Entry> {
    project.get("services").map(tree::entries).unwrap_or_default()
}

fn texts(node: &Node) -> Vec<Text> {
    match node.seq() {
        Some(items) => items.iter().filter_map(Node::text).cloned().collect(),
        None => node.text().filter(|t| !t.is_empty()).cloned().into_iter().collect(),
    }
}

/// `path` from `folder`, without `.` and `..`, so that one file has one name.
pub(super) fn joined(folder: &Path, path: &str) -> PathBuf {
    let whole = folder.join(path);
    PathBuf::from(clean(&whole.to_string_lossy()))
}
