//! What a resource of a stack is: the properties of one type. Each part of the stack has its own.

use std::fmt::Debug;

use serde::Serialize;

/// The properties that sfc sets of a type of resource, as the template has them.
pub trait ResourceProperties: Debug + Serialize + 'static {
    /// The type, such as `AWS::SQS::Queue`.
    const TYPE: &'static str;
}
