//! What a default Kubernetes 1.37 API server serves: apiVersion, kind, plural, scope.
//!
//! Leaves out: beta and alpha versions, which a default server doesn't serve; custom resources.

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
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
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

    /// Whether something in the laboratory acts on it, or reads it; others are only kept and shown.
    pub fn is_simulated(&self) -> bool {
        matches!(
            self.kind,
            "Job" | "CronJob" | "Deployment" | "ReplicaSet" | "Pod" | "Namespace" | "ConfigMap" | "Secret"
        )
    }
}

/// Group and version, then the kinds: `Kind:plural`, with `!` if not in a namespace.
const SERVED: &str = "\
/v1 ConfigMap:configmaps Secret:secrets Pod:pods Service:services Namespace:namespaces! Node:nodes! Event:events \
PersistentVolumeClaim:persistentvolumeclaims PersistentVolume:persistentvolumes! ServiceAccount:serviceaccounts \
Endpoints:endpoints LimitRange:limitranges ResourceQuota:resourcequotas PodTemplate:podtemplates \
ReplicationController:replicationcontrollers
batch/v1 Job:jobs CronJob:cronjobs
apps/v1 Deployment:deployments ReplicaSet:replicasets StatefulSet:statefulsets DaemonSet:daemonsets \
ControllerRevision:controllerrevisions
autoscaling/v1 HorizontalPodAutoscaler:horizontalpodautoscalers
autoscaling/v2 HorizontalPodAutoscaler:horizontalpodautoscalers
policy/v1 PodDisruptionBudget:poddisruptionbudgets
networking.k8s.io/v1 Ingress:ingresses IngressClass:ingressclasses! NetworkPolicy:networkpolicies \
IPAddress:ipaddresses! ServiceCIDR:servicecidrs!
rbac.authorization.k8s.io/v1 Role:roles RoleBinding:rolebindings ClusterRole:clusterroles! \
ClusterRoleBinding:clusterrolebindings!
scheduling.k8s.io/v1 PriorityClass:priorityclasses!
storage.k8s.io/v1 StorageClass:storageclasses! VolumeAttachment:volumeattachments! CSIDriver:csidrivers! \
CSINode:csinodes! CSIStorageCapacity:csistoragecapacities VolumeAttributesClass:volumeattributesclasses!
node.k8s.io/v1 RuntimeClass:runtimeclasses!
coordination.k8s.io/v1 Lease:leases
discovery.k8s.io/v1 EndpointSlice:endpointslices
events.k8s.io/v1 Event:events
certificates.k8s.io/v1 CertificateSigningRequest:certificatesigningrequests!
resource.k8s.io/v1 ResourceClaim:resourceclaims ResourceClaimTemplate:resourceclaimtemplates \
DeviceClass:deviceclasses! ResourceSlice:resourceslices!
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration:mutatingwebhookconfigurations! \
ValidatingWebhookConfiguration:validatingwebhookconfigurations! ValidatingAdmissionPolicy:validatingadmissionpolicies! \
ValidatingAdmissionPolicyBinding:validatingadmissionpolicybindings!
apiextensions.k8s.io/v1 CustomResourceDefinition:customresourcedefinitions!
apiregistration.k8s.io/v1 APIService:apiservices!
flowcontrol.apiserver.k8s.io/v1 FlowSchema:flowschemas! PriorityLevelConfiguration:prioritylevelconfigurations!";

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

/// Every kind that the server serves.
pub fn served() -> impl Iterator<Item = KindId> {
    SERVED.lines().flat_map(|line| {
        let (api_version, kinds) = line.split_once(' ').unwrap_or((line, ""));
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        kinds.split_whitespace().filter_map(move |text| {
            let (kind, plural) = text.split_once(':')?;
            let namespaced = !plural.ends_with('!');
            Some(KindId { group, version, kind, plural: plural.trim_end_matches('!'), namespaced })
        })
    })
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
