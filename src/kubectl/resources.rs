//! What the server offers (`kubectl api-resources`), and which of it a word of the command line means.
//!
//! Models `apimachinery/pkg/api/meta/restmapper.go@v1.37.2`, `client-go/restmapper/shortcut.go`,
//! `cli-runtime/pkg/resource/builder.go`, `mappingFor`. Leaves out: custom resources.

use std::sync::OnceLock;

/// A resource that the server serves in its preferred version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resource {
    /// Its group; empty for the core.
    pub group: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its name in addresses.
    pub plural: &'static str,
    /// Its short names, joined by commas.
    pub short: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// `a` all verbs, `c` only create, `g` get and list, `r` without deletecollection.
    verbs: char,
    /// Whether `all` includes it.
    pub in_all: bool,
}

/// Group and version; then of each resource `plural[(short)]:Kind`, `!` if of the cluster, `*` if in `all`, and a letter
/// for its verbs if they aren't all.
const SERVED: &str = "\
/v1 bindings:Binding=c componentstatuses(cs):ComponentStatus!=g configmaps(cm):ConfigMap endpoints(ep):Endpoints \
events(ev):Event limitranges(limits):LimitRange namespaces(ns):Namespace!=r nodes(no):Node! \
persistentvolumeclaims(pvc):PersistentVolumeClaim persistentvolumes(pv):PersistentVolume! pods(po):Pod* \
podtemplates:PodTemplate replicationcontrollers(rc):ReplicationController* resourcequotas(quota):ResourceQuota \
secrets:Secret serviceaccounts(sa):ServiceAccount services(svc):Service*
admissionregistration.k8s.io/v1 mutatingadmissionpolicies:MutatingAdmissionPolicy! \
mutatingadmissionpolicybindings:MutatingAdmissionPolicyBinding! \
mutatingwebhookconfigurations:MutatingWebhookConfiguration! validatingadmissionpolicies:ValidatingAdmissionPolicy! \
validatingadmissionpolicybindings:ValidatingAdmissionPolicyBinding! \
validatingwebhookconfigurations:ValidatingWebhookConfiguration!
apiextensions.k8s.io/v1 customresourcedefinitions(crd,crds):CustomResourceDefinition!
apiregistration.k8s.io/v1 apiservices:APIService!
apps/v1 controllerrevisions:ControllerRevision daemonsets(ds):DaemonSet* deployments(deploy):Deployment* \
replicasets(rs):ReplicaSet* statefulsets(sts):StatefulSet*
authentication.k8s.io/v1 selfsubjectreviews:SelfSubjectReview!=c tokenreviews:TokenReview!=c
authorization.k8s.io/v1 localsubjectaccessreviews:LocalSubjectAccessReview=c \
selfsubjectaccessreviews:SelfSubjectAccessReview!=c selfsubjectrulesreviews:SelfSubjectRulesReview!=c \
subjectaccessreviews:SubjectAccessReview!=c
autoscaling/v2 horizontalpodautoscalers(hpa):HorizontalPodAutoscaler*
batch/v1 cronjobs(cj):CronJob* jobs:Job*
certificates.k8s.io/v1 certificatesigningrequests(csr):CertificateSigningRequest! clustertrustbundles:ClusterTrustBundle! \
podcertificaterequests:PodCertificateRequest
coordination.k8s.io/v1 leases:Lease
discovery.k8s.io/v1 endpointslices:EndpointSlice
events.k8s.io/v1 events(ev):Event
flowcontrol.apiserver.k8s.io/v1 flowschemas:FlowSchema! prioritylevelconfigurations:PriorityLevelConfiguration!
networking.k8s.io/v1 ingressclasses:IngressClass! ingresses(ing):Ingress ipaddresses(ip):IPAddress! \
networkpolicies(netpol):NetworkPolicy servicecidrs:ServiceCIDR!
node.k8s.io/v1 runtimeclasses:RuntimeClass!
policy/v1 poddisruptionbudgets(pdb):PodDisruptionBudget
rbac.authorization.k8s.io/v1 clusterrolebindings:ClusterRoleBinding! clusterroles:ClusterRole! \
rolebindings:RoleBinding roles:Role
resource.k8s.io/v1 deviceclasses:DeviceClass! devicetaintrules:DeviceTaintRule! resourceclaims:ResourceClaim \
resourceclaimtemplates:ResourceClaimTemplate resourceslices:ResourceSlice!
scheduling.k8s.io/v1 priorityclasses(pc):PriorityClass!
storage.k8s.io/v1 csidrivers:CSIDriver! csinodes:CSINode! csistoragecapacities:CSIStorageCapacity \
storageclasses(sc):StorageClass! volumeattachments:VolumeAttachment! volumeattributesclasses(vac):VolumeAttributesClass!
storagemigration.k8s.io/v1 storageversionmigrations:StorageVersionMigration!";

/// `all`, in the order in which kubectl asks for them.
const ALL: [&str; 9] = [
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
];

impl Resource {
    /// `batch/v1`.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `jobs.batch`: how the server names it in its errors.
    pub(crate) fn qualified(&self) -> String {
        with_group(self.plural, self.group)
    }

    /// `job.batch`: how kubectl prints it before a name.
    pub(crate) fn singular(&self) -> String {
        with_group(&self.kind.to_lowercase(), self.group)
    }

    /// The verbs, as `api-resources -o wide` shows them.
    pub(crate) fn verbs(&self) -> &'static str {
        match self.verbs {
            'c' => "create",
            'g' => "get,list",
            'r' => "create,delete,get,list,patch,update,watch",
            _ => "create,delete,deletecollection,get,list,patch,update,watch",
        }
    }

    /// The categories, as `api-resources -o wide` shows them.
    pub(crate) fn categories(&self) -> &'static str {
        match self.group {
            _ if self.in_all => "all",
            "admissionregistration.k8s.io" | "apiextensions.k8s.io" | "apiregistration.k8s.io" => "api-extensions",
            _ => "",
        }
    }

    /// Whether it can be listed.
    pub(crate) fn is_listable(&self) -> bool {
        self.verbs != 'c'
    }
}

fn with_group(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

/// Every resource, by group and name.
pub(crate) fn resources() -> &'static [Resource] {
    static TABLE: OnceLock<Vec<Resource>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vec::new();
        for line in SERVED.lines() {
            let (api_version, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            for text in rest.split_whitespace() {
                let (name, kind) = text.split_once(':').unwrap_or((text, ""));
                let (kind, verbs) = kind.split_once('=').unwrap_or((kind, "a"));
                let (plural, short) = name.split_once('(').unwrap_or((name, ""));
                table.push(Resource {
                    group,
                    version,
                    plural,
                    short: short.trim_end_matches(')'),
                    kind: kind.trim_end_matches(['!', '*']),
                    namespaced: !kind.contains('!'),
                    verbs: verbs.chars().next().unwrap_or('a'),
                    in_all: kind.contains('*'),
                });
            }
        }
        table
    })
}

/// The resource that keeps objects of that kind.
pub(crate) fn of_kind(kind: &str) -> Option<&'static Resource> {
    resources().iter().find(|resource| resource.kind == kind)
}

/// What a word of the command line means: `jobs`, `cj`, `Job`, `jobs.batch`, `jobs.v1.batch`.
///
/// # Errors
/// kubectl's words after `error: `, if the server has nothing of that name.
pub(crate) fn find(word: &str) -> Result<&'static Resource, String> {
    let (name, rest) = word.split_once('.').unwrap_or((word, ""));
    let mut ways = vec![(name, None, rest)];
    if let Some((version, group)) = rest.split_once('.') {
        ways.insert(0, (name, Some(version), group));
    }
    let lower = name.to_lowercase();
    let names = |resource: &&Resource| {
        resource.plural == lower
            || resource.kind.to_lowercase() == lower
            || resource.short.split(',').any(|short| !short.is_empty() && short == name)
    };
    for (_, version, group) in ways {
        let fits = |resource: &&Resource| names(resource) && version.is_none_or(|version| version == resource.version);
        // A group is meant exactly, or else by its beginning.
        let mut candidates = resources().iter().filter(fits);
        let found = if group.is_empty() && version.is_none() {
            candidates.next()
        } else {
            let exact = candidates.clone().find(|resource| resource.group == group);
            exact.or_else(|| candidates.find(|resource| resource.group.starts_with(group)))
        };
        if let Some(found) = found {
            return Ok(found);
        }
    }
    if rest.is_empty() {
        Err(format!("the server doesn't have a resource type \"{word}\""))
    } else {
        Err(format!("the server doesn't have a resource type \"{name}\" in group \"{rest}\""))
    }
}

/// What kubectl warns of when a short name fits two resources.
pub(crate) fn ambiguity(word: &str) -> Option<String> {
    (word == "ev").then(|| {
        "Warning: short name \"ev\" could also match lower priority resource events.events.k8s.io\n".to_owned()
    })
}

/// The words that `all` stands for.
pub(crate) fn expand(word: &str) -> Vec<String> {
    if word != "all" {
        return vec![word.to_owned()];
    }
    let mut names: Vec<String> =
        ALL.iter().filter_map(|name| find(name).ok()).map(|found| with_group(found.plural, found.group)).collect();
    names.push("jobs.batch".to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_kubectl_finds_them() {
        for (word, want) in [
            ("jobs", "jobs.batch"),
            ("job", "jobs.batch"),
            ("Job", "jobs.batch"),
            ("jobs.batch", "jobs.batch"),
            ("jobs.v1.batch", "jobs.batch"),
            ("cj", "cronjobs.batch"),
            ("po", "pods"),
            ("PODS", "pods"),
            ("ev", "events"),
            ("deploy", "deployments.apps"),
            ("events.events.k8s.io", "events.events.k8s.io"),
        ] {
            assert_eq!(find(word).map(Resource::qualified), Ok(want.to_owned()), "{word}");
        }
        assert_eq!(find("jbo"), Err("the server doesn't have a resource type \"jbo\"".to_owned()));
        assert_eq!(
            find("jobs.lotes"),
            Err("the server doesn't have a resource type \"jobs\" in group \"lotes\"".to_owned())
        );
    }

    #[test]
    fn all_leaves_events_out() {
        let all = expand("all");
        assert_eq!(all.len(), 10);
        assert!(all.contains(&"pods".to_owned()) && all.contains(&"jobs.batch".to_owned()));
        assert!(resources().iter().filter(|resource| resource.in_all).count() == all.len());
    }
}
