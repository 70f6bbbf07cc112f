//! The checkout that a pipeline is in: where it begins, and which repository it comes from. Read off git's own
//! files: to run `git` in a folder that somebody else made could run what that folder's configuration names.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes of git's configuration that are read.
const MAX_CONFIGURATION: u64 = 1024 * 1024;

/// A checkout of git that the pipeline's folder lies in.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// Its first folder, without links.
    pub root: PathBuf,
    git: PathBuf,
}

/// The remote repository that a checkout is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Name of the host, in lower case and without a port.
    pub host: String,
    /// Path of the repository at its host: `OWNER/NAME`.
    pub repository: String,
}

impl Checkout {
    /// The checkout that `folder` is in.
    #[must_use]
    pub fn of(folder: &Path) -> Option<Self> {
        let folder = fs::canonicalize(folder).ok()?;
        folder.ancestors().find_map(|root| {
            Some(Self {
                root: root.to_owned(),
                git: git_folder(root)?,
            })
        })
    }

    /// The remote repository `origin`.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        // A further worktree has its configuration where the first one has it.
        let common = fs::read_to_string(self.git.join("commondir"));
        let git = common.map_or_else(|_| self.git.clone(), |path| self.git.join(path.trim()));
        let path = git.join("config");
        let is_small = fs::metadata(&path).is_ok_and(|file| file.len() <= MAX_CONFIGURATION);
        let text = is_small.then(|| fs::read_to_string(path).ok()).flatten()?;
        Origin::at(url_of_origin(&text)?)
    }
}

/// The address of `origin` in git's configuration.
fn url_of_origin(configuration: &str) -> Option<&str> {
    let lines = configuration.lines().map(str::trim);
    let section = lines.skip_while(|line| *line != "[remote \"origin\"]");
    section
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| {
            Some(
                line.strip_prefix("url")?
                    .trim_start()
                    .strip_prefix('=')?
                    .trim(),
            )
        })
}

impl Origin {
    /// What an address names: `https://HOST/OWNER/NAME.git`, `git@HOST:OWNER/NAME.git`.
    fn at(url: &str) -> Option<Self> {
        let (authority, path) = match url.split_once("://") {
            Some(("file", _)) => return None,
            Some((_, rest)) => rest.split_once('/')?,
            None => url.split_once(':')?,
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let is_whole = parts.len() >= 2 && parts.iter().all(|part| !part.is_empty());
        is_whole.then(|| Self {
            host: host(authority),
            repository: path.to_owned(),
        })
    }

    /// Whether it is at the host of this address: `https://HOST:PORT/`, or `HOST`.
    #[must_use]
    pub fn is_at(&self, address: &str) -> bool {
        let behind = address
            .split_once("://")
            .map_or(address, |(_, behind)| behind);
        let authority = behind.split('/').next().unwrap_or(behind);
        host(authority) == self.host
    }
}

/// The host in `USER@HOST:PORT`, in lower case.
fn host(authority: &str) -> String {
    let behind_user = authority.rsplit('@').next().unwrap_or(authority);
    let host = behind_user.split(':').next().unwrap_or(behind_user);
    host.to_ascii_lowercase()
}

/// Where git keeps what it knows of the checkout at `root`, if it is one.
pub(super) fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    let metadata = fs::metadata(&git).ok()?;
    if metadata.is_dir() {
        return Some(git);
    }
    // A further worktree: a file that says where.
    let text = fs::read_to_string(&git)
        .ok()
        .filter(|_| metadata.len() < 10_000)?;
    let place = text.strip_prefix("gitdir:")?.trim();
    Some(root.join(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_repository_are_read_off_each_form_of_an_address() {
        for (url, expected) in [
            (
                "https://github.com/acme/sales.git",
                Some(("github.com", "acme/sales")),
            ),
            (
                "https://me:github.com@Git.Example.com:8443/acme/sales",
                Some(("git.example.com", "acme/sales")),
            ),
            (
                "git@github.com:acme/sales.git",
                Some(("github.com", "acme/sales")),
            ),
            (
                "ssh://git@gitlab.com:22/group/sub/sales.git",
                Some(("gitlab.com", "group/sub/sales")),
            ),
            ("file:///srv/git/sales.git", None),
            ("/srv/git/sales.git", None),
            ("https://github.com/acme", None),
        ] {
            let origin = Origin::at(url);
            let found = origin
                .as_ref()
                .map(|origin| (origin.host.as_str(), origin.repository.as_str()));
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn a_host_is_the_same_with_every_port() {
        let origin = Origin::at("ssh://git@gitlab.example.com:2222/group/sales").unwrap();
        assert!(origin.is_at("https://gitlab.example.com:8443/"));
        assert!(origin.is_at("GitLab.example.com"));
        for other in ["example.com", "https://gitlab.com", "gitlab.example.com.x"] {
            assert!(!origin.is_at(other), "{other}");
        }
    }

    #[test]
    fn origin_is_one_of_several_remotes() {
        let text = "[core]\n\tbare = false\n[remote \"fork\"]\n\turl = a\n[remote \"origin\"]\n\tfetch = x\n\turl = b\n[branch \"main\"]\n\tremote = origin\n";
        assert_eq!(url_of_origin(text), Some("b"));
        assert_eq!(url_of_origin("[remote \"fork\"]\n\turl = a\n"), None);
    }
}
