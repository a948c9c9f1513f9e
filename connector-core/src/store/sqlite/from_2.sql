-- From version 2, which forgot at an attempt what the target had before it, and believed the effect table after a death.

ALTER TABLE effect ADD COLUMN had_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE effect ADD COLUMN had_position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE effect ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
UPDATE effect SET had_version = version, had_position = position WHERE state = 1;
-- Absent: how new the target was before is not known.
UPDATE effect SET version = 0, position = 0 WHERE state = 2;

CREATE TABLE unsure (
    id   INTEGER PRIMARY KEY CHECK (id = 0),
    upto INTEGER NOT NULL
) STRICT;
