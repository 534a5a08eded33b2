//! Which flags the commands know that print, make objects or look at kubectl itself; the others' are in `flags.rs`.
//!
//! Generated from the help of kubectl 1.37.2.

/// Flags that many commands share, by a capital letter: P prints objects, F names files, M makes objects.
pub(super) const GROUPS: &[(&str, &str)] = &[
    ("P", "allow-missing-template-keys o/output= show-managed-fields template="),
    ("F", "f/filename+ k/kustomize= R/recursive"),
    ("M", "dry-run% field-manager= save-config validate%"),
];

/// As `flags.rs` has them; `%` is a text that may be left out.
pub(super) const COMMANDS: &[(&str, &str)] = &[
    (
        "api-resources",
        "api-group= cached categories+ namespaced no-headers o/output= show-managed-fields sort-by= verbs+",
    ),
    ("api-versions", ""),
    (
        "apply",
        "P F all cascade% dry-run% field-manager= force force-conflicts grace-period# openapi-patch overwrite prune \
         prune-allowlist+ l/selector= server-side subresource= timeout~ validate% wait",
    ),
    ("apply view-last-applied", "F all o/output= l/selector="),
    (
        "annotate",
        "P F all A/all-namespaces dry-run% field-manager= field-selector= list local overwrite resource-version= \
         l/selector=",
    ),
    ("autoscale", "P F cpu= dry-run% field-manager= max# memory= min# name= save-config"),
    ("auth", ""),
    ("auth can-i", "A/all-namespaces list no-headers q/quiet subresource="),
    ("auth whoami", "P"),
    ("cluster-info", ""),
    ("config", ""),
    ("config current-context", ""),
    ("config get-clusters", ""),
    ("config get-contexts", "no-headers o/output="),
    ("config get-users", ""),
    ("config set-context", "cluster= current n/namespace= user="),
    ("config use-context", ""),
    ("config view", "P flatten merge minify raw"),
    ("create", "P F dry-run% edit field-manager= raw= save-config l/selector= validate% windows-line-endings"),
    ("create configmap", "P M append-hash from-env-file+ from-file+ from-literal+"),
    ("create cronjob", "P M image= restart= schedule="),
    ("create deployment", "P M image+ port# r/replicas#"),
    ("create job", "P M from= image="),
    ("create namespace", "P M"),
    ("create priorityclass", "P M description= global-default preemption-policy= value#"),
    ("create quota", "P M hard= scopes="),
    ("create secret", ""),
    ("create secret generic", "P M append-hash from-env-file+ from-file+ from-literal+ type="),
    ("create serviceaccount", "P M"),
    (
        "delete",
        "F all A/all-namespaces cascade% dry-run% field-selector= force grace-period# ignore-not-found i/interactive now \
         o/output= raw= l/selector= timeout~ wait",
    ),
    (
        "diff",
        "F concurrency# field-manager= force-conflicts prune prune-allowlist+ l/selector= server-side show-managed-fields \
         show-secrets",
    ),
    ("edit", "P F field-manager= output-patch save-config subresource= validate% windows-line-endings"),
    (
        "expose",
        "P F cluster-ip= dry-run% external-ip= field-manager= l/labels= load-balancer-ip= name= override-type= overrides= \
         port= protocol= save-config selector= session-affinity= target-port= type=",
    ),
    (
        "label",
        "P F all A/all-namespaces dry-run% field-manager= field-selector= list local overwrite resource-version= \
         l/selector=",
    ),
    ("patch", "P F dry-run% field-manager= local p/patch= patch-file= subresource= type="),
    (
        "replace",
        "P F cascade% dry-run% field-manager= force grace-period# raw= save-config subresource= timeout~ validate% wait",
    ),
    ("scale", "P F all current-replicas# dry-run% replicas# resource-version= l/selector= timeout~"),
    (
        "set env",
        "P F all c/containers= dry-run% e/env+ field-manager= from= keys+ list local overwrite prefix= resolve l/selector=",
    ),
    ("set image", "P F all dry-run% field-manager= local l/selector="),
    ("set resources", "P F all c/containers= dry-run% field-manager= limits= local requests= l/selector="),
    ("set selector", "P F all dry-run% field-manager= local resource-version="),
    ("set serviceaccount", "P F all dry-run% field-manager= local l/selector="),
    ("describe", "F A/all-namespaces chunk-size# l/selector= show-events"),
    ("events", "P A/all-namespaces chunk-size# for= no-headers types+ w/watch"),
    ("explain", "api-version= max-depth# o/output= R/recursive"),
    (
        "get",
        "P F A/all-namespaces chunk-size# field-selector= ignore-not-found L/label-columns+ no-headers \
         output-watch-events raw= l/selector= server-print show-kind show-labels sort-by= subresource= w/watch \
         watch-only",
    ),
    ("options", ""),
    (
        "run",
        "P annotations+ attach cascade% command detach-keys= dry-run% env+ expose field-manager= force grace-period# \
         image= image-pull-policy= k/kustomize= l/labels= leave-stdin-open override-type= overrides= \
         pod-running-timeout~ port= privileged q/quiet R/recursive restart= rm save-config i/stdin timeout~ t/tty wait",
    ),
    ("version", "client o/output="),
];
