//! Which clients are answered: every user of this machine reaches loopback, and must not reach the
//! warehouse with its files by that. Clients sign as they do for AWS, so a secret never travels.

use std::str::FromStr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use super::fault::ApiFault;
use super::signature::{self, AuthorizationHeader};

/// What the word for everybody is on the command line.
const ANY: &str = "any";
/// Letters and digits of an access key id (AWS page: `AccessKey`, pattern and length).
const ID_LENGTH: std::ops::RangeInclusive<usize> = 1..=128;
/// What an access key id of ours begins with.
const PREFIX: &str = "SFCLOCAL";
/// Digits of ids: 32, so that each takes five bits of a random byte.
const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Which clients are answered.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// Everybody who reaches the port.
    Any,
    /// Clients that name this access key id, whatever they sign with.
    Id(String),
    /// Clients whose requests are signed with this access key.
    Key {
        /// Access key id, which requests name.
        id: String,
        /// Secret that the client signs with; no request has it.
        secret: String,
    },
}

/// Why a text is no access key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an access key is `any`, an id of letters, digits and `_`, or `ID:SECRET`")]
pub struct NoAccessKey;

impl FromStr for Access {
    type Err = NoAccessKey;

    fn from_str(text: &str) -> Result<Self, NoAccessKey> {
        if text == ANY {
            return Ok(Self::Any);
        }
        let (id, secret) = match text.split_once(':') {
            Some((id, secret)) => (id, Some(secret)),
            None => (text, None),
        };
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !ID_LENGTH.contains(&id.len()) || !id.chars().all(word) {
            return Err(NoAccessKey);
        }
        match secret {
            None => Ok(Self::Id(id.to_owned())),
            Some(secret) if !secret.is_empty() && secret.chars().all(|c| c.is_ascii_graphic()) => {
                Ok(Self::Key {
                    id: id.to_owned(),
                    secret: secret.to_owned(),
                })
            }
            Some(_) => Err(NoAccessKey),
        }
    }
}

impl Access {
    /// A key that nobody else knows.
    ///
    /// # Errors
    ///
    /// The system gives no random numbers.
    pub fn fresh() -> std::io::Result<Self> {
        let mut random = [0_u8; 48];
        getrandom::fill(&mut random).map_err(|error| std::io::Error::other(error.to_string()))?;
        let digits: String = random
            .iter()
            .map(|byte| char::from(DIGITS.get(usize::from(byte % 32)).copied().unwrap_or(b'A')))
            .collect();
        let (id, secret) = digits.split_at(16);
        Ok(Self::Key {
            id: format!("{PREFIX}{id}"),
            secret: secret.to_owned(),
        })
    }

    /// Access key id and secret that a client is given.
    #[must_use]
    pub fn credentials(&self) -> (&str, &str) {
        match self {
            Self::Any => (ANY, ANY),
            Self::Id(id) => (id, ANY),
            Self::Key { id, secret } => (id, secret),
        }
    }

    /// Refuses a request by what its head says, before its body is read.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<(), ApiFault> {
        let (Self::Id(id) | Self::Key { id, .. }) = self else {
            return Ok(());
        };
        let authorization = authorization(headers)?;
        if bool::from(authorization.id.as_bytes().ct_eq(id.as_bytes())) {
            Ok(())
        } else {
            Err(ApiFault::unrecognized_client())
        }
    }

    /// Refuses a request that is not signed with the secret.
    pub(super) fn verify(&self, head: &Parts, body: &[u8]) -> Result<(), ApiFault> {
        let Self::Key { secret, .. } = self else {
            return Ok(());
        };
        if signature::is_of(&authorization(&head.headers)?, secret, head, body) {
            Ok(())
        } else {
            Err(ApiFault::invalid_signature())
        }
    }
}

fn authorization(headers: &HeaderMap) -> Result<AuthorizationHeader<'_>, ApiFault> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(ApiFault::no_authentication());
    };
    let text = value.to_str().unwrap_or_default();
    AuthorizationHeader::read(text).ok_or_else(ApiFault::incomplete_signature)
}

impl std::fmt::Debug for Access {
    /// A secret is in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Any => "Any",
            Self::Id(_) => "Id(…)",
            Self::Key { .. } => "Key { … }",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_made() {
        assert_eq!("any".parse(), Ok(Access::Any));
        assert_eq!("AKIA_1".parse(), Ok(Access::Id("AKIA_1".to_owned())));
        let key = Access::Key {
            id: "a".to_owned(),
            secret: "b/c+d:e".to_owned(),
        };
        assert_eq!("a:b/c+d:e".parse(), Ok(key));
        for wrong in ["", ":b", "a:", "a b", "a/b", "a:b c", "ä"] {
            assert_eq!(wrong.parse::<Access>(), Err(NoAccessKey), "{wrong}");
        }
        let (one, other) = (Access::fresh().unwrap(), Access::fresh().unwrap());
        assert_ne!(one, other);
        let (id, secret) = one.credentials();
        assert_eq!(format!("{id}:{secret}").parse(), Ok(one.clone()));
        assert!(!format!("{one:?}").contains(secret));
    }
}
