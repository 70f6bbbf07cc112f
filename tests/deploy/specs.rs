//! Each example deployed into the stand-in for AWS and run there by the real Lambda. What it
//! returns is what a run on this machine returns.

mod jobs;
mod redshift_review;
mod sales_etl;
mod taxi_unload;
