//! The table of all codes. A code is never used again for something else.
//!
//! | group | about |
//! |---|---|
//! | 00 | sfc itself |
//! | 01 | the file and its YAML |
//! | 02 | what is written in the spec |
//! | 03 | steps and their order |
//! | 04 | SQL scripts and parameters |
//! | 05 | limits, AWS's among them |
//! | 06 | machines and the stack |
//! | 07 | bundle and disk |
//! | 08 | runs, local ones among them |
//! | 09 | AWS: credentials, stacks, deployed runs; editors |
//! | 10 | imports |
//! | 11 | tests |

use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($($name:ident = $text:literal,)+) => {
        /// A stable name for one kind of mistake; its page says what it means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(
                #[doc = concat!("See `docs/errors/", $text, ".md`.")]
                $name,
            )+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// `SFC` and four digits.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The page about it, in Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$name => {
                        include_str!(concat!("../../../docs/errors/", $text, ".md"))
                    })+
                }
            }
        }
    };
}

codes! {
    Internal = "SFC0001",

    SpecUnreadable = "SFC0101",
    SpecNotUtf8 = "SFC0102",
    SpecTooLarge = "SFC0103",
    YamlSyntax = "SFC0104",
    DuplicateKey = "SFC0105",
    YamlTooComplex = "SFC0106",
    SpecNotMapping = "SFC0107",
    SeveralDocuments = "SFC0108",
    YamlFeature = "SFC0109",

    UnknownField = "SFC0201",
    MissingField = "SFC0202",
    WrongType = "SFC0203",
    UnknownChoice = "SFC0204",
    PipelineName = "SFC0205",
    WarehouseConnection = "SFC0206",
    ParameterName = "SFC0207",
    ParameterDefault = "SFC0208",
    ImpossibleExpectation = "SFC0209",
    LocalFolder = "SFC0210",
    EmptyText = "SFC0211",
    StepWork = "SFC0212",
    TriggerKind = "SFC0213",
    NotifyRecipient = "SFC0214",
    NotifyTag = "SFC0215",
    TriggerParameter = "SFC0216",
    TriggerSchedule = "SFC0217",
    WhenApart = "SFC0218",
    RsqlPlace = "SFC0219",
    StepField = "SFC0220",
    MachineArn = "SFC0221",
    StackParameter = "SFC0222",
    InexactName = "SFC0223",
    EveryEvent = "SFC0224",
    PastedText = "SFC0225",
    SecretParameter = "SFC0230",
    SecretPlace = "SFC0231",
    NullPlace = "SFC0232",
    ScheduleGap = "SFC0233",
    ScheduleNever = "SFC0234",
    SourceStatement = "SFC0235",
    SourceTwice = "SFC0236",
    SourceMade = "SFC0237",
    LintRule = "SFC0238",
    DatabaseRole = "SFC0239",

    NoSteps = "SFC0301",
    TooManySteps = "SFC0302",
    StepName = "SFC0303",
    UnknownStep = "SFC0304",
    AfterItself = "SFC0305",
    Cycle = "SFC0306",
    RepeatedAfter = "SFC0307",
    ReadWithoutAfter = "SFC0308",
    UnorderedWrites = "SFC0309",
    UnorderedTable = "SFC0310",
    SessionEnds = "SFC0311",

    ScriptUnreadable = "SFC0401",
    ScriptOutsideFolder = "SFC0402",
    ScriptEmpty = "SFC0403",
    ScriptNotUtf8 = "SFC0404",
    ScriptSyntax = "SFC0405",
    TransactionControl = "SFC0406",
    NotInTransaction = "SFC0407",
    UnknownParameter = "SFC0408",
    UnusedParameter = "SFC0409",
    InsertionSyntax = "SFC0410",
    InsertionPlace = "SFC0411",
    InsertionType = "SFC0412",
    TruncateCommits = "SFC0413",
    ResultNotKept = "SFC0414",
    SqlSyntax = "SFC0420",
    NotRedshift = "SFC0421",
    SqlFunction = "SFC0422",
    SqlArguments = "SFC0423",
    SqlTypeName = "SFC0424",
    SqlTable = "SFC0425",
    SqlColumn = "SFC0426",
    SqlAmbiguous = "SFC0427",
    SqlColumnCount = "SFC0428",
    SqlTypes = "SFC0429",
    SqlEnded = "SFC0430",
    ResultColumn = "SFC0431",
    BucketUnmapped = "SFC0432",
    RsqlCommand = "SFC0433",
    NoResult = "SFC0434",
    PlaceholderText = "SFC0435",
    CheckQuery = "SFC0436",
    ReportTemplate = "SFC0440",
    ReportLogo = "SFC0441",
    CheckTable = "SFC0442",
    CheckColumn = "SFC0443",
    CheckValue = "SFC0444",
    SourceUnknown = "SFC0445",
    CheckRefused = "SFC0446",

    DurationSyntax = "SFC0501",
    LimitTooLow = "SFC0502",
    LimitTooHigh = "SFC0503",
    StepLimitPastRun = "SFC0504",
    TooManyStatements = "SFC0505",
    StatementTooLong = "SFC0506",
    ScriptTooLarge = "SFC0507",
    ExpectBy = "SFC0508",

    LogRetention = "SFC0601",
    StackTag = "SFC0602",
    StackTooLarge = "SFC0603",
    FargateNetwork = "SFC0610",
    FargateSize = "SFC0611",
    StackAccount = "SFC0612",
    RoleGuardrail = "SFC0613",
    LambdaNetwork = "SFC0614",
    KmsKey = "SFC0615",
    DataBucket = "SFC0616",

    BundleFolder = "SFC0701",
    BundleUnwritable = "SFC0702",
    FolderNotEmpty = "SFC0703",
    NoPackage = "SFC0704",
    PackageUnfit = "SFC0705",
    PackageNotBuilt = "SFC0706",

    RunParameter = "SFC0801",
    LocalTrouble = "SFC0802",
    FolderLeadsOut = "SFC0803",
    LocalLink = "SFC0804",
    LocalTracked = "SFC0805",
    OutsideMissing = "SFC0806",
    AccessKey = "SFC0807",
    OutputLost = "SFC0808",
    DiskRefuses = "SFC0810",
    RunDied = "SFC0811",
    SecretGiven = "SFC0812",
    SecretMissing = "SFC0813",
    StatementFailed = "SFC0820",
    NoPipelines = "SFC0821",
    PortTaken = "SFC0822",
    RunNotBegun = "SFC0823",
    ConsoleRefused = "SFC0824",

    NoCredentials = "SFC0901",
    ExpiredCredentials = "SFC0902",
    AccessDenied = "SFC0903",
    NoRegion = "SFC0904",
    Unreachable = "SFC0905",
    AwsRefused = "SFC0906",
    BucketTaken = "SFC0907",
    StackNotOurs = "SFC0908",
    StackBroken = "SFC0909",
    StackBusy = "SFC0910",
    ChangeSetRefused = "SFC0911",
    DeployFailed = "SFC0912",
    WarehouseMissing = "SFC0913",
    NeedsYes = "SFC0914",
    OtherDeployment = "SFC0915",
    NotDeployed = "SFC0916",
    UnknownRun = "SFC0917",
    RunSkipped = "SFC0918",
    DefinitionRefused = "SFC0919",
    RunGoesOn = "SFC0920",
    NothingToResume = "SFC0921",
    NoEnvironment = "SFC0922",
    DestroyFailed = "SFC0923",
    NotSwept = "SFC0924",
    NoResults = "SFC0925",
    NoProfile = "SFC0926",
    OtherAccount = "SFC0927",
    LineageUnknown = "SFC0930",
    LineageTime = "SFC0931",
    LayoutOutside = "SFC0932",
    LayoutFile = "SFC0933",
    LayoutLeft = "SFC0934",
    SchemaEmpty = "SFC0935",
    SchemaUnread = "SFC0936",
    EditorGone = "SFC0937",
    SimulationUnknown = "SFC0938",
    Prices = "SFC0939",
    SelectSyntax = "SFC0940",
    SelectUnknown = "SFC0941",
    SelectState = "SFC0942",
    BackfillRange = "SFC0943",
    PipelineTwice = "SFC0945",
    FilesUnwatched = "SFC0946",
    BackfillTooLong = "SFC0947",
    StackTooOld = "SFC0948",
    CiRepository = "SFC0949",
    CiFileDiffers = "SFC0950",
    CiNotWritten = "SFC0951",
    CiWord = "SFC0952",
    RunStranded = "SFC0953",

    ImportUnreadable = "SFC1001",
    ImportShape = "SFC1002",
    ImportScript = "SFC1003",
    ImportOutside = "SFC1004",
    ImportTooLarge = "SFC1005",

    TestFailed = "SFC1101",
    TestStep = "SFC1102",
    TestTable = "SFC1103",
    TestTypes = "SFC1104",
    TestValue = "SFC1105",
    TestEmpty = "SFC1106",
    TestFile = "SFC1107",
    TestGiven = "SFC1108",
    NoTests = "SFC1109",
    RecordNothing = "SFC1110",
    RecordFails = "SFC1111",
}

impl Code {
    /// The rules: what they find only warns, unless `lint` of the spec says otherwise. Some find
    /// mistakes beside it, which stay errors.
    pub const RULES: &'static [Self] = &[
        Self::ScheduleGap,
        Self::SourceMade,
        Self::RepeatedAfter,
        Self::ReadWithoutAfter,
        Self::UnorderedWrites,
        Self::SessionEnds,
        Self::UnusedParameter,
        Self::TruncateCommits,
        Self::ResultNotKept,
        Self::SqlTable,
        Self::ResultColumn,
        Self::BucketUnmapped,
        Self::PlaceholderText,
        Self::SourceUnknown,
        Self::StepLimitPastRun,
    ];

    /// The title of its page.
    pub fn title(self) -> &'static str {
        let first = self.page().lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, title)| title)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// No code has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such code")]
pub struct NoSuchCode;

impl FromStr for Code {
    type Err = NoSuchCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let same = |code: &&Self| code.as_str().eq_ignore_ascii_case(text);
        Self::ALL.iter().find(same).copied().ok_or(NoSuchCode)
    }
}
