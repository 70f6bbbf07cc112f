//! The words that the grammar knows, and which of them are reserved.
//!
//! A reserved word is a name only in double quotes; every other word may be one (AWS page: `Reserved
//! words`). Words that only one family of statements uses are not listed here: their parsers compare
//! the text.

macro_rules! keywords {
    ($($name:ident = $text:literal,)+) => {
        /// A word of the grammar, in whatever case it is written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Keyword {
            $(
                #[doc = concat!("`", $text, "`")]
                $name,
            )+
        }

        impl Keyword {
            const ALL: &'static [Self] = &[$(Self::$name,)+];
            const TEXTS: &'static [&'static str] = &[$($text,)+];
        }
    };
}

keywords! {
    Abort = "abort",
    Add = "add",
    Aes128 = "aes128",
    Aes256 = "aes256",
    All = "all",
    Allowoverwrite = "allowoverwrite",
    Alter = "alter",
    Analyse = "analyse",
    Analyze = "analyze",
    And = "and",
    Any = "any",
    Append = "append",
    Approximate = "approximate",
    Array = "array",
    As = "as",
    Asc = "asc",
    At = "at",
    Attach = "attach",
    Authorization = "authorization",
    Az64 = "az64",
    Backup = "backup",
    Begin = "begin",
    Between = "between",
    Bigint = "bigint",
    Binary = "binary",
    Blanksasnull = "blanksasnull",
    Bool = "bool",
    Boolean = "boolean",
    Both = "both",
    By = "by",
    Byte = "byte",
    Bytedict = "bytedict",
    Bzip2 = "bzip2",
    Call = "call",
    Cancel = "cancel",
    Case = "case",
    Cast = "cast",
    Change = "change",
    Char = "char",
    Character = "character",
    Check = "check",
    Close = "close",
    Cluster = "cluster",
    Collate = "collate",
    Column = "column",
    Comment = "comment",
    Commit = "commit",
    Connect = "connect",
    Constraint = "constraint",
    Convert = "convert",
    Copy = "copy",
    Create = "create",
    Credentials = "credentials",
    Cross = "cross",
    Cube = "cube",
    Current = "current",
    CurrentDate = "current_date",
    CurrentTime = "current_time",
    CurrentTimestamp = "current_timestamp",
    CurrentUser = "current_user",
    CurrentUserId = "current_user_id",
    Database = "database",
    Datashare = "datashare",
    Date = "date",
    Datetime = "datetime",
    Day = "day",
    Deallocate = "deallocate",
    Decimal = "decimal",
    Declare = "declare",
    Default = "default",
    Deferrable = "deferrable",
    Deflate = "deflate",
    Defrag = "defrag",
    Delete = "delete",
    Delta = "delta",
    Delta32k = "delta32k",
    Desc = "desc",
    Describe = "describe",
    Detach = "detach",
    Dimension = "dimension",
    Disable = "disable",
    Distinct = "distinct",
    Distkey = "distkey",
    Diststyle = "diststyle",
    Do = "do",
    Double = "double",
    Drop = "drop",
    Duplicates = "duplicates",
    Else = "else",
    Emptyasnull = "emptyasnull",
    Enable = "enable",
    Encode = "encode",
    Encrypt = "encrypt",
    Encryption = "encryption",
    End = "end",
    Escape = "escape",
    Except = "except",
    Exclude = "exclude",
    Execute = "execute",
    Exists = "exists",
    Explain = "explain",
    Explicit = "explicit",
    External = "external",
    Extract = "extract",
    False = "false",
    Fetch = "fetch",
    Filter = "filter",
    First = "first",
    Float = "float",
    Following = "following",
    For = "for",
    Foreign = "foreign",
    Freeze = "freeze",
    From = "from",
    Full = "full",
    Function = "function",
    Globaldict256 = "globaldict256",
    Globaldict64k = "globaldict64k",
    Grant = "grant",
    Group = "group",
    Grouping = "grouping",
    Gzip = "gzip",
    Having = "having",
    Hour = "hour",
    Identity = "identity",
    If = "if",
    Ignore = "ignore",
    Ilike = "ilike",
    In = "in",
    Include = "include",
    Initially = "initially",
    Inner = "inner",
    Insert = "insert",
    Int = "int",
    Integer = "integer",
    Intersect = "intersect",
    Interval = "interval",
    Into = "into",
    Is = "is",
    Isnull = "isnull",
    Join = "join",
    Language = "language",
    Last = "last",
    Lateral = "lateral",
    Leading = "leading",
    Left = "left",
    Like = "like",
    Limit = "limit",
    Localtime = "localtime",
    Localtimestamp = "localtimestamp",
    Lock = "lock",
    Lun = "lun",
    Luns = "luns",
    Lzo = "lzo",
    Lzop = "lzop",
    Matched = "matched",
    Materialized = "materialized",
    Merge = "merge",
    Minus = "minus",
    Minute = "minute",
    Model = "model",
    Month = "month",
    Mostly16 = "mostly16",
    Mostly32 = "mostly32",
    Mostly8 = "mostly8",
    Natural = "natural",
    New = "new",
    No = "no",
    Nocycle = "nocycle",
    Not = "not",
    Notnull = "notnull",
    Null = "null",
    Nulls = "nulls",
    Numeric = "numeric",
    Nvarchar = "nvarchar",
    Off = "off",
    Offline = "offline",
    Offset = "offset",
    Oid = "oid",
    Old = "old",
    On = "on",
    Only = "only",
    Open = "open",
    Or = "or",
    Order = "order",
    Outer = "outer",
    Over = "over",
    Overlaps = "overlaps",
    Parallel = "parallel",
    Partition = "partition",
    Percent = "percent",
    Permissions = "permissions",
    Pivot = "pivot",
    Placing = "placing",
    Position = "position",
    Preceding = "preceding",
    Precision = "precision",
    Prepare = "prepare",
    Primary = "primary",
    Prior = "prior",
    Procedure = "procedure",
    Qualify = "qualify",
    Range = "range",
    Raw = "raw",
    Readratio = "readratio",
    Real = "real",
    Recover = "recover",
    Recursive = "recursive",
    References = "references",
    Refresh = "refresh",
    Reindex = "reindex",
    Rejectlog = "rejectlog",
    Remove = "remove",
    Rename = "rename",
    Replace = "replace",
    Reset = "reset",
    Resort = "resort",
    Respect = "respect",
    Restore = "restore",
    Return = "return",
    Returning = "returning",
    Revoke = "revoke",
    Right = "right",
    Role = "role",
    Rollback = "rollback",
    Rollup = "rollup",
    Row = "row",
    Rows = "rows",
    Savepoint = "savepoint",
    Schema = "schema",
    Second = "second",
    Security = "security",
    Select = "select",
    SessionUser = "session_user",
    Set = "set",
    Sets = "sets",
    Show = "show",
    Siblings = "siblings",
    Similar = "similar",
    Smallint = "smallint",
    Snapshot = "snapshot",
    Some = "some",
    Sortkey = "sortkey",
    Start = "start",
    Substring = "substring",
    Super = "super",
    Sysdate = "sysdate",
    System = "system",
    Table = "table",
    Tables = "tables",
    Tag = "tag",
    Tdes = "tdes",
    Temp = "temp",
    Temporary = "temporary",
    Text = "text",
    Text255 = "text255",
    Text32k = "text32k",
    Then = "then",
    Ties = "ties",
    Time = "time",
    Timestamp = "timestamp",
    Timestamptz = "timestamptz",
    Timetz = "timetz",
    To = "to",
    Top = "top",
    Trailing = "trailing",
    Trim = "trim",
    True = "true",
    Truncate = "truncate",
    Truncatecolumns = "truncatecolumns",
    Unbounded = "unbounded",
    Union = "union",
    Unique = "unique",
    Unknown = "unknown",
    Unload = "unload",
    Unnest = "unnest",
    Unpivot = "unpivot",
    Update = "update",
    Use = "use",
    User = "user",
    Using = "using",
    Vacuum = "vacuum",
    Values = "values",
    Varchar = "varchar",
    Varying = "varying",
    Verbose = "verbose",
    View = "view",
    Wallet = "wallet",
    When = "when",
    Where = "where",
    Window = "window",
    With = "with",
    Within = "within",
    Without = "without",
    Work = "work",
    Year = "year",
    Zone = "zone",
}

/// Letters of the longest word.
const LONGEST: usize = 20;

/// Letters of a word that stand in its number.
const NUMBERED: usize = 16;

/// Slots of the hash table: a power of two, at least four times the number of words.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 11;

/// The first letters of a word as a number, its first letter lowest, whatever their case.
///
/// The bit that makes a letter small is set in each byte. Of the bytes of words, only two that differ
/// in this bit become one: a letter and its capital. So two words of sixteen letters or less that
/// have the same number are the same word.
#[inline]
const fn number(letters: u128, length: usize) -> u128 {
    const SMALL: u128 = u128::from_ne_bytes([0x20; NUMBERED]);
    if length < NUMBERED {
        (letters | SMALL) & ((1 << (8 * length)) - 1)
    } else {
        letters | SMALL
    }
}

/// A slot for the number of a word.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "halves of the number, and a number of few bits"
)]
const fn slot(number: u128) -> usize {
    let mixed = (number as u64) ^ ((number >> 64) as u64).rotate_left(29);
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as usize
}

/// The numbers of all words, in the order of [`Keyword::ALL`].
#[expect(clippy::indexing_slicing, reason = "both are below the lengths")]
static NUMBERS: [u128; Keyword::ALL.len()] = {
    let mut numbers = [0; Keyword::ALL.len()];
    let mut index = 0;
    while index < numbers.len() {
        let word = Keyword::TEXTS[index].as_bytes();
        let mut letters = [0; NUMBERED];
        let mut letter = 0;
        while letter < word.len() && letter < NUMBERED {
            letters[letter] = word[letter];
            letter += 1;
        }
        numbers[index] = number(u128::from_le_bytes(letters), word.len());
        index += 1;
    }
    numbers
};

/// Index of the word and one, or zero where a slot is empty.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "computed by the Rust compiler, which would refuse to build a wrong table"
)]
static TABLE: [u16; SLOTS] = {
    let mut table = [0; SLOTS];
    let mut index = 0;
    while index < Keyword::ALL.len() {
        let mut slot = slot(NUMBERS[index]);
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = index as u16 + 1;
        index += 1;
    }
    table
};

impl Keyword {
    /// The keyword that a word is.
    ///
    /// `of(b"Select")` is `Some(Keyword::Select)`, `of(b"amount")` is `None`.
    pub fn of(word: &[u8]) -> Option<Self> {
        Self::at_start(word, word.len())
            .filter(|keyword| keyword.text().as_bytes().eq_ignore_ascii_case(word))
    }

    /// The keyword that the first bytes of a text are, which are a word.
    ///
    /// `at_start(b"select 1", 6)` is `Some(Keyword::Select)`.
    #[inline]
    pub(crate) fn at_start(text: &[u8], length: usize) -> Option<Self> {
        if length > LONGEST {
            return None;
        }
        let letters = match text.first_chunk::<NUMBERED>() {
            Some(letters) => *letters,
            None => near_end(text),
        };
        let number = number(u128::from_le_bytes(letters), length);
        let mut slot = slot(number);
        loop {
            let found = usize::from(*TABLE.get(slot)?).checked_sub(1)?;
            if *NUMBERS.get(found)? == number
                && (length <= NUMBERED
                    || Self::TEXTS
                        .get(found)?
                        .as_bytes()
                        .eq_ignore_ascii_case(text.get(..length)?))
            {
                return Self::ALL.get(found).copied();
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// Every keyword that the grammar knows, each once.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied()
    }

    /// The word in lower case.
    #[expect(clippy::indexing_slicing, reason = "each keyword has a text")]
    pub fn text(self) -> &'static str {
        Self::TEXTS[self as usize]
    }

    /// Whether a name of this spelling needs double quotes (AWS page: `Reserved words`).
    pub fn is_reserved(self) -> bool {
        matches!(
            self,
            Self::Aes128
                | Self::Aes256
                | Self::All
                | Self::Allowoverwrite
                | Self::Analyse
                | Self::Analyze
                | Self::And
                | Self::Any
                | Self::Array
                | Self::As
                | Self::Asc
                | Self::Authorization
                | Self::Az64
                | Self::Backup
                | Self::Between
                | Self::Binary
                | Self::Blanksasnull
                | Self::Both
                | Self::Bytedict
                | Self::Bzip2
                | Self::Case
                | Self::Cast
                | Self::Check
                | Self::Collate
                | Self::Column
                | Self::Constraint
                | Self::Create
                | Self::Credentials
                | Self::Cross
                | Self::CurrentDate
                | Self::CurrentTime
                | Self::CurrentTimestamp
                | Self::CurrentUser
                | Self::CurrentUserId
                | Self::Default
                | Self::Deferrable
                | Self::Deflate
                | Self::Defrag
                | Self::Delta
                | Self::Delta32k
                | Self::Desc
                | Self::Disable
                | Self::Distinct
                | Self::Do
                | Self::Else
                | Self::Emptyasnull
                | Self::Enable
                | Self::Encode
                | Self::Encrypt
                | Self::Encryption
                | Self::End
                | Self::Except
                | Self::Explicit
                | Self::False
                | Self::For
                | Self::Foreign
                | Self::Freeze
                | Self::From
                | Self::Full
                | Self::Globaldict256
                | Self::Globaldict64k
                | Self::Grant
                | Self::Group
                | Self::Gzip
                | Self::Having
                | Self::Identity
                | Self::Ignore
                | Self::Ilike
                | Self::In
                | Self::Initially
                | Self::Inner
                | Self::Intersect
                | Self::Interval
                | Self::Into
                | Self::Is
                | Self::Isnull
                | Self::Join
                | Self::Leading
                | Self::Left
                | Self::Like
                | Self::Limit
                | Self::Localtime
                | Self::Localtimestamp
                | Self::Lun
                | Self::Luns
                | Self::Lzo
                | Self::Lzop
                | Self::Minus
                | Self::Mostly16
                | Self::Mostly32
                | Self::Mostly8
                | Self::Natural
                | Self::New
                | Self::Not
                | Self::Notnull
                | Self::Null
                | Self::Nulls
                | Self::Off
                | Self::Offline
                | Self::Offset
                | Self::Oid
                | Self::Old
                | Self::On
                | Self::Only
                | Self::Open
                | Self::Or
                | Self::Order
                | Self::Outer
                | Self::Overlaps
                | Self::Parallel
                | Self::Partition
                | Self::Percent
                | Self::Permissions
                | Self::Pivot
                | Self::Placing
                | Self::Primary
                | Self::Raw
                | Self::Readratio
                | Self::Recover
                | Self::References
                | Self::Rejectlog
                | Self::Resort
                | Self::Respect
                | Self::Restore
                | Self::Right
                | Self::Select
                | Self::SessionUser
                | Self::Similar
                | Self::Snapshot
                | Self::Some
                | Self::Sysdate
                | Self::System
                | Self::Table
                | Self::Tag
                | Self::Tdes
                | Self::Text255
                | Self::Text32k
                | Self::Then
                | Self::Timestamp
                | Self::To
                | Self::Top
                | Self::Trailing
                | Self::True
                | Self::Truncatecolumns
                | Self::Union
                | Self::Unique
                | Self::Unnest
                | Self::Unpivot
                | Self::User
                | Self::Using
                | Self::Verbose
                | Self::Wallet
                | Self::When
                | Self::Where
                | Self::With
                | Self::Without
        )
    }
}

/// Less than sixteen bytes, and zeros behind them.
#[cold]
fn near_end(text: &[u8]) -> [u8; NUMBERED] {
    let mut letters = [0; NUMBERED];
    for (letter, byte) in letters.iter_mut().zip(text) {
        *letter = *byte;
    }
    letters
}
