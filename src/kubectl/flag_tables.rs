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
    ("create secret", ""),
    ("create secret generic", "P M append-hash from-env-file+ from-file+ from-literal+ type="),
    ("create serviceaccount", "P M"),
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
