//! Models `pkg/api/v1/pod/util.go@v1.37.2`: `ContainerShouldRestart`,
//! `FindMatchingContainerRestartRule`, `AllContainersCouldRestart`.

use super::{Container, ContainerRestartRule, PodSpec};

const RESTART_ALL: &str = "RestartAllContainers";

impl Container {
    /// The first of its restart rules that is about that exit code.
    pub fn restart_rule(&self, exit_code: i32) -> Option<&ContainerRestartRule> {
        self.restart_policy_rules.iter().find(|rule| {
            rule.exit_codes.as_ref().is_some_and(|codes| {
                let listed = codes.values.contains(&exit_code);
                if codes.operator == "In" { listed } else { !listed }
            })
        })
    }

    /// Whether that exit code restarts all containers of the Pod.
    pub fn restarts_all(&self, exit_code: i32) -> bool {
        self.restart_rule(exit_code).is_some_and(|rule| rule.action == RESTART_ALL)
    }
}

impl PodSpec {
    /// Whether a container of this Pod that ended with that code is started again in it.
    pub fn restarts(&self, container: &Container, exit_code: i32) -> bool {
        if let Some(policy) = &container.restart_policy {
            return container.restart_rule(exit_code).is_some() || by_policy(policy, exit_code);
        }
        by_policy(&self.restart_policy, exit_code)
    }

    /// Whether an exit of one of its containers could restart all of them.
    pub fn could_restart_all(&self) -> bool {
        let all = self.init_containers.iter().chain(&self.containers);
        all.flat_map(|container| &container.restart_policy_rules).any(|rule| rule.action == RESTART_ALL)
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
        assert!(!ruled.restarts_all(42));
    }

    #[test]
    fn the_first_rule_about_a_code_decides_what_restarts() {
        let rule = |action: &str, operator: &str, values: &[i32]| ContainerRestartRule {
            action: action.to_owned(),
            exit_codes: Some(ExitCodeRule { operator: operator.to_owned(), values: values.to_vec() }),
        };
        let container = Container {
            restart_policy: Some("Never".to_owned()),
            restart_policy_rules: vec![rule("Restart", "In", &[3]), rule(RESTART_ALL, "NotIn", &[0])],
            ..Container::default()
        };
        assert!(!container.restarts_all(3));
        assert!(container.restarts_all(4));
        assert!(!container.restarts_all(0));
        let spec = PodSpec { containers: vec![std::rc::Rc::new(container)], ..PodSpec::default() };
        assert!(spec.could_restart_all());
        assert!(!PodSpec::default().could_restart_all());
    }
}
