//! What a default Kubernetes 1.37 API server serves (`kubectl api-resources`), and which of it a manifest names.
//!
//! Leaves out: beta and alpha versions, which a default server doesn't serve; custom resources.

use std::sync::OnceLock;

/// A kind that the server serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindId {
    /// Its group; empty for the core.
    pub group: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its name.
    pub kind: &'static str,
    /// Its name in addresses.
    pub plural: &'static str,
    /// Its short names, joined by commas.
    pub short: &'static str,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// Whether `all` includes it.
    pub in_all: bool,
    verbs: char,
}

impl KindId {
    /// `group/version`, as a manifest writes it.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `Job.batch`: the kind with its group, as the server's messages write it.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.kind.to_owned() } else { format!("{}.{}", self.kind, self.group) }
    }

    /// `job.batch`, `pod`: the kind in small letters with its group, as kubectl writes it before a name.
    pub fn singular(&self) -> String {
        self.qualified().to_ascii_lowercase()
    }

    /// `jobs.batch`: the resource with its group.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// The verbs, as `api-resources -o wide` shows them.
    pub fn verbs(&self) -> &'static str {
        match self.verbs {
            'c' => "create",
            'g' => "get,list",
            'r' => "create,delete,get,list,patch,update,watch",
            _ => "create,delete,deletecollection,get,list,patch,update,watch",
        }
    }

    /// The categories, as `api-resources -o wide` shows them.
    pub fn categories(&self) -> &'static str {
        match self.group {
            _ if self.in_all => "all",
            "admissionregistration.k8s.io" | "apiextensions.k8s.io" | "apiregistration.k8s.io" => "api-extensions",
            _ => "",
        }
    }

    /// Whether it can be listed.
    pub fn is_listable(&self) -> bool {
        self.verbs != 'c'
    }

    /// Whether the server prefers this version of the group.
    pub fn is_preferred(&self) -> bool {
        self.verbs != 'o'
    }

    /// Whether something in the laboratory acts on it, or reads it; others are only kept and shown.
    pub fn is_simulated(&self) -> bool {
        matches!(
            self.kind,
            "Job"
                | "CronJob"
                | "Deployment"
                | "ReplicaSet"
                | "Pod"
                | "Namespace"
                | "ConfigMap"
                | "Secret"
                | "ResourceQuota"
                | "LimitRange"
        )
    }
}

/// Group and version; then of each kind `plural[(short)]:Kind`, `!` if of the cluster, `*` if in `all`, and a letter for
/// its verbs if they aren't all: `c` only create, `g` get and list, `r` without deletecollection, `o` a version that
/// the server doesn't prefer.
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
autoscaling/v1 horizontalpodautoscalers(hpa):HorizontalPodAutoscaler=o
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

/// How a manifest names a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    /// By its name.
    Exact,
    /// In small letters, which kubectl lets pass and the server refuses.
    Lower,
    /// As a list of it.
    List,
}

/// Every kind that the server serves, by group and name.
pub fn kinds() -> &'static [KindId] {
    static TABLE: OnceLock<Vec<KindId>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vec::new();
        for line in SERVED.lines() {
            let (api_version, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            for text in rest.split_whitespace() {
                let (name, kind) = text.split_once(':').unwrap_or((text, ""));
                let (kind, verbs) = kind.split_once('=').unwrap_or((kind, "a"));
                let (plural, short) = name.split_once('(').unwrap_or((name, ""));
                table.push(KindId {
                    group,
                    version,
                    kind: kind.trim_end_matches(['!', '*']),
                    plural,
                    short: short.trim_end_matches(')'),
                    namespaced: !kind.contains('!'),
                    in_all: kind.contains('*'),
                    verbs: verbs.chars().next().unwrap_or('a'),
                });
            }
        }
        table
    })
}

/// The kinds whose objects are kept: not those that the server only answers.
pub fn served() -> impl Iterator<Item = KindId> {
    kinds().iter().copied().filter(|kind| !matches!(kind.verbs, 'c' | 'g'))
}

/// The kind that a manifest means, as kubectl's discovery finds it.
pub(crate) fn find(api_version: &str, kind: &str) -> Option<(KindId, Match)> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    served().filter(|known| known.group == group && known.version == version).find_map(|known| {
        let how = match kind {
            _ if kind == known.kind => Match::Exact,
            _ if kind == known.kind.to_ascii_lowercase() => Match::Lower,
            _ if kind.strip_suffix("List") == Some(known.kind) => Match::List,
            _ => return None,
        };
        Some((known, how))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_kinds_as_kubectl_does() {
        let found = |api, kind| find(api, kind).map(|(k, how)| (k.resource(), how));
        assert_eq!(found("batch/v1", "Job"), Some(("jobs.batch".to_owned(), Match::Exact)));
        assert_eq!(found("batch/v1", "job"), Some(("jobs.batch".to_owned(), Match::Lower)));
        assert_eq!(found("batch/v1", "JOB"), None);
        assert_eq!(found("v1", "Job"), None);
        assert_eq!(found("v1", "PodList"), Some(("pods".to_owned(), Match::List)));
        assert_eq!(found("/v1", "Pod"), Some(("pods".to_owned(), Match::Exact)));
    }
}
