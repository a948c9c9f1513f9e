-- Version 3. Times are microseconds since 1970; words, not numbers, where an operator reads.

CREATE TABLE inbox (
    position    INTEGER PRIMARY KEY,        -- order of arrival; order within a lane
    message     BLOB    NOT NULL,           -- UUIDv7
    flow        TEXT    NOT NULL,
    lane        TEXT    NOT NULL,
    object      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    operation   TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    format      TEXT    NOT NULL,
    delivery_id TEXT,
    origins     TEXT    NOT NULL,           -- systems passed through, a JSON array
    each        INTEGER NOT NULL,           -- each delivery counts by itself
    received_at INTEGER NOT NULL,
    age_from    INTEGER NOT NULL,           -- arrival, or last replay
    state       INTEGER NOT NULL DEFAULT 0, -- see store::State
    attempts    INTEGER NOT NULL DEFAULT 0,
    crashes     INTEGER NOT NULL DEFAULT 0,
    due         INTEGER NOT NULL DEFAULT 0,
    settled_at  INTEGER,
    content     BLOB                        -- what it says, see contract::Identity; NULL where each delivery counts by itself
) STRICT;
-- The latest message of an object.
CREATE INDEX inbox_object ON inbox (flow, object, key);
CREATE INDEX inbox_open ON inbox (position) WHERE state = 0;

-- Delivery ids that were seen, and the message that each brought or repeated.
CREATE TABLE delivery (
    id       BLOB PRIMARY KEY,              -- see contract::Identity
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Apart from the inbox, so that settling rewrites narrow rows only.
CREATE TABLE body (
    position INTEGER PRIMARY KEY,
    payload  BLOB NOT NULL
) STRICT;

-- The last thing that is known of each object in each target: idempotency, change detection and echo log in one.
CREATE TABLE effect (
    target   TEXT    NOT NULL,
    source   TEXT    NOT NULL,
    object   TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    state    INTEGER NOT NULL,              -- see store::EffectState
    version  INTEGER NOT NULL,
    digest   BLOB    NOT NULL,              -- SHA-256 of the canonical JSON without the revision
    remote   TEXT,
    position INTEGER NOT NULL,              -- the message behind it
    at       INTEGER NOT NULL,
    -- How new the target was when that was last known: while an attempt is open, what was there before it.
    had_version  INTEGER NOT NULL DEFAULT 0,
    had_position INTEGER NOT NULL DEFAULT 0,
    cancelled    INTEGER NOT NULL DEFAULT 0, -- whether what was applied last called the object off
    PRIMARY KEY (target, source, object, key)
) STRICT, WITHOUT ROWID;

-- Whoever died has told nobody what it did; what was applied for messages up to this position may have been changed since.
CREATE TABLE unsure (
    id   INTEGER PRIMARY KEY CHECK (id = 0),
    upto INTEGER NOT NULL
) STRICT;

CREATE TABLE exception (
    position  INTEGER PRIMARY KEY,
    reason    TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    path      TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    owner     TEXT    NOT NULL,
    state     INTEGER NOT NULL DEFAULT 0,   -- see store::ExceptionState
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by TEXT
) STRICT;

-- The flows of the last start, and who answers for their exceptions.
CREATE TABLE flow (
    name  TEXT PRIMARY KEY,
    owner TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
    flow     TEXT PRIMARY KEY,
    cursor   TEXT    NOT NULL,
    moved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is being worked on. A row that is found at start was left behind by a process that died.
CREATE TABLE lease (
    epoch     INTEGER PRIMARY KEY,
    flow      TEXT    NOT NULL,
    taken_at  INTEGER NOT NULL,
    until     INTEGER NOT NULL,             -- on the monotonic clock of the process that took it
    positions BLOB    NOT NULL              -- 8 bytes little-endian each
) STRICT;

CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    flow    TEXT    NOT NULL,
    message BLOB    NOT NULL,
    event   TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL,
    hash    BLOB    NOT NULL                -- SHA-256 over the row before and this one
) STRICT;
