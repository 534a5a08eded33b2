//! The manifests that the course begins with.

use crate::i18n::Language;

/// One of the example manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// One Pod that ends well.
    Simple,
    /// Pods that always fail: the controller retries until `backoffLimit`.
    Retries,
    /// Five Pods at once until ten ended well.
    Parallel,
    /// A container that always fails and is restarted in its Pod.
    CrashLoop,
}

impl Preset {
    /// In the order of the course.
    pub const ALL: [Self; 4] = [Self::Simple, Self::Retries, Self::Parallel, Self::CrashLoop];

    /// For attributes and links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Retries => "retries",
            Self::Parallel => "parallel",
            Self::CrashLoop => "crashloop",
        }
    }

    /// The name, to be read after the word «Job».
    pub const fn name(self, language: Language) -> &'static str {
        let texts = language.texts();
        match self {
            Self::Simple => texts.preset_simple,
            Self::Retries => texts.preset_retries,
            Self::Parallel => texts.preset_parallel,
            Self::CrashLoop => texts.preset_crashloop,
        }
    }

    /// The manifest, with comments in the language.
    pub const fn manifest(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Simple, Language::Es) => SIMPLE_ES,
            (Self::Simple, Language::En) => SIMPLE_EN,
            (Self::Retries, Language::Es) => RETRIES_ES,
            (Self::Retries, Language::En) => RETRIES_EN,
            (Self::Parallel, Language::Es) => PARALLEL_ES,
            (Self::Parallel, Language::En) => PARALLEL_EN,
            (Self::CrashLoop, Language::Es) => CRASHLOOP_ES,
            (Self::CrashLoop, Language::En) => CRASHLOOP_EN,
        }
    }

    /// The example that a text is, untouched.
    pub fn of_manifest(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| Language::ALL.into_iter().any(|language| preset.manifest(language) == text))
    }
}

const SIMPLE_ES: &str = r#"# Una tarea que corre y termina.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-simple
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: tarea
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Empieza la tarea"
          sleep 5
          echo "Tarea terminada"
"#;

const SIMPLE_EN: &str = r#"# A task that runs and ends.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-simple
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: task
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "The task begins"
          sleep 5
          echo "Task done"
"#;

const RETRIES_ES: &str = r#"# Siempre falla: cada intento es
# un Pod nuevo, hasta backoffLimit.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-reintentos
spec:
  backoffLimit: 3   # perdona 3
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: tarea
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Intento en $HOSTNAME"
          sleep 2
          exit 1   # no es 0: error
"#;

const RETRIES_EN: &str = r#"# It always fails: each attempt is
# a new Pod, up to backoffLimit.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-retries
spec:
  backoffLimit: 3   # forgives 3
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: task
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Attempt in $HOSTNAME"
          sleep 2
          exit 1   # not 0: an error
"#;

const PARALLEL_ES: &str = r#"# Diez tareas, cinco a la vez.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-paralelo
spec:
  completions: 10   # éxitos en total
  parallelism: 5    # Pods a la vez
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: tarea
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Trabajo en $HOSTNAME"
          sleep 4
"#;

const PARALLEL_EN: &str = r#"# Ten tasks, five at a time.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-parallel
spec:
  completions: 10   # successes in all
  parallelism: 5    # Pods at once
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: task
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Working in $HOSTNAME"
          sleep 4
"#;

const CRASHLOOP_ES: &str = r#"# Con OnFailure no hay Pods nuevos:
# el kubelet reinicia el contenedor
# y espera cada vez más.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-crashloop
spec:
  backoffLimit: 4   # cuenta reinicios
  template:
    spec:
      restartPolicy: OnFailure
      containers:
      - name: tarea
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Arranca y se rompe"
          sleep 2
          exit 1
"#;

const CRASHLOOP_EN: &str = r#"# With OnFailure no Pod is new: the
# kubelet restarts the container
# and waits longer each time.
apiVersion: batch/v1
kind: Job
metadata:
  name: job-crashloop
spec:
  backoffLimit: 4   # counts restarts
  template:
    spec:
      restartPolicy: OnFailure
      containers:
      - name: task
        image: busybox:1.36
        command:
        - sh
        - -c
        - |
          echo "Starts and breaks"
          sleep 2
          exit 1
"#;

#[cfg(test)]
mod tests {
    use super::Preset;
    use crate::i18n::Language;

    #[test]
    fn an_example_is_recognised_until_it_is_touched() {
        for preset in Preset::ALL {
            for language in Language::ALL {
                let text = preset.manifest(language);
                assert_eq!(Preset::of_manifest(text), Some(preset));
                assert_eq!(Preset::of_manifest(&format!("{text} ")), None);
                // A line must fit beside the stage.
                assert!(text.lines().all(|line| line.chars().count() <= 38), "{text}");
            }
        }
    }
}
