-- Questions to the tables of fleet.py; `python ask.py OUT` asks them all.
-- With DuckDB's command-line program, which is installed apart: `duckdb -c "SET VARIABLE out = 'OUT'" -f questions.sql`.
-- The newest run and the one before it are compared by their names.
CREATE OR REPLACE VIEW runs AS SELECT * FROM read_parquet(getvariable('out') || '/runs/*.parquet');
CREATE OR REPLACE VIEW findings AS SELECT * FROM read_parquet(getvariable('out') || '/findings/*/*.parquet');
CREATE OR REPLACE VIEW newest AS SELECT * FROM runs WHERE run = (SELECT max(run) FROM runs);
CREATE OR REPLACE VIEW before AS SELECT * FROM runs
  WHERE run = (SELECT max(run) FROM runs WHERE run < (SELECT max(run) FROM runs));
CREATE OR REPLACE VIEW now AS SELECT f.* FROM findings f JOIN newest USING (repository, commit, version) WHERE f.suppressed IS NULL;
CREATE OR REPLACE VIEW then_ AS SELECT f.* FROM findings f JOIN before USING (repository, commit, version) WHERE f.suppressed IS NULL;

-- name: which images float most
-- The image stands in the words of the finding, which a release may change.
SELECT coalesce(nullif(regexp_extract(message, 'different version of ([^ ]+)$', 1), ''), regexp_extract(message, '^`([^`]+)`', 1)) AS image,
    count(DISTINCT repository) AS repositories
  FROM now WHERE rule = 'unpinned-image' GROUP BY image ORDER BY repositories DESC, image;

-- name: which repositories mount the socket of a container engine
SELECT DISTINCT repository FROM now WHERE rule = 'docker-socket-mount' AND severity <> 'note' ORDER BY repository;

-- name: what got worse since the run before
SELECT repository, rule, path, message, count(*) - coalesce(any_value(old), 0) AS more FROM now
  LEFT JOIN (SELECT repository, rule, path, message, count(*) AS old FROM then_ GROUP BY ALL) USING (repository, rule, path, message)
  GROUP BY repository, rule, path, message HAVING more > 0 ORDER BY repository, rule, path, message;

-- name: what could not be audited
SELECT repository, reason FROM newest WHERE status = 'failed' ORDER BY repository;
