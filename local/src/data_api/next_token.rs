//! Tokens of the next page: a place in one list, which no other list takes.

use sha2::{Digest, Sha256};

use super::fault::ApiFault;

/// Makes tokens and reads them back.
#[derive(Debug)]
pub(super) struct NextTokens {
    seed: String,
}

impl NextTokens {
    pub(super) fn new(seed: String) -> Self {
        Self { seed }
    }

    /// The token of a place in the list `list`.
    pub(super) fn issue(&self, list: &str, place: u64) -> String {
        format!("{}{place:x}", self.tag(list, place))
    }

    /// The place that a token of this list means; the start without one.
    pub(super) fn place(&self, list: &str, token: Option<&str>) -> Result<u64, ApiFault> {
        let Some(token) = token else { return Ok(0) };
        token
            .split_at_checked(TAG)
            .and_then(|(tag, place)| {
                let place = u64::from_str_radix(place, 16).ok()?;
                (tag == self.tag(list, place)).then_some(place)
            })
            .ok_or_else(|| ApiFault::validation("NextToken is invalid."))
    }

    fn tag(&self, list: &str, place: u64) -> String {
        let digest = Sha256::digest(format!("{}\n{place}\n{list}", self.seed));
        digest
            .iter()
            .take(TAG / 2)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Characters in front of the place.
const TAG: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_list_alone() {
        let tokens = NextTokens::new("seed".to_owned());
        let token = tokens.issue("a", 17);
        assert_eq!(tokens.place("a", Some(&token)), Ok(17));
        assert_eq!(tokens.place("a", None), Ok(0));
        assert!(tokens.place("b", Some(&token)).is_err());
        for garbage in ["", "1", "garbage", &token[1..], &format!("{token}0"), "ä"] {
            assert!(tokens.place("a", Some(garbage)).is_err(), "{garbage}");
        }
        let other = NextTokens::new("other".to_owned());
        assert!(other.place("a", Some(&token)).is_err());
    }
}
