//! What a command line asks the server for: types and names, whole lists, or what files name.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/builder.go@v0.37.2`, from `ResourceTypeOrNameArgs` to `visitorResult`.
//! Nothing is asked for here: those who look do that in `selection.rs`, those who change something in `targets.rs`.
//!
//! Leaves out: URLs, kustomizations.

use super::failure::Failure;
use super::flags::Flags;
use super::folder::Folder;
use super::resources;
use crate::manifest::{self, KindId, Limits, Refusal, Scope, Verb};
use std::rc::Rc;

/// kubectl's words for a command line that names nothing.
pub(super) const NOTHING: &str = "You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'";
const MIXED: &str = "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/// How a command uses the builder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'f> {
    pub flags: &'f Flags,
    /// The words that name something.
    pub words: &'f [String],
    /// Whether a type alone means all its objects.
    pub all_of_a_type: bool,
    /// Whether everything of the types is meant: `SelectAllParam`.
    pub everything: bool,
    /// The words for nothing at all.
    pub nothing: &'static str,
}

impl<'f> Wish<'f> {
    /// The words of the command line; a type alone means all its objects if `all_of_a_type`.
    pub(crate) fn of(flags: &'f Flags, all_of_a_type: bool) -> Self {
        Self { flags, words: &flags.words, all_of_a_type, everything: false, nothing: NOTHING }
    }
}

/// What a command line asks for.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The types that were named, in order.
    pub kinds: Vec<&'static KindId>,
    /// The namespace that is asked; empty for all.
    pub namespace: Rc<str>,
    /// What kubectl warns of before everything else.
    pub warnings: String,
    pub what: What,
}

/// See [`Request`].
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// All objects of the types that the selectors of labels and fields let through.
    Lists { label: Option<String>, field: Option<String> },
    Names {
        names: Vec<ObjectName>,
        /// Whether only one object can be meant.
        single: bool,
        /// What is wrong with some of the files.
        unreadable: Vec<Refusal>,
    },
}

/// An object that was named; it may not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectName {
    pub kind: &'static KindId,
    /// Empty for an object of the cluster.
    pub namespace: Rc<str>,
    pub name: String,
    /// The file that named it.
    pub file: Option<String>,
}

fn own<T>(text: &str) -> Result<T, Failure> {
    Err(Failure::Own(text.to_owned()))
}

/// Reads what a command line asks for; `namespace` is the one that there is without `-n`.
///
/// # Errors
/// What ends the command before anything is asked for.
pub(crate) fn request(namespace: &Rc<str>, folder: Folder<'_>, wish: Wish<'_>) -> Result<Request, Failure> {
    let flags = wish.flags;
    let text = |name: &str| flags.value(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let (label, field) = (text("selector"), text("field-selector"));
    let (types, tuples, names) = arguments(wish.words)?;
    if wish.everything && (label.is_some() || field.is_some()) {
        return own("setting 'all' parameter but found a non empty selector. ");
    }
    let request = Request {
        kinds: Vec::new(),
        namespace: namespace_of(flags, namespace),
        warnings: String::new(),
        what: What::Lists { label, field },
    };
    if flags.has("filename") {
        if !types.is_empty() {
            return own(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
            );
        }
        if !tuples.is_empty() {
            return own("resource/name arguments cannot be provided when a path is specified");
        }
        return from_files(request, folder, flags);
    }
    let implicit = wish.words.len() == 1 && tuples.is_empty() && wish.all_of_a_type;
    if wish.everything || implicit || !matches!(request.what, What::Lists { label: None, field: None }) {
        return lists(request, &types, !tuples.is_empty(), !names.is_empty());
    }
    let tuples = if tuples.is_empty() { pairs(types, names, wish.nothing)? } else { tuples };
    named(request, tuples)
}

/// The namespace that `-n` names, or the one that there is without; empty for all.
pub(crate) fn namespace_of(flags: &Flags, otherwise: &Rc<str>) -> Rc<str> {
    if flags.is_on("all-namespaces") {
        return Rc::from("");
    }
    flags.value("namespace").filter(|name| !name.is_empty()).map_or_else(|| Rc::clone(otherwise), Rc::from)
}

/// Types, pairs of type and name, and names.
type Words = (Vec<String>, Vec<(String, String)>, Vec<String>);

fn arguments(words: &[String]) -> Result<Words, Failure> {
    let split = |word: &str| word.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut words = words.to_vec();
    // `a,b c` means `a/c b/c`.
    if let Some((first, names)) = words.split_first().filter(|(first, names)| !names.is_empty() && first.contains(','))
    {
        let types = split(first);
        words = types.iter().flat_map(|word| names.iter().map(move |name| format!("{word}/{name}"))).collect();
    }
    let slashes = words.iter().filter(|word| word.contains('/')).count();
    if slashes > 0 && slashes < words.len() {
        return own(MIXED);
    }
    if slashes > 0 {
        let tuples: Result<Vec<(String, String)>, Failure> = words.iter().map(|word| tuple(word)).collect();
        return Ok((Vec::new(), tuples?, Vec::new()));
    }
    let Some((first, names)) = words.split_first() else { return Ok((Vec::new(), Vec::new(), Vec::new())) };
    let types = split(first).iter().flat_map(|word| resources::expand(word)).collect();
    Ok((types, Vec::new(), names.to_vec()))
}

/// `job/hola`.
pub(super) fn tuple(word: &str) -> Result<(String, String), Failure> {
    let mut parts = word.split('/');
    let (kind, name) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    if parts.next().is_some() {
        return own("arguments in resource/name form may not have more than one slash");
    }
    if kind.is_empty() || name.is_empty() || kind.contains(',') {
        return own("arguments in resource/name form must have a single resource and name");
    }
    Ok((kind.to_owned(), name.to_owned()))
}

/// `TYPE NAME…` as pairs.
fn pairs(types: Vec<String>, names: Vec<String>, nothing: &'static str) -> Result<Vec<(String, String)>, Failure> {
    if names.is_empty() {
        for word in &types {
            resources::find(word).map_err(Failure::Own)?;
        }
        return own(if types.is_empty() { nothing } else { "resource(s) were provided, but no name was specified" });
    }
    match <[String; 1]>::try_from(types) {
        Ok([word]) => Ok(names.into_iter().map(|name| (word.clone(), name)).collect()),
        Err(_) => own("you must specify only one resource"),
    }
}

fn lists(mut request: Request, types: &[String], tuples: bool, names: bool) -> Result<Request, Failure> {
    if names {
        return own("name cannot be provided when a selector is specified");
    }
    if tuples {
        return own("selectors and the all flag cannot be used when passing resource/name arguments");
    }
    if types.is_empty() {
        return own("at least one resource must be specified to use a selector");
    }
    for word in types {
        let kind = resources::find(word).map_err(Failure::Own)?;
        request.mentions(word, kind);
    }
    Ok(request)
}

/// Every type is looked up before any object is.
fn named(mut request: Request, tuples: Vec<(String, String)>) -> Result<Request, Failure> {
    let mut names = Vec::new();
    for (word, name) in tuples {
        let kind = resources::find(&word).map_err(Failure::Own)?;
        request.mentions(&word, kind);
        if request.namespace.is_empty() && kind.namespaced {
            return own("a resource cannot be retrieved by name across all namespaces");
        }
        names.push(ObjectName { kind, namespace: request.namespace_for(kind), name, file: None });
    }
    let single = names.len() == 1;
    request.what = What::Names { names, single, unreadable: Vec::new() };
    Ok(request)
}

/// The objects that files name, without looking at more than their kinds and names.
fn from_files(mut request: Request, folder: Folder<'_>, flags: &Flags) -> Result<Request, Failure> {
    let files = folder.of_flags(flags).map_err(Failure::Own)?;
    let paths = flags.all("filename");
    let single = paths.len() == 1 && files.len() == 1 && files.iter().all(|file| paths.contains(&file.name.as_str()));
    let (mut names, mut unreadable) = (Vec::new(), Vec::new());
    for file in files {
        let scope = Scope { file: &file.name, verb: Verb::Create, namespace: &request.namespace, ..Scope::default() };
        let reading = manifest::read(&file.text, &file.name, Limits::default());
        for sent in reading.documents.iter().flat_map(|document| manifest::read_objects(document, &scope)) {
            let sent =
                sent.map(|sent| (resources::same(&sent.kind), Rc::from(sent.namespace()), sent.name().to_owned()));
            match sent {
                Ok((Some(kind), namespace, name)) => {
                    names.push(ObjectName { kind, namespace, name, file: Some(file.name.clone()) });
                }
                Ok((None, ..)) => {}
                Err(refusal) => unreadable.push(refusal),
            }
        }
        unreadable.extend(reading.refusal);
    }
    for name in &names {
        request.mentions("", name.kind);
    }
    request.what = What::Names { single: single && names.len() + unreadable.len() == 1, names, unreadable };
    Ok(request)
}

impl Request {
    fn mentions(&mut self, word: &str, kind: &'static KindId) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        self.warnings.extend(resources::deprecation(kind).filter(|text| !self.warnings.contains(text)));
        self.warnings.extend(resources::ambiguity(word).filter(|text| !self.warnings.contains(text)));
    }

    fn namespace_for(&self, kind: &KindId) -> Rc<str> {
        if kind.namespaced { Rc::clone(&self.namespace) } else { Rc::from("") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::shell::Files;

    fn asked(line: &str, everything: bool) -> Result<Request, Failure> {
        let argv: Vec<Rc<str>> = line.split_whitespace().map(Rc::from).collect();
        let flags = Flags::parse("delete", &argv).unwrap_or_default();
        let files = Files::default();
        let folder = Folder { files: &files, cwd: "/", stdin: "" };
        request(&Rc::from("default"), folder, Wish { everything, ..Wish::of(&flags, false) })
    }

    fn names(line: &str) -> Vec<String> {
        match asked(line, false).map(|request| request.what) {
            Ok(What::Names { names, .. }) => {
                names.iter().map(|name| format!("{}/{}", name.kind.singular(), name.name)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn words_are_types_and_names() {
        assert_eq!(names("job a b"), ["job.batch/a", "job.batch/b"]);
        assert_eq!(names("job/a po/b"), ["job.batch/a", "pod/b"]);
        assert_eq!(names("job,pod a"), ["job.batch/a", "pod/a"]);
        assert!(matches!(
            asked("jobs,pods -l a=b", false).map(|request| request.what),
            Ok(What::Lists { label: Some(_), field: None })
        ));
    }

    #[test]
    fn refusals_are_the_builders() {
        for (line, everything, want) in [
            ("job", false, "resource(s) were provided, but no name was specified"),
            ("", false, NOTHING),
            ("all a", false, "you must specify only one resource"),
            ("job/a pod", false, MIXED),
            ("job/a/b", false, "arguments in resource/name form may not have more than one slash"),
            ("job/", false, "arguments in resource/name form must have a single resource and name"),
            ("job a -l b=c", false, "name cannot be provided when a selector is specified"),
            ("job -l b=c", true, "setting 'all' parameter but found a non empty selector. "),
            ("job a -A", false, "a resource cannot be retrieved by name across all namespaces"),
            ("jop a", false, "the server doesn't have a resource type \"jop\""),
            (
                "job a -f x",
                false,
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
            ),
        ] {
            assert_eq!(asked(line, everything).err(), Some(Failure::Own(want.to_owned())), "{line}");
        }
    }
}
