//! Which objects a command line is about: types, names, files, selectors.
//!
//! Models `cli-runtime/pkg/resource/builder.go@v0.37.2` and what the server answers to each request.
//! Leaves out: URLs, kustomizations.

use super::flags::Flags;
use super::items::{Item, Thing};
use super::resources::{self, Resource};
use super::scene::Scene;
use super::selectors::{FieldSelector, Requirements};
use super::{furniture, served};
use crate::api::Object;
use crate::cluster::Oid;
use crate::manifest::{Access, Limits, read};
use std::borrow::Cow;

/// What was found, and what went wrong meanwhile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection<'a> {
    /// The objects, in kubectl's order.
    pub items: Vec<Item<'a>>,
    /// Whole lines of errors, without their ends.
    pub errors: Vec<Failure>,
    /// What kubectl warns of before everything else.
    pub warnings: String,
    /// Whether exactly one object was named.
    pub single: bool,
    /// Whether whole lists were asked for; else objects were named.
    pub lists: bool,
    /// The types that were asked for, in order.
    pub types: Vec<&'static Resource>,
    /// The namespace that was asked; empty for all.
    pub namespace: String,
}

/// An error of kubectl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server said so: its reason and message.
    Server(&'static str, String),
    /// kubectl itself says so.
    Own(String),
    /// Whole lines, as they are.
    Whole(String),
}

impl Failure {
    /// `jobs.batch "x" not found`.
    pub(crate) fn not_found(resource: &Resource, name: &str) -> Self {
        Self::Server("NotFound", format!("{} \"{name}\" not found", resource.qualified()))
    }

    /// Whether the object isn't there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Server("NotFound", _))
    }
}

/// Errors as kubectl writes them: one of its own gets `error: ` before it, several don't.
pub(crate) fn report(failures: &[Failure]) -> String {
    let mut text = String::new();
    for failure in failures {
        let line = match failure {
            Failure::Server(reason, message) => format!("Error from server ({reason}): {message}"),
            Failure::Own(message) if failures.len() == 1 && !message.starts_with("error: ") => {
                format!("error: {message}")
            }
            Failure::Own(message) | Failure::Whole(message) => message.clone(),
        };
        text.push_str(&line);
        if !line.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// How a command uses the builder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'f> {
    pub flags: &'f Flags,
    pub words: &'f [String],
    /// Whether a type alone means all its objects.
    pub all_of_a_type: bool,
    /// The words for nothing at all.
    pub nothing: &'static str,
}

/// Finds the objects.
///
/// # Errors
/// What ends the command before anything is looked for.
pub(crate) fn select<'a>(
    scene: &'a dyn Scene,
    files: &dyn Fn(&str) -> Option<String>,
    wish: Wish<'_>,
) -> Result<Selection<'a>, Failure> {
    let flags = wish.flags;
    let everywhere = flags.is_on("all-namespaces");
    let mut selection = Selection { namespace: namespace(scene, flags), ..Selection::default() };
    let label = flags.value("selector").map(str::trim).filter(|text| !text.is_empty());
    let field = flags.value("field-selector").map(str::trim).filter(|text| !text.is_empty());
    let (types, tuples, names) = arguments(wish.words)?;
    let paths = flags.all("filename");
    if !paths.is_empty() {
        return from_files(scene, files, &paths, selection);
    }
    let implicit = wish.words.len() == 1 && tuples.is_empty() && label.is_none() && wish.all_of_a_type;
    if label.is_some() || field.is_some() || implicit {
        return lists(scene, selection, types, &tuples, &names, (label, field));
    }
    let tuples: Vec<(String, String)> = if tuples.is_empty() {
        if names.is_empty() {
            for word in &types {
                resources::find(word).map_err(Failure::Own)?;
            }
            let text =
                if types.is_empty() { wish.nothing } else { "resource(s) were provided, but no name was specified" };
            return Err(Failure::Own(text.to_owned()));
        }
        if everywhere {
            return Err(Failure::Own("a resource cannot be retrieved by name across all namespaces".to_owned()));
        }
        let word = types.first().cloned().unwrap_or_default();
        names.into_iter().map(|name| (word.clone(), name)).collect()
    } else {
        tuples
    };
    selection.single = tuples.len() == 1;
    // Every type is looked up before any object is.
    let mut wanted = Vec::new();
    for (word, name) in tuples {
        let resource = resources::find(&word).map_err(Failure::Own)?;
        selection.warnings.extend(resources::ambiguity(&word).filter(|text| !selection.warnings.contains(text)));
        if everywhere {
            return Err(Failure::Own("a resource cannot be retrieved by name across all namespaces".to_owned()));
        }
        wanted.push((resource, name));
    }
    for (resource, name) in wanted {
        if !selection.types.contains(&resource) {
            selection.types.push(resource);
        }
        match find(scene, resource, &selection.namespace, &name) {
            Some(item) => selection.items.push(item),
            None => selection.errors.push(Failure::not_found(resource, &name)),
        }
    }
    Ok(selection)
}

/// The namespace that a command is about; empty for all.
pub(crate) fn namespace(scene: &dyn Scene, flags: &Flags) -> String {
    if flags.is_on("all-namespaces") {
        return String::new();
    }
    flags.value("namespace").filter(|name| !name.is_empty()).unwrap_or(scene.namespace()).to_owned()
}

/// Types, pairs of type and name, and names.
type Words = (Vec<String>, Vec<(String, String)>, Vec<String>);

fn arguments(words: &[String]) -> Result<Words, Failure> {
    let own = |text: &str| Err(Failure::Own(text.to_owned()));
    let split = |word: &str| word.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut words = words.to_vec();
    // `a,b c` means `a/c b/c`.
    if let Some((first, names)) = words.split_first().filter(|(first, names)| !names.is_empty() && first.contains(','))
    {
        let types = first.split(',').map(str::to_owned).collect::<Vec<_>>();
        if types.len() > 1 {
            words = types.iter().flat_map(|word| names.iter().map(move |name| format!("{word}/{name}"))).collect();
        }
    }
    let slashes = words.iter().filter(|word| word.contains('/')).count();
    if slashes > 0 && slashes < words.len() {
        return own(
            "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
        );
    }
    if slashes > 0 {
        let mut tuples = Vec::new();
        for word in &words {
            let mut parts = word.split('/');
            let (kind, name) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            if parts.next().is_some() {
                return own("arguments in resource/name form may not have more than one slash");
            }
            if kind.is_empty() || name.is_empty() || kind.contains(',') {
                return own("arguments in resource/name form must have a single resource and name");
            }
            tuples.push((kind.to_owned(), name.to_owned()));
        }
        return Ok((Vec::new(), tuples, Vec::new()));
    }
    let Some((first, names)) = words.split_first() else { return Ok((Vec::new(), Vec::new(), Vec::new())) };
    let types = split(first).iter().flat_map(|word| resources::expand(word)).collect();
    Ok((types, Vec::new(), names.to_vec()))
}

fn lists<'a>(
    scene: &'a dyn Scene,
    mut selection: Selection<'a>,
    types: Vec<String>,
    tuples: &[(String, String)],
    names: &[String],
    (label, field): (Option<&str>, Option<&str>),
) -> Result<Selection<'a>, Failure> {
    let own = |text: &str| Err(Failure::Own(text.to_owned()));
    if !names.is_empty() {
        return own("name cannot be provided when a selector is specified");
    }
    if !tuples.is_empty() {
        return own("selectors and the all flag cannot be used when passing resource/name arguments");
    }
    if types.is_empty() {
        return own("at least one resource must be specified to use a selector");
    }
    selection.lists = true;
    for word in types {
        let resource = resources::find(&word).map_err(Failure::Own)?;
        selection.warnings.extend(resources::ambiguity(&word).filter(|text| !selection.warnings.contains(text)));
        if !selection.types.contains(&resource) {
            selection.types.push(resource);
        }
    }
    for resource in selection.types.clone() {
        match list(scene, resource, &selection.namespace, label, field) {
            Ok(found) => selection.items.extend(found),
            Err(failure) => selection.errors.push(failure),
        }
    }
    Ok(selection)
}

/// Which objects of a type a request of `list` or `watch` is about.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// The type.
    resource: &'static Resource,
    /// The namespace; empty for all, and for a type of the cluster.
    namespace: String,
    /// The only name that counts, if one does.
    pub name: Option<String>,
    labels: Requirements,
    fields: FieldSelector,
}

impl Filter {
    /// Reads the selectors.
    ///
    /// # Errors
    /// What the server says of a selector that it can't use.
    pub(crate) fn new(
        resource: &'static Resource,
        namespace: &str,
        label: Option<&str>,
        field: Option<&str>,
    ) -> Result<Self, Failure> {
        let refused = |problem: String| {
            Failure::Server(
                "BadRequest",
                format!(
                    "Unable to find \"{}/{}, Resource={}\" that match label selector \"{}\", field selector \"{}\": {problem}",
                    resource.group,
                    resource.version,
                    resource.plural,
                    label.unwrap_or(""),
                    field.unwrap_or("")
                ),
            )
        };
        if !resource.is_listable() {
            let text = "the server does not allow this method on the requested resource".to_owned();
            return Err(Failure::Server("MethodNotAllowed", text));
        }
        Ok(Self {
            resource,
            namespace: if resource.namespaced { namespace.to_owned() } else { String::new() },
            name: None,
            labels: Requirements::parse(label.unwrap_or("")).map_err(&refused)?,
            fields: FieldSelector::parse(field.unwrap_or(""), resource).map_err(&refused)?,
        })
    }

    /// Whether it is about the object, which is one of the type.
    pub(crate) fn matches(&self, item: &Item<'_>) -> bool {
        (self.namespace.is_empty() || item.namespace() == self.namespace)
            && self.name.as_ref().is_none_or(|name| *item.name() == **name)
            && (self.labels.is_empty() || self.labels.matches(&item.labels()))
            && self.fields.matches(item)
    }

    /// The stored object as one of the type, if it is one and meant.
    pub(crate) fn item<'a>(&self, oid: Oid, object: &'a Object) -> Option<Item<'a>> {
        let item = Item { resource: self.resource, thing: Thing::Stored(oid, object) };
        (served::is_of(object, self.resource) && self.matches(&item)).then_some(item)
    }
}

/// The objects of a type in a namespace (all, if it is empty), by namespace and name.
///
/// # Errors
/// What the server says of a selector that it can't use.
pub(crate) fn list<'a>(
    scene: &'a dyn Scene,
    resource: &'static Resource,
    namespace: &str,
    label: Option<&str>,
    field: Option<&str>,
) -> Result<Vec<Item<'a>>, Failure> {
    let filter = Filter::new(resource, namespace, label, field)?;
    let stored = scene.objects().filter_map(|(oid, object)| filter.item(oid, object));
    let made = furniture::of(scene, resource).into_iter().filter(|item| filter.matches(item));
    let mut found: Vec<(Cow<'a, str>, Item<'a>)> = Vec::new();
    for item in stored.chain(made) {
        let name = match item.thing {
            Thing::Stored(_, object) => object.own_name(),
            Thing::Made(_) => Cow::Owned(item.name().into_owned()),
        };
        found.push((name, item));
    }
    found.sort_by(|(a_name, a), (b_name, b)| (a.namespace(), a_name).cmp(&(b.namespace(), b_name)));
    Ok(found.into_iter().map(|(_, item)| item).collect())
}

/// The object of that name.
pub(crate) fn find<'a>(
    scene: &'a dyn Scene,
    resource: &'static Resource,
    namespace: &str,
    name: &str,
) -> Option<Item<'a>> {
    let namespace = if resource.namespaced { namespace } else { "" };
    if let Some(oid) = scene.find(resource.kind, namespace, name)
        && let Some(object) = scene.object(oid)
    {
        return Some(Item { resource, thing: Thing::Stored(oid, object) });
    }
    furniture::of(scene, resource).into_iter().find(|item| item.name() == name && item.namespace() == namespace)
}

/// The objects that files name, as they are in the cluster.
fn from_files<'a>(
    scene: &'a dyn Scene,
    files: &dyn Fn(&str) -> Option<String>,
    paths: &[&str],
    mut selection: Selection<'a>,
) -> Result<Selection<'a>, Failure> {
    let mut wanted = Vec::new();
    for path in paths.iter().flat_map(|path| path.split(',')) {
        let Some(text) = files(path) else {
            return Err(Failure::Own(format!("the path \"{path}\" does not exist")));
        };
        let name = if path == "-" { "STDIN" } else { path };
        let reading = read(&text, name, Limits::default());
        for document in &reading.documents {
            let value = &document.value;
            let items = value.list("items");
            wanted.extend(if items.is_empty() { vec![value.clone()] } else { items.to_vec() });
        }
        if let Some(refusal) = reading.refusal {
            return Err(Failure::Own(refusal.stderr.trim_end().to_owned()));
        }
    }
    selection.single = wanted.len() == 1;
    for value in wanted {
        let kind = value.text("kind").to_owned();
        let metadata = value.get("metadata").cloned().unwrap_or_default();
        let Some(resource) = resources::of_kind(&kind) else {
            selection.errors.push(Failure::Own(format!(
                "resource mapping not found for name: \"{}\" namespace: \"{}\" from \"{}\": no matches for kind \"{kind}\" in version \"{}\"\nensure CRDs are installed first",
                metadata.text("name"),
                metadata.text("namespace"),
                paths.first().unwrap_or(&""),
                value.text("apiVersion"),
            )));
            continue;
        };
        let namespace = match metadata.text("namespace") {
            "" => selection.namespace.clone(),
            own => own.to_owned(),
        };
        if !selection.types.contains(&resource) {
            selection.types.push(resource);
        }
        match find(scene, resource, &namespace, metadata.text("name")) {
            Some(item) => selection.items.push(item),
            None => selection.errors.push(Failure::not_found(resource, metadata.text("name"))),
        }
    }
    Ok(selection)
}
