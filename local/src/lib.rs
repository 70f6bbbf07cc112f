//! Stand-ins for AWS on a laptop.
