//! What a process is at when it is killed.

/// What a process is at when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Connecting blocks, each acknowledged.
    Connect,
    /// Connecting blocks of a first sync, many to an acknowledgement.
    Sync,
    /// Moving between two branches.
    Reorganise,
    /// Writing and merging tables, in little memory.
    Grow,
    /// Coming back from a kill, and killed again.
    Recover,
    /// Pruning old bodies.
    Prune,
    /// Writing a snapshot.
    Export,
    /// Reading a snapshot.
    Import,
    /// Making the state again from the blocks.
    Rebuild,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::Connect,
        Self::Sync,
        Self::Reorganise,
        Self::Grow,
        Self::Recover,
        Self::Prune,
        Self::Export,
        Self::Import,
        Self::Rebuild,
    ];

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Sync => "sync",
            Self::Reorganise => "reorganise",
            Self::Grow => "grow",
            Self::Recover => "recover",
            Self::Prune => "prune",
            Self::Export => "export",
            Self::Import => "import",
            Self::Rebuild => "rebuild",
        }
    }

    /// Returns the kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Tells whether such work moves the tip.
    pub(crate) const fn moves(self) -> bool {
        match self {
            Self::Connect | Self::Sync | Self::Reorganise | Self::Grow | Self::Recover => true,
            Self::Prune | Self::Export | Self::Import | Self::Rebuild => false,
        }
    }

    /// Returns the kind of kill number `number`: of each ten two reorganise, and one is of each other kind.
    pub fn of_kill(number: usize) -> Self {
        Self::ALL
            .get(number % 10)
            .copied()
            .unwrap_or(Self::Reorganise)
    }
}
