//! Profiles of the AWS configuration files: which there are, and one of them with nothing beside it.

use aws_config::Region;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::AwsFailure;

/// The variable that names a profile where nobody names one on the command line.
pub const VARIABLE: &str = "AWS_PROFILE";

/// Refuses a profile that no configuration file has. The SDK passes over one, and takes the next source of
/// credentials that it finds: somebody else's account.
///
/// # Errors
/// There is no such profile, or the files cannot be read.
pub async fn must_exist(name: &str, variable: Option<&'static str>) -> Result<(), AwsFailure> {
    let files = EnvConfigFiles::default();
    let profiles = aws_config::profile::load(&Fs::real(), &Env::real(), &files, None)
        .await
        .map_err(|error| AwsFailure::BadProfiles(error.to_string()))?;
    if profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
    known.sort_by_cached_key(|profile| (strsim::osa_distance(name, profile), profile.clone()));
    Err(AwsFailure::NoProfile {
        name: name.to_owned(),
        variable,
        known,
    })
}

/// The Region that a profile names, itself or by the profile that it takes its credentials from.
pub async fn region(name: &str) -> Option<Region> {
    ProfileFileRegionProvider::builder()
        .profile_name(name)
        .build()
        .region()
        .await
}

/// The credentials of this profile and of nothing else: neither the environment's keys nor an instance's
/// role, unless the profile itself says `credential_source`. `config` is what the profile's own calls use.
pub fn credentials(name: &str, config: &ProviderConfig) -> ProfileFileCredentialsProvider {
    ProfileFileCredentialsProvider::builder()
        .configure(config)
        .profile_name(name)
        .build()
}
