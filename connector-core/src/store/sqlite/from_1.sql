-- From version 1, which knew a second delivery by one unique digest, and kept origins comma-separated.

ALTER TABLE inbox ADD COLUMN content BLOB;
UPDATE inbox SET content = dedup WHERE each = 0;

CREATE TABLE delivery (
    id       BLOB PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO delivery (id, position) SELECT dedup, position FROM inbox WHERE each = 1;

DROP INDEX inbox_dedup;
ALTER TABLE inbox DROP COLUMN dedup;
CREATE INDEX inbox_object ON inbox (flow, object, key);

UPDATE inbox SET origins = CASE origins
    WHEN '' THEN '[]'
    ELSE '["' || replace(replace(replace(origins, '\', '\\'), '"', '\"'), ',', '","') || '"]'
END;

CREATE TABLE flow (
    name  TEXT PRIMARY KEY,
    owner TEXT NOT NULL
) STRICT, WITHOUT ROWID;
