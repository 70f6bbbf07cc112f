//! What AWS asks for each thing that a run uses, in dollars of the United States.
//!
//! `prices.json` is the list of one Region: its date is the day on which it was put together. The
//! prices of Step Functions and of Lambda were held against copies of their pages then. Those of S3
//! and Redshift were not, and AWS may ask others by now. No free tier, no discount.
//! `sfc plan --prices FILE` takes another list of the same form.

use serde::Deserialize;

/// One list of prices.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day on which the list was put together, as `YYYY-MM-DD`.
    pub date: String,
    /// The Region that has them.
    pub region: String,
    /// A state transition of a standard workflow.
    pub state_transition: f64,
    /// A request to the Lambda.
    pub lambda_request: f64,
    /// A second of the Lambda with a GiB of memory.
    pub lambda_gb_second: OfProcessor,
    /// A PUT of an object.
    pub s3_write: f64,
    /// A GET of an object.
    pub s3_read: f64,
    /// A second of a Redshift processing unit of a serverless workgroup; a list without it has no price for
    /// the warehouse.
    #[serde(default)]
    pub rpu_second: f64,
}

/// A price that depends on the Lambda's processor.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfProcessor {
    /// With Intel's or AMD's.
    pub x86_64: f64,
    /// With AWS's own processors (Graviton).
    pub arm64: f64,
}

impl Prices {
    /// The list that comes with this version.
    ///
    /// # Errors
    ///
    /// None: a test reads the list.
    pub fn published() -> Result<Self, String> {
        Self::read(include_str!("prices.json"))
    }

    /// A list from JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, or that a price is below zero.
    pub fn read(text: &str) -> Result<Self, String> {
        let prices: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let all = [
            prices.state_transition,
            prices.lambda_request,
            prices.lambda_gb_second.x86_64,
            prices.lambda_gb_second.arm64,
            prices.s3_write,
            prices.s3_read,
            prices.rpu_second,
        ];
        if all.iter().any(|price| *price < 0.0) {
            return Err("a price is below zero".to_owned());
        }
        Ok(prices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_comes_along_is_read() {
        let prices = Prices::published().unwrap();
        assert_eq!(prices.region, "us-east-1");
        assert!(Prices::read("{}").unwrap_err().contains("date"));
    }
}
