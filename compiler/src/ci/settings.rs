//! What somebody chose when the files were written. The first line of each file says it again, as the command
//! that writes the file, so that no further file has to remember it.

use std::fmt;

use strum::IntoStaticStr;

/// Where the jobs run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum System {
    /// GitHub Actions, with a workflow file.
    Github,
    /// GitLab CI/CD, with a file of jobs.
    Gitlab,
    /// AWS CodeBuild, in a pipeline of CodePipeline.
    Codebuild,
}

impl System {
    /// As the command line says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What somebody chose on the command line, which each file repeats in its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiSettings {
    /// Where the jobs run.
    pub system: System,
    /// The pipeline's folder from the repository's first folder on; empty if it is that.
    pub folder: String,
    /// The spec's name, if it was named.
    pub spec: Option<String>,
    /// Environment of the spec: `prod` for `pipeline.prod.yaml`.
    pub overlay: Option<String>,
    /// `OWNER/NAME`; nothing for CodeBuild, which has no repository in its roles.
    pub repository: Option<String>,
    /// The CI's environment, in which somebody approves a deploy.
    pub environment: String,
    /// The branch that is deployed.
    pub branch: String,
    /// Address of the GitLab instance.
    pub server: String,
    /// ARN of the policy that bounds the CI's roles.
    pub boundary: Option<String>,
    /// Whether the checks run the pipeline on the data of `local.buckets`.
    pub runs: bool,
}

impl CiSettings {
    /// What stands behind a verb: the pipeline and the environment of its spec, with a blank in front.
    #[must_use]
    pub fn target(&self) -> String {
        self.behind(" ")
    }

    /// The same for verbs whose first argument is something else.
    #[must_use]
    pub fn option(&self) -> String {
        self.behind(" -C ")
    }

    fn behind(&self, before: &str) -> String {
        let path = match (self.folder.as_str(), &self.spec) {
            ("", None) => String::new(),
            ("", Some(spec)) => format!("{before}{spec}"),
            (folder, None) => format!("{before}{folder}"),
            (folder, Some(spec)) => format!("{before}{folder}/{spec}"),
        };
        match &self.overlay {
            Some(environment) => format!("{path} --env {environment}"),
            None => path,
        }
    }

    /// Everything that the first line of a file has, to be checked by [`is_plain`].
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let folder = Some(self.folder.as_str()).filter(|folder| !folder.is_empty());
        [
            folder,
            self.spec.as_deref(),
            self.overlay.as_deref(),
            self.repository.as_deref(),
            Some(&self.environment),
            Some(&self.branch),
            Some(&self.server),
            self.boundary.as_deref(),
        ]
        .into_iter()
        .flatten()
    }
}

/// The command that writes the files, in the repository's first folder.
impl fmt::Display for CiSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sfc ci {}{}", self.system.name(), self.target())?;
        if let Some(repository) = &self.repository {
            write!(formatter, " --repository {repository}")?;
        }
        if self.system != System::Codebuild {
            let (environment, branch) = (&self.environment, &self.branch);
            write!(formatter, " --environment {environment} --branch {branch}")?;
        }
        if self.system == System::Gitlab {
            write!(formatter, " --server {}", self.server)?;
        }
        if let Some(boundary) = &self.boundary {
            write!(formatter, " --boundary {boundary}")?;
        }
        if !self.runs {
            formatter.write_str(" --no-run")?;
        }
        Ok(())
    }
}

/// Whether a word can stand in a shell's line and in YAML without quotes, and is no option.
#[must_use]
pub fn is_plain(word: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"._/@:+=,-".contains(&byte);
    let begins = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_';
    word.bytes().all(is_sign)
        && word.bytes().next().is_some_and(begins)
        && !word.ends_with(':')
        && word != ".."
        && !word.starts_with("../")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_need_quotes_are_not_plain() {
        for word in [
            "main",
            "release/1.2",
            "arn:aws:iam::1:policy/b",
            "https://gitlab.example.com:8443",
            ".",
        ] {
            assert!(is_plain(word), "{word}");
        }
        for word in [
            "", "a b", "-x", "$(id)", "a'b", "a\nb", "{{x}}", "ü", "..", "../x", "a:", "*",
        ] {
            assert!(!is_plain(word), "{word:?}");
        }
    }
}
