//! Models `staging/src/k8s.io/apimachinery/pkg/labels/selector.go@v1.37.2`, `Matches`.

use super::{LabelSelector, Labels};

impl LabelSelector {
    /// Whether the labels satisfy every requirement. An empty selector matches everything.
    pub fn matches(&self, labels: &Labels) -> bool {
        let exact = self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value));
        exact
            && self.match_expressions.iter().all(|requirement| {
                let value = labels.get(&requirement.key);
                let listed = value.is_some_and(|value| requirement.values.contains(value));
                match requirement.operator.as_str() {
                    "In" => listed,
                    "NotIn" => !listed,
                    "Exists" => value.is_some(),
                    "DoesNotExist" => value.is_none(),
                    _ => false,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::LabelSelectorRequirement;
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn selector(operator: &str, values: &[&str]) -> LabelSelector {
        LabelSelector {
            match_expressions: vec![LabelSelectorRequirement {
                key: "app".to_owned(),
                operator: operator.to_owned(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
            ..LabelSelector::default()
        }
    }

    #[test]
    fn each_operator_decides_as_upstream() {
        let (web, none) = (labels(&[("app", "web")]), labels(&[]));
        assert!(selector("In", &["web"]).matches(&web));
        assert!(!selector("In", &["web"]).matches(&none));
        assert!(selector("NotIn", &["db"]).matches(&web));
        assert!(selector("NotIn", &["db"]).matches(&none));
        assert!(selector("Exists", &[]).matches(&web));
        assert!(selector("DoesNotExist", &[]).matches(&none));
    }
}
