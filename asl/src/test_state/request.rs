//! What `TestState` is asked, under the names of its API reference.

/// One request. Every text is JSON, as AWS takes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestRequest {
    /// One state; with a `state_name`, a whole machine.
    pub definition: String,
    /// Which state of the machine, those within a `Map` or `Parallel` included.
    pub state_name: Option<String>,
    /// The state's input; `{}` when absent.
    pub input: Option<String>,
    /// The role that the state would run as; needed by a `Task` without a mock.
    pub role_arn: Option<String>,
    /// How much of the inside is shown.
    pub inspection_level: InspectionLevel,
    /// What takes the place of the call, the iterations or the branches.
    pub mock: Option<Mock>,
    /// The context object, in place of one that is made up.
    pub context: Option<String>,
    /// An object: the variables that the state sees.
    pub variables: Option<String>,
    /// Where in its life the state is.
    pub state_configuration: Option<StateConfiguration>,
}

/// How much of the inside of a state is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InspectionLevel {
    /// `INFO`: nothing of the inside is shown.
    #[default]
    Info,
    /// `DEBUG`: the answer has an [`super::Inspection`].
    Debug,
    /// `TRACE`: as `DEBUG`; HTTP calls, which it would show, are not made here.
    Trace,
}

/// Takes the place of what the state would do. AWS refuses a mock with both or
/// neither of `result` and `error_output`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mock {
    /// The result, as JSON text.
    pub result: Option<String>,
    /// The error that the state is made to run into.
    pub error_output: Option<MockedError>,
    /// How the result is held against the API that the state calls.
    pub field_validation_mode: FieldValidation,
}

impl Mock {
    /// A result, as JSON text.
    #[must_use]
    pub fn result(text: &str) -> Self {
        Self {
            result: Some(text.to_owned()),
            ..Self::default()
        }
    }

    /// An error and its cause.
    #[must_use]
    pub fn error(error: &str, cause: &str) -> Self {
        Self {
            error_output: Some(MockedError {
                error: Some(error.to_owned()),
                cause: Some(cause.to_owned()),
            }),
            ..Self::default()
        }
    }
}

/// An error that a state is made to run into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MockedError {
    /// Its name, such as `Lambda.TooManyRequestsException`.
    pub error: Option<String>,
    /// Text of the error; empty or absent if it has none.
    pub cause: Option<String>,
}

/// How strictly a mocked result is held against the service's API
/// (`fieldValidationMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldValidation {
    /// `STRICT`: required fields are there, and those there have their types.
    #[default]
    Strict,
    /// `PRESENT`: the fields that are there have their types.
    Present,
    /// `NONE`: any result is taken.
    None,
}

/// Where in its life the state is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StateConfiguration {
    /// How many retries the retrier of the mocked error has had.
    pub retrier_retry_count: Option<u64>,
    /// The state within a `Map` or `Parallel` that the mocked error is from.
    pub error_caused_by_state: Option<String>,
    /// How many iterations of a `Map` failed.
    pub map_iteration_failure_count: Option<u64>,
    /// What the `ItemReader` of a distributed `Map` read.
    pub map_item_reader_data: Option<String>,
}
