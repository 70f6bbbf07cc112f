//! What machines share that ask AWS Glue about crawlers. It knows none of them.

/// Errors after which a call about a crawler is made again. Glue has done nothing, or nobody knows
/// (AWS pages: `StartCrawler`, `GetCrawler`, `StopCrawler`; Step Functions names errors of its own
/// client like the last).
pub const BUSY_CRAWLERS: [&str; 3] = [
    "Glue.ThrottlingException",
    "Glue.OperationTimeoutException",
    "Glue.SdkClientException",
];

/// Retries of one look at a crawler.
pub const LOOK_RETRIES: u64 = 3;
