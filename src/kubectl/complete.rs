//! How a line can go on: verbs, resources, flags, the names of living objects, files.
//!
//! Models what `kubectl completion bash` offers (`k8s.io/kubectl/pkg/util/completion@v0.37.2`), and a
//! shell's own completion of commands and files.
//!
//! Leaves out: quotes in the word that is completed.

use super::flags::known_flags;
use super::prompt::Prompt;
use super::scene::Scene;
use super::{resource_words, resources};
use crate::timeline::Timeline;

/// What is offered at most.
const MOST: usize = 200;

const VERBS: &str = "annotate api-resources api-versions apply attach auth autoscale cluster-info config cordon cp \
    create debug delete describe diff drain edit events exec explain expose get label logs patch port-forward \
    replace rollout run scale set taint top uncordon version wait";
const PROGRAMS: &str = "alias cat clear cut date echo exit export grep head history kubectl ls rm sed seq sleep sort \
    tail timeout uniq unalias watch wc";
/// What follows a verb that has verbs of its own.
const SECOND: &[(&str, &str)] = &[
    ("auth", "can-i whoami"),
    ("config", "current-context get-contexts set-context use-context view"),
    ("create", "configmap cronjob deployment job namespace secret"),
    ("rollout", "history pause restart resume status undo"),
    ("set", "env image resources"),
    ("top", "node pod"),
];
/// Values of flags.
const VALUES: &[(&str, &str)] = &[
    ("-o", "custom-columns= json jsonpath= name wide yaml"),
    ("--output", "custom-columns= json jsonpath= name wide yaml"),
    ("--cascade", "background foreground orphan"),
    ("--dry-run", "client none server"),
    ("--for", "condition= create delete jsonpath="),
    ("--restart", "Always Never OnFailure"),
    ("--type", "json merge strategic"),
];
const COMMON_FLAGS: &str = "--all --all-namespaces --cascade= --dry-run= --field-selector= --filename= --force \
    --grace-period= --ignore-not-found --image= --namespace= --no-headers --output= --output-watch-events --overwrite \
    --patch= --replicas= --selector= --show-labels --sort-by= --timeout= --type= --wait --watch --watch-only";

/// Where the word that is completed begins, in bytes, and what it can become.
pub fn complete(timeline: &Timeline, prompt: &mut Prompt, line: &str) -> (usize, Vec<String>) {
    let start = line.rfind([' ', '\t', ';', '|', '&', '(', '`']).map_or(0, |at| at + 1);
    let (before, word) = line.split_at(start);
    let segment = before.rsplit([';', '|', '&', '(', '`']).next().unwrap_or("");
    let words: Vec<&str> = segment.split_whitespace().collect();
    let offered = match words.split_first() {
        None => {
            let mut programs: Vec<String> = PROGRAMS.split_whitespace().map(str::to_owned).collect();
            programs.extend(prompt.aliases().map(str::to_owned));
            programs
        }
        Some((&("kubectl" | "k"), rest)) => kubectl(timeline, prompt, rest, word),
        Some(_) => files(prompt, word),
    };
    let mut fitting: Vec<String> = offered.into_iter().filter(|text| text.starts_with(word)).collect();
    fitting.sort();
    fitting.dedup();
    fitting.truncate(MOST);
    (start, fitting)
}

fn list(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn files(prompt: &mut Prompt, word: &str) -> Vec<String> {
    let folder = word.rfind('/').map_or("", |at| word.get(..=at).unwrap_or(""));
    prompt.names(folder).into_iter().map(|name| format!("{folder}{name}")).collect()
}

fn kubectl(timeline: &Timeline, prompt: &mut Prompt, rest: &[&str], word: &str) -> Vec<String> {
    let plain: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let last = rest.last().copied().unwrap_or("");
    if let Some((_, values)) = VALUES.iter().find(|(flag, _)| *flag == last) {
        return list(values);
    }
    if let Some((flag, _)) = word.split_once('=')
        && let Some((_, values)) = VALUES.iter().find(|(known, _)| *known == flag)
    {
        return list(values).into_iter().map(|value| format!("{flag}={value}")).collect();
    }
    let Some(verb) = plain.first().copied() else { return list(VERBS) };
    let follows = verb == "logs" || verb == "attach" || verb == "exec";
    if matches!(last, "--filename") || last == "-f" && !follows {
        return files(prompt, word);
    }
    if matches!(last, "-n" | "--namespace") {
        return vec![Scene::namespace(timeline).to_string()];
    }
    if matches!(last, "-c" | "--container") {
        return containers(timeline, plain.get(1).copied().unwrap_or(""));
    }
    if word.starts_with('-') {
        let own = known_flags(verb);
        return if own.is_empty() { list(COMMON_FLAGS) } else { own };
    }
    if let Some((_, verbs)) = SECOND.iter().find(|(known, _)| *known == verb) {
        if plain.len() == 1 {
            return list(verbs);
        }
        return if verb == "rollout" {
            resources_and_names(timeline, plain.get(2..).unwrap_or(&[]), word)
        } else {
            Vec::new()
        };
    }
    let arguments = plain.get(1..).unwrap_or(&[]);
    match verb {
        "logs" | "attach" | "exec" | "port-forward" | "cp" | "debug" => {
            if word.contains('/') {
                return resources_and_names(timeline, arguments, word);
            }
            let mut offered = names(timeline, "Pod");
            offered.extend(names(timeline, "Job").into_iter().map(|name| format!("job/{name}")));
            offered
        }
        "cordon" | "uncordon" | "drain" => names(timeline, "Node"),
        _ => resources_and_names(timeline, arguments, word),
    }
}

/// `TYPE`, `TYPE/NAME` or the names after a type.
fn resources_and_names(timeline: &Timeline, arguments: &[&str], word: &str) -> Vec<String> {
    if let Some((kind, _)) = word.split_once('/') {
        let found = resources::find(kind).map(|known| names(timeline, known.kind)).unwrap_or_default();
        return found.into_iter().map(|name| format!("{kind}/{name}")).collect();
    }
    match arguments.first() {
        None => resource_words(),
        Some(kind) if kind.contains('/') => resource_words(),
        Some(kind) => resources::find(kind).map(|known| names(timeline, known.kind)).unwrap_or_default(),
    }
}

fn names(timeline: &Timeline, kind: &str) -> Vec<String> {
    let objects = Scene::objects(timeline).filter(|(_, object)| object.api_kind() == kind);
    objects.map(|(_, object)| object.own_name().into_owned()).collect()
}

fn containers(timeline: &Timeline, word: &str) -> Vec<String> {
    let (_, name) = word.split_once('/').unwrap_or(("", word));
    let mut found = Vec::new();
    for (_, object) in Scene::objects(timeline) {
        let spec = match object {
            crate::api::Object::Pod(pod) if *pod.metadata.name == *name => &pod.spec,
            crate::api::Object::Job(job) if *job.metadata.name == *name => &job.spec.template.spec,
            _ => continue,
        };
        found.extend(spec.containers.iter().chain(&spec.init_containers).map(|container| container.name.clone()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Settings, World};

    #[test]
    fn each_place_offers_what_fits() {
        let mut timeline = Timeline::new(World::new(Settings::default()));
        let mut prompt = Prompt::new(&timeline);
        let manifest = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: pi}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: uno, image: busybox, command: [sleep, '9']}]}}}\n";
        prompt.put("job.yaml", manifest, 0);
        prompt.enter(&mut timeline, "kubectl apply -f job.yaml");
        let mut offers = |line: &str| complete(&timeline, &mut prompt, line);
        assert_eq!(offers("kub"), (0, vec!["kubectl".to_owned()]));
        assert_eq!(offers("kubectl desc"), (8, vec!["describe".to_owned()]));
        assert_eq!(offers("kubectl get cronj").1, ["cronjobs"]);
        assert_eq!(offers("kubectl delete job p").1, ["pi"]);
        assert_eq!(offers("kubectl logs job/").1, ["job/pi"]);
        assert_eq!(offers("kubectl apply -f j").1, ["job.yaml"]);
        assert_eq!(offers("kubectl get pods -o ya").1, ["yaml"]);
        assert_eq!(offers("kubectl logs job/pi -c ").1, ["uno"]);
        assert_eq!(offers("echo uno | gre").1, ["grep"]);
        assert_eq!(offers("kubectl logs --fol").1, ["--follow"]);
    }
}
