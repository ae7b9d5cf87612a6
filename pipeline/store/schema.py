"""The tables of state.sqlite and pages.sqlite. A migration is only ever added at the end, never changed.

    source ─▶ url ─▶ article ─▶ decision           run: who did it, when, with which plan
               │        ├─▶ article_history         host, robots: how often and what we may ask
               │        └─▶ signature               setting: what stored values depend on
               ├─▶ rejection                knowledge: what hosts print around their articles
               ├─▶ part                    (part: the other pages of an article)
               └─▶ alias

Moments are UTC text of one width, so they compare as text. A column that ends in _run is an id of `run`.
"""

STATE_MIGRATIONS: tuple[str, ...] = (
    """
CREATE TABLE setting (              -- what the stored values depend on, such as the spec of the signatures
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,            -- crawl, reprocess, dedup
  started_at TEXT NOT NULL,
  ended_at TEXT,                    -- NULL: it runs, or its process died
  exit_code INTEGER,                -- -1: its process died
  plan TEXT NOT NULL,               -- fingerprint of all parameters
  tally TEXT                        -- JSON: where every input went
) STRICT;

CREATE TABLE source (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL,        -- in sources.yaml
  kind TEXT NOT NULL,
  is_active INTEGER NOT NULL,       -- 1: asked by the present or last run
  last_success_at TEXT,             -- when its lists or files could last be read
  failing_since TEXT,               -- NULL: all is well
  last_error TEXT,
  new_articles INTEGER NOT NULL DEFAULT 0  -- kept in the last run
) STRICT;

CREATE TABLE host (                 -- how often we may ask, and how it has answered so far
  name TEXT PRIMARY KEY,
  pace TEXT NOT NULL                -- JSON
) STRICT;

CREATE TABLE robots (
  origin TEXT PRIMARY KEY,          -- "https://news.example"
  asked_at TEXT NOT NULL,
  body BLOB,                        -- the last good copy; NULL: there never was one
  unreachable_since TEXT            -- NULL: the last answer was one
) STRICT;

CREATE TABLE url (                  -- the frontier: each address and file item, and what became of it
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,                -- as it is asked for; of a file's item: its own address, or ''
  item_id TEXT NOT NULL,            -- what makes two addresses one page; the id of the article
  owner TEXT NOT NULL DEFAULT '',   -- of a list: its source, as two sources may read the same list; else ''
  kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'list', 'article', 'file')),
  turn TEXT NOT NULL GENERATED ALWAYS AS
    (CASE kind WHEN 'article' THEN 'page' WHEN 'file' THEN 'file' ELSE 'list' END) STORED,  -- lists are read first
  host TEXT NOT NULL,
  source TEXT NOT NULL,
  position INTEGER NOT NULL,        -- of the source in sources.yaml
  depth INTEGER NOT NULL DEFAULT 0, -- list pages and sitemaps: how many steps from the start
  parent INTEGER,                   -- the list that first showed it
  rank INTEGER NOT NULL DEFAULT 0,  -- place in that list; lower is asked earlier
  state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'done', 'dead')),
  next_at TEXT,                     -- not before; of a done one: when to look again (NULL: never)
  attempts INTEGER NOT NULL DEFAULT 0,   -- leases since the last usable answer
  unchanged INTEGER NOT NULL DEFAULT 0,  -- visits in a row that brought nothing new
  etag TEXT,
  last_modified TEXT,
  content_type TEXT,
  body_hash TEXT,                   -- in pages.sqlite
  fetched_at TEXT,
  outcome TEXT CHECK (outcome IN ('article', 'rejected', 'unchanged', 'failed', 'read')),  -- read: a list
  rule TEXT,                        -- what rejected it, or how it failed
  detail TEXT,
  outcome_run INTEGER,
  begun_run INTEGER,                -- when it was first asked
  first_seen_at TEXT NOT NULL,
  spec TEXT,                        -- of a list: fingerprint of the source's settings when it was read
  UNIQUE (item_id, owner)
) STRICT;
CREATE INDEX url_to_ask ON url (turn, host, rank, id) WHERE state = 'ready';
CREATE INDEX url_leased ON url (id) WHERE state = 'leased';
CREATE INDEX url_again ON url (next_at) WHERE state = 'done' AND next_at IS NOT NULL;
CREATE INDEX url_outcomes ON url (outcome_run, outcome);
CREATE INDEX url_children ON url (parent) WHERE turn = 'list';
CREATE INDEX url_addresses ON url (url);

CREATE TABLE article (
  id TEXT PRIMARY KEY,
  url TEXT,
  source TEXT NOT NULL,
  position INTEGER NOT NULL,        -- of the source in sources.yaml
  title TEXT,
  published_at TEXT,
  characters INTEGER NOT NULL,
  record TEXT NOT NULL,             -- JSON: paragraphs and the edits that lead back to the text as received
  plan TEXT NOT NULL,               -- fingerprint of what made the record
  body_hash TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  is_fresh INTEGER NOT NULL DEFAULT 1,  -- 1: no run has counted this version yet
  arrived_run INTEGER NOT NULL,
  changed_run INTEGER NOT NULL,     -- of this version
  seniority INTEGER,                -- the place it was first decided at: the order of the corpus
  place INTEGER UNIQUE              -- row of `signature` that holds this version; NULL: not decided yet
) STRICT;
CREATE INDEX article_undecided ON article (id) WHERE place IS NULL;
CREATE INDEX article_order ON article (seniority);
CREATE INDEX article_urls ON article (url) WHERE url IS NOT NULL;

CREATE TABLE article_history (      -- versions that a later one replaced
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  record TEXT NOT NULL,
  plan TEXT NOT NULL,
  body_hash TEXT,
  place INTEGER,
  kept TEXT,                        -- what it was a copy of; NULL: it was kept, or never decided
  replaced_run INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE rejection (
  id TEXT PRIMARY KEY,
  url TEXT,
  source TEXT NOT NULL,
  rule TEXT NOT NULL,
  detail TEXT NOT NULL,
  body_hash TEXT,
  rejected_run INTEGER NOT NULL
) STRICT;
CREATE INDEX rejection_rules ON rejection (rule);

CREATE TABLE signature (            -- one row for each decided version, never changed: the index on disk is made of it
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  content_key BLOB NOT NULL,        -- equal for texts that are equal as folded
  is_member INTEGER NOT NULL,       -- 1: counts in the buckets of the index
  signature BLOB NOT NULL
) STRICT;
CREATE INDEX signature_contents ON signature (content_key);

CREATE TABLE decision (
  id TEXT PRIMARY KEY REFERENCES article (id),
  kept TEXT REFERENCES article (id),  -- NULL: the article stays; else the kept one that it is a copy of
  relation TEXT,
  scores TEXT NOT NULL,             -- JSON
  facts TEXT NOT NULL,              -- JSON: numbers and dates that differ
  decided_run INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_copies ON decision (kept) WHERE kept IS NOT NULL;

CREATE TABLE alias (                -- other addresses of a known one
  url TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  reason TEXT NOT NULL,             -- redirect
  seen_run INTEGER NOT NULL
) STRICT;
""",
    """
ALTER TABLE decision ADD COLUMN supersedes INTEGER NOT NULL DEFAULT 0;  -- 1: fuller than the kept one, which came first
""",
    """
CREATE TABLE part (                 -- the other pages of an article that is printed in several
  item_id TEXT NOT NULL,            -- the article
  is_waiting INTEGER NOT NULL,      -- 1: fetched for a visit that has not come to its end
  number INTEGER NOT NULL,          -- 2 is the page behind the first
  url TEXT NOT NULL,
  content_type TEXT,
  body_hash TEXT NOT NULL,          -- in pages.sqlite
  fetched_at TEXT NOT NULL,
  PRIMARY KEY (item_id, is_waiting, number)
) STRICT;

CREATE INDEX article_canonicals ON article (json_extract(record, '$.canonical'))
  WHERE json_extract(record, '$.canonical') IS NOT NULL;  -- what an article gives as its own address

CREATE TABLE knowledge (            -- what hosts print around all their articles, learned from ended runs: one row
  id INTEGER PRIMARY KEY CHECK (id = 1),
  packed BLOB NOT NULL,             -- zlib: JSON
  learned_run INTEGER NOT NULL
) STRICT;
""",
    """
ALTER TABLE source ADD COLUMN requires_topic INTEGER NOT NULL DEFAULT 0;  -- 1: only what its topic keeps is exported
""",
    """
CREATE VIEW articles AS             -- for people, in Datasette or by SQL: what is stored, and whether it is kept or a copy
SELECT article.id, article.source, article.title, article.published_at,
  CASE WHEN decision.id IS NULL THEN 'not decided yet' WHEN decision.kept IS NULL THEN 'kept' ELSE decision.relation END
    AS standing,
  json_extract(record, '$.relevance.verdict') AS verdict,
  CAST(json_extract(record, '$.relevance.score') AS REAL) AS score,  -- CAST: filters compare numbers as such
  article.characters, json_extract(record, '$.script') AS script, article.url,
  (SELECT group_concat(value, char(10)) FROM json_each(record, '$.paragraphs')) AS text
FROM article LEFT JOIN decision USING (id);

CREATE VIEW removals AS             -- what each rule took out, with its reason
SELECT article.id, article.source, article.title, json_extract(edit.value, '$.kind') AS kind,
  json_extract(edit.value, '$.rule') AS rule, json_extract(edit.value, '$.old') AS old,
  json_extract(edit.value, '$.new') AS new, json_extract(edit.value, '$.reason') AS reason,
  CAST(json_extract(edit.value, '$.start') AS INTEGER) AS start
FROM article, json_each(article.record, '$.edits') AS edit
WHERE length(json_extract(edit.value, '$.new')) < length(json_extract(edit.value, '$.old'))
  AND json_extract(edit.value, '$.kind') <> 'layout';

CREATE VIEW duplicates AS           -- each copy beside the article that is kept
SELECT copy.id, copy.title, copy.source, decision.relation, decision.scores, decision.facts AS differing_facts,
  decision.kept AS kept_id, original.title AS kept_title, original.source AS kept_source,
  copy.published_at, original.published_at AS kept_published_at, copy.url, original.url AS kept_url
FROM decision JOIN article AS copy ON copy.id = decision.id JOIN article AS original ON original.id = decision.kept;

CREATE VIEW sources AS              -- how each source does
SELECT source.name, source.kind, source.is_active,
  CAST((SELECT count(*) FROM article WHERE article.source = source.name) AS INTEGER) AS articles,
  CAST((SELECT count(*) FROM article JOIN decision USING (id)
    WHERE article.source = source.name AND decision.kept IS NOT NULL) AS INTEGER) AS copies,
  CAST((SELECT count(*) FROM rejection WHERE rejection.source = source.name) AS INTEGER) AS rejected,
  source.last_success_at, source.failing_since, source.last_error
FROM source ORDER BY source.position;
""",
    """
ALTER TABLE decision ADD COLUMN snippet TEXT NOT NULL DEFAULT '';  -- of the copy, where it first differs from the kept one

DROP VIEW duplicates;
CREATE VIEW duplicates AS           -- each copy beside the article that is kept
SELECT copy.id, copy.title, copy.source, decision.relation, decision.scores, decision.facts AS differing_facts,
  decision.snippet AS differs_at, decision.kept AS kept_id, original.title AS kept_title,
  original.source AS kept_source, copy.published_at, original.published_at AS kept_published_at, copy.url,
  original.url AS kept_url
FROM decision JOIN article AS copy ON copy.id = decision.id JOIN article AS original ON original.id = decision.kept;
""",
    """
ALTER TABLE run ADD COLUMN seconds TEXT;  -- JSON: of the clock, by stage; NULL: not measured, or it did not come so far
""",
)

PAGES_MIGRATIONS: tuple[str, ...] = (
    """
CREATE TABLE page (
  hash TEXT PRIMARY KEY,            -- SHA-256 of the bytes as received, content coding undone
  bytes INTEGER NOT NULL,
  body BLOB NOT NULL                -- zlib
) STRICT;
""",
)
