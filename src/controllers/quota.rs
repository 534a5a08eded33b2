//! What counts towards a `ResourceQuota`, and whether one more object fits.
//!
//! Models `staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go@v1.37.2` (`CheckRequest`),
//! `pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims}.go`,
//! `pkg/quota/v1/generic/evaluator.go` and, of `pkg/controller/resourcequota`, `syncResourceQuota`.
//!
//! Leaves out: quotas by storage class, resource claims, the scope `CrossNamespacePodAffinity`, resizes.

use crate::api::{Amounts, Other, Phase, Pod, PodSpec, Quantity, add_amounts, amounts};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Resources that every container must ask for where a quota counts them.
const REQUIRED: [&str; 6] = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];
/// Object counts that have a shorter name beside `count/…`.
const SHORT: [&str; 4] = ["configmaps", "replicationcontrollers", "resourcequotas", "secrets"];

/// A quota as admission and its controller see it.
#[derive(Debug, Clone)]
pub struct Quota {
    /// Its name.
    pub name: Rc<str>,
    /// What there may be at most.
    pub hard: Amounts,
    /// What there is, as its status last said.
    pub used: Amounts,
    scopes: Vec<Scope>,
    /// Whether its status follows its spec.
    pub is_current: bool,
}

#[derive(Debug, Clone)]
struct Scope {
    name: String,
    operator: String,
    values: Vec<String>,
}

/// Something that a quota may count.
#[derive(Debug, Clone, Copy)]
pub enum Countable<'a> {
    /// A Pod; one that has ended counts as an object alone.
    Pod {
        /// What it asks for.
        spec: &'a PodSpec,
        /// Whether it still uses anything.
        alive: bool,
    },
    /// Anything else: its resource (`jobs.batch`) and its fields.
    Object(&'a str, &'a Value),
}

/// Whether a Pod still uses what it asks for: it hasn't ended, and isn't stuck on its way out. Models `QuotaV1Pod`.
pub fn is_alive(pod: &Pod, now_unix_s: i64) -> bool {
    let metadata = &pod.metadata;
    let stuck = metadata
        .deletion_timestamp
        .zip(metadata.deletion_grace_period_seconds)
        .is_some_and(|(until, grace)| now_unix_s > until.0.saturating_add(grace));
    !matches!(pod.status.phase, Phase::Succeeded | Phase::Failed) && !stuck
}

impl Quota {
    /// Reads a stored object.
    pub fn read(object: &Other) -> Self {
        let body = &*object.body;
        let hard = amounts(body.pointer("/spec/hard"));
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let listed = body.pointer("/spec/scopes").and_then(Value::as_array).into_iter().flatten();
        let plain = listed.filter_map(Value::as_str).map(|name| Scope {
            name: name.to_owned(),
            operator: "Exists".to_owned(),
            values: Vec::new(),
        });
        let chosen = body.pointer("/spec/scopeSelector/matchExpressions").and_then(Value::as_array);
        let chosen = chosen.into_iter().flatten().map(|expression| Scope {
            name: text(expression, "scopeName"),
            operator: text(expression, "operator"),
            values: (expression.get("values").and_then(Value::as_array).into_iter().flatten())
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
        });
        Self {
            name: Rc::clone(&object.metadata.name),
            is_current: body.pointer("/status/used").is_some() && amounts(body.pointer("/status/hard")) == hard,
            hard,
            used: amounts(body.pointer("/status/used")),
            scopes: plain.chain(chosen).collect(),
        }
    }

    /// What is used with one more object, if the quota counts it.
    ///
    /// # Errors
    /// In the server's words, if it doesn't fit or doesn't say what it asks for.
    pub fn charge(&self, item: Countable<'_>) -> Result<Option<Amounts>, String> {
        let counted: Vec<&str> = self.hard.keys().map(String::as_str).filter(|name| item.is_about(name)).collect();
        if counted.is_empty() || !self.matches(item) {
            return Ok(None);
        }
        if let Countable::Pod { spec, .. } = item {
            let missing = missing(spec, &counted);
            if !missing.is_empty() {
                return Err(format!("failed quota: {}: must specify {missing}", self.name));
            }
        }
        let mut asked = item.usage();
        asked.retain(|name, amount| !amount.is_zero() && self.hard.contains_key(name));
        if asked.is_empty() {
            return Ok(None);
        }
        let mut used = self.used.clone();
        add_amounts(&mut used, &asked);
        let exceeds =
            |name: &&String| used.get(*name).zip(self.hard.get(*name)).is_some_and(|(used, hard)| used > hard);
        let exceeded: Vec<&String> = asked.keys().filter(exceeds).collect();
        if exceeded.is_empty() {
            return Ok(Some(used));
        }
        let shown = |amounts: &Amounts| {
            let parts = exceeded.iter().map(|name| {
                let amount = amounts.get(*name).map_or_else(|| "0".to_owned(), ToString::to_string);
                format!("{name}={amount}")
            });
            parts.collect::<Vec<_>>().join(",")
        };
        Err(format!(
            "exceeded quota: {}, requested: {}, used: {}, limited: {}",
            self.name,
            shown(&asked),
            shown(&self.used),
            shown(&self.hard)
        ))
    }

    /// What all these objects use of it together.
    pub fn recount<'a>(&self, items: impl Iterator<Item = Countable<'a>>) -> Amounts {
        let mut used = Amounts::new();
        for item in items.filter(|item| self.matches(*item)) {
            let mut usage = item.usage();
            usage.retain(|name, _| self.hard.contains_key(name));
            add_amounts(&mut used, &usage);
        }
        for name in self.hard.keys().filter(|name| is_known(name)) {
            used.entry(name.clone()).or_insert(Quantity::ZERO);
        }
        used
    }

    /// The status that says so.
    pub fn status(&self, used: &Amounts) -> Value {
        let list = |amounts: &Amounts| -> Value {
            amounts
                .iter()
                .map(|(name, amount)| (name.clone(), Value::from(amount.to_string())))
                .collect::<Map<_, _>>()
                .into()
        };
        serde_json::json!({"hard": list(&self.hard), "used": list(used)})
    }

    /// `pods 2/2, requests.cpu 400m/500m`, for people.
    pub fn told(&self, used: &Amounts) -> String {
        let parts = self.hard.iter().map(|(name, hard)| {
            format!("{name} {}/{hard}", used.get(name).map_or_else(|| "0".to_owned(), ToString::to_string))
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Whether the object is within the quota's scopes, which only Pods can be. Models `podMatchesScopeFunc`.
    fn matches(&self, item: Countable<'_>) -> bool {
        self.scopes.iter().all(|scope| {
            let Countable::Pod { spec, .. } = item else { return false };
            let ends = spec.active_deadline_seconds.is_some_and(|seconds| seconds >= 0);
            match scope.name.as_str() {
                "Terminating" => ends,
                "NotTerminating" => !ends,
                "BestEffort" => is_best_effort(spec),
                "NotBestEffort" => !is_best_effort(spec),
                "PriorityClass" => {
                    let class = spec.rest.get("priorityClassName").and_then(Value::as_str).unwrap_or_default();
                    let listed = scope.values.iter().any(|value| value == class);
                    match scope.operator.as_str() {
                        "In" => !class.is_empty() && listed,
                        "NotIn" => !listed,
                        "DoesNotExist" => class.is_empty(),
                        _ => !class.is_empty(),
                    }
                }
                _ => false,
            }
        })
    }
}

/// Which containers don't say what they ask for: `cpu for: a,b; memory for: a`. Models `Constraints`.
fn missing(spec: &PodSpec, counted: &[&str]) -> String {
    if spec.has_own_amounts() {
        return String::new();
    }
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for container in spec.containers.iter().chain(&spec.init_containers) {
        let said = of_amounts(&container.amounts("requests"), &container.amounts("limits"));
        for name in counted.iter().filter(|name| REQUIRED.contains(*name) && !said.contains_key(**name)) {
            missing.entry(name).or_default().insert(&container.name);
        }
    }
    let parts = missing
        .into_iter()
        .map(|(name, containers)| format!("{name} for: {}", containers.into_iter().collect::<Vec<_>>().join(",")));
    parts.collect::<Vec<_>>().join("; ")
}

fn is_best_effort(spec: &PodSpec) -> bool {
    let asks = |list: &str| {
        let amounts = spec.amounts(list);
        ["cpu", "memory"].iter().any(|name| amounts.get(*name).is_some_and(|amount| !amount.is_zero()))
    };
    !asks("requests") && !asks("limits")
}

/// Requests and limits under the names that quotas have for them. Models `podComputeUsageHelper`.
fn of_amounts(requests: &Amounts, limits: &Amounts) -> Amounts {
    let mut usage = Amounts::new();
    for (name, amount) in requests {
        match name.as_str() {
            "cpu" | "memory" | "ephemeral-storage" => {
                usage.insert(name.clone(), *amount);
                usage.insert(format!("requests.{name}"), *amount);
            }
            huge if huge.starts_with("hugepages-") => {
                usage.insert(name.clone(), *amount);
                usage.insert(format!("requests.{name}"), *amount);
            }
            extended if extended.contains('/') => {
                usage.insert(format!("requests.{name}"), *amount);
            }
            _ => {}
        }
    }
    for name in ["cpu", "memory", "ephemeral-storage"] {
        if let Some(amount) = limits.get(name) {
            usage.insert(format!("limits.{name}"), *amount);
        }
    }
    usage
}

impl Countable<'_> {
    fn usage(self) -> Amounts {
        let count = |count: usize| Quantity::whole(i64::try_from(count).unwrap_or(i64::MAX));
        match self {
            Self::Pod { spec, alive } => {
                let mut usage = Amounts::from([("count/pods".to_owned(), count(1))]);
                if alive {
                    usage.insert("pods".to_owned(), count(1));
                    usage.extend(of_amounts(&spec.amounts("requests"), &spec.amounts("limits")));
                }
                usage
            }
            Self::Object(resource, object) => {
                let mut usage = Amounts::from([(format!("count/{resource}"), count(1))]);
                match resource {
                    "services" => {
                        let kind = object.pointer("/spec/type").and_then(Value::as_str).unwrap_or_default();
                        let ports = object.pointer("/spec/ports").and_then(Value::as_array).map_or(0, Vec::len);
                        let balances = kind == "LoadBalancer";
                        let on_nodes = if balances || kind == "NodePort" { ports } else { 0 };
                        usage.insert("services".to_owned(), count(1));
                        usage.insert("services.nodeports".to_owned(), count(on_nodes));
                        usage.insert("services.loadbalancers".to_owned(), count(usize::from(balances)));
                    }
                    "persistentvolumeclaims" => {
                        usage.insert(resource.to_owned(), count(1));
                        let storage = amounts(object.pointer("/spec/resources/requests")).get("storage").copied();
                        usage.extend(storage.map(|storage| ("requests.storage".to_owned(), storage)));
                    }
                    short if SHORT.contains(&short) => {
                        usage.insert(short.to_owned(), count(1));
                    }
                    _ => {}
                }
                usage
            }
        }
    }

    /// Whether a quota's line of that name is about objects of this kind. Models `MatchingResources`.
    fn is_about(self, name: &str) -> bool {
        match self {
            Self::Pod { .. } => is_of_pods(name),
            Self::Object(resource, _) => {
                let by_its_own_name = match resource {
                    "services" => matches!(name, "services" | "services.nodeports" | "services.loadbalancers"),
                    "persistentvolumeclaims" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
                    short => SHORT.contains(&short) && name == short,
                };
                by_its_own_name || name.strip_prefix("count/") == Some(resource)
            }
        }
    }
}

fn is_of_pods(name: &str) -> bool {
    let plain = |name: &str| matches!(name, "cpu" | "memory" | "ephemeral-storage");
    name == "pods"
        || name == "count/pods"
        || plain(name)
        || name.starts_with("hugepages-")
        || name.strip_prefix("limits.").is_some_and(plain)
        || name.strip_prefix("requests.").is_some_and(|of| {
            plain(of) || of.starts_with("hugepages-") || of.contains('/') && !of.contains("kubernetes.io/")
        })
}

/// Whether somebody counts it at all; what nobody does is never used.
fn is_known(name: &str) -> bool {
    let objects =
        ["services", "services.nodeports", "services.loadbalancers", "persistentvolumeclaims", "requests.storage"];
    is_of_pods(name) || objects.contains(&name) || SHORT.contains(&name) || name.starts_with("count/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ObjectMeta;
    use serde_json::json;

    fn quota(spec: &Value, used: &Value) -> Quota {
        Quota::read(&Other {
            resource_version: 1,
            api_version: "v1".to_owned(),
            kind: "ResourceQuota".to_owned(),
            metadata: Rc::new(ObjectMeta { name: Rc::from("q"), ..ObjectMeta::default() }),
            body: Rc::new(json!({"spec": spec, "status": {"hard": spec["hard"], "used": used}})),
        })
    }

    fn pod(json: Value) -> PodSpec {
        serde_json::from_value(json).expect("a Pod's spec")
    }

    fn asking(cpu: &str) -> PodSpec {
        pod(json!({"containers": [{"name": "c", "resources": {"requests": {"cpu": cpu}}}]}))
    }

    #[test]
    fn one_more_fits_or_is_refused_in_the_servers_words() {
        let quota = quota(
            &json!({"hard": {"requests.cpu": "500m", "pods": "9"}}),
            &json!({"requests.cpu": "400m", "pods": "2"}),
        );
        let fits = quota.charge(Countable::Pod { spec: &asking("100m"), alive: true });
        assert_eq!(
            fits.map(|used| used.map(|used| quota.told(&used))),
            Ok(Some("pods 3/9, requests.cpu 500m/500m".to_owned()))
        );
        let refused = quota.charge(Countable::Pod { spec: &asking("200m"), alive: true });
        assert_eq!(
            refused.err().as_deref(),
            Some(
                "exceeded quota: q, requested: requests.cpu=200m, used: requests.cpu=400m, limited: requests.cpu=500m"
            )
        );
    }

    #[test]
    fn who_says_nothing_is_refused_where_it_is_counted() {
        let quota = quota(&json!({"hard": {"requests.cpu": "1", "limits.memory": "1Gi"}}), &json!({}));
        let spec = pod(json!({"containers": [
            {"name": "otra", "resources": {"requests": {"cpu": "1"}}}, {"name": "tarea"},
        ]}));
        assert_eq!(
            quota.charge(Countable::Pod { spec: &spec, alive: true }).err().as_deref(),
            Some("failed quota: q: must specify limits.memory for: otra,tarea; requests.cpu for: tarea")
        );
    }

    #[test]
    fn scopes_choose_pods_and_nothing_else() {
        let of = |scopes: Value| {
            quota(&json!({"hard": {"pods": "1", "count/jobs.batch": "1"}, "scopes": scopes}), &json!({}))
        };
        let ending = pod(json!({"activeDeadlineSeconds": 5, "containers": []}));
        let counts =
            |quota: &Quota, spec: &PodSpec| matches!(quota.charge(Countable::Pod { spec, alive: true }), Ok(Some(_)));
        assert!(counts(&of(json!(["Terminating"])), &ending));
        assert!(!counts(&of(json!(["NotTerminating"])), &ending));
        assert!(counts(&of(json!(["BestEffort"])), &ending));
        assert!(!counts(&of(json!(["BestEffort"])), &asking("1m")));
        assert!(!counts(&of(json!(["PriorityClass"])), &ending));
        let job = Countable::Object("jobs.batch", &Value::Null);
        assert_eq!(of(json!(["Terminating"])).charge(job), Ok(None));
        assert!(matches!(of(json!([])).charge(job), Ok(Some(_))));
    }

    #[test]
    fn a_pod_that_has_ended_is_still_an_object() {
        let quota = quota(&json!({"hard": {"pods": "5", "count/pods": "5", "secrets": "1"}}), &json!({}));
        let spec = asking("1");
        let items = [Countable::Pod { spec: &spec, alive: true }, Countable::Pod { spec: &spec, alive: false }];
        assert_eq!(quota.told(&quota.recount(items.into_iter())), "count/pods 2/5, pods 1/5, secrets 0/1");
    }
}
