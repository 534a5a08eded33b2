//! Models `pkg/api/v1/pod/util.go@v1.37.2`, `ContainerShouldRestart`.

use super::{Container, PodSpec};

impl PodSpec {
    /// Whether a container of this Pod that ended with that code is started again in it.
    pub fn restarts(&self, container: &Container, exit_code: i32) -> bool {
        if let Some(policy) = &container.restart_policy {
            let by_rule = container.restart_policy_rules.iter().any(|rule| {
                rule.exit_codes.as_ref().is_some_and(|codes| {
                    let listed = codes.values.contains(&exit_code);
                    if codes.operator == "In" { listed } else { !listed }
                })
            });
            return by_rule || by_policy(policy, exit_code);
        }
        by_policy(&self.restart_policy, exit_code)
    }
}

fn by_policy(policy: &str, exit_code: i32) -> bool {
    match policy {
        "Never" => false,
        "OnFailure" => exit_code != 0,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ContainerRestartRule, ExitCodeRule};

    #[test]
    fn rules_come_before_the_containers_policy_and_that_before_the_pods() {
        let spec = PodSpec { restart_policy: "Never".to_owned(), ..PodSpec::default() };
        let plain = Container::default();
        assert!(!spec.restarts(&plain, 1));
        let own = Container { restart_policy: Some("OnFailure".to_owned()), ..Container::default() };
        assert!(spec.restarts(&own, 1));
        assert!(!spec.restarts(&own, 0));
        let ruled = Container {
            restart_policy: Some("Never".to_owned()),
            restart_policy_rules: vec![ContainerRestartRule {
                action: "Restart".to_owned(),
                exit_codes: Some(ExitCodeRule { operator: "In".to_owned(), values: vec![42] }),
            }],
            ..Container::default()
        };
        assert!(spec.restarts(&ruled, 42));
        assert!(!spec.restarts(&ruled, 1));
    }
}
