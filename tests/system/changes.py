"""Statements, and what is found of each in the catalog of fixtures/changes.sql.

A row is: the least major version that knows the statement, or the least and the last;
the statement; and every finding of it: "KIND +" for a new object, "KIND -" for one that
went, "KIND PROPERTY" for a changed value.  A row without any changes nothing.  Where no
statement of the server's changes a thing alone, the catalog is written to.
"""

# What is compared and has no row of its own that changes it alone, and why.
PROCEDURE = "a function has it; of a procedure no statement sets it"
WITHOUT = {
    "database +": "there always is one",
    "database -": "there always is one",
    "database collation_version": "only that of a locale which has one, see below",
    "procedure returns": PROCEDURE,
    "procedure window": PROCEDURE,
    "procedure volatility": PROCEDURE,
    "procedure strict": PROCEDURE,
    "procedure leakproof": PROCEDURE,
    "procedure parallel": PROCEDURE,
    "procedure cost": PROCEDURE,
    "procedure rows": PROCEDURE,
    "procedure support": PROCEDURE,
}



def here(statement):
    """With the database that one is in for %I."""
    return "DO $$ BEGIN EXECUTE format('" + statement + "', current_database()); END $$"


CHANGES = [
    # Names of roles are all over the catalog.
    (12, "ALTER ROLE m_reader RENAME TO m_reader2",
         "database_setting +", "database_setting -", "default_privilege privileges",
         "grant privileges", "policy roles",
         "user_mapping +", "user_mapping -"),
    (12, "CREATE SCHEMA s3", "schema +"),
    (12, "ALTER SCHEMA s2 OWNER TO m_owner", "schema owner"),
    (12, "DROP SCHEMA s2", "schema -"),
    (12, "ALTER SCHEMA s2 RENAME TO s9",
         "schema +", "schema -"),
    (12, "DROP EXTENSION hstore", "extension -"),
    (12, "ALTER EXTENSION hstore SET SCHEMA s2", "extension installed_in"),
    (12, "ALTER EXTENSION hstore ADD TABLE s.other2", "table -"),
    (12, "CREATE EXTENSION citext SCHEMA s", "extension +"),
    (12, "CREATE TABLE s.n ()", "table +"),
    (12, "ALTER TABLE s.other2 SET UNLOGGED", "table persistence"),
    (12, "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY", "table row_security"),
    (12, "ALTER TABLE s.t FORCE ROW LEVEL SECURITY", "table force_row_security"),
    (12, "ALTER TABLE s.t REPLICA IDENTITY FULL", "table replica_identity"),
    (12, "ALTER TABLE s.t REPLICA IDENTITY USING INDEX t_pkey", "table replica_identity"),
    (12, "ALTER TABLE s.t CLUSTER ON t_ix", "table clustered_on"),
    (12, "ALTER TABLE s.t SET (fillfactor = 50)", "table options"),
    (12, "ALTER TABLE s.t SET (toast.autovacuum_enabled = off)", "table toast_options"),
    (12, "ALTER TABLE s.t OWNER TO m_owner", "table owner"),
    (12, "ALTER TABLE s.other DISABLE TRIGGER ALL", "table constraint_triggers"),
    (12, "ALTER TABLE s.chi NO INHERIT s.par", "table inherits"),
    (12, "CREATE TABLE s.chi2 () INHERITS (s.par)", "table +"),
    (12, "ALTER TABLE s.pt DETACH PARTITION s.pt1", "table partition_bound"),
    (12, "CREATE TABLE s.pt3 PARTITION OF s.pt FOR VALUES FROM (20) TO (30)", "table +"),
    (12, "DROP TABLE s.other2", "table -"),
    (12, "CREATE TABLE s.pl (a int) PARTITION BY LIST ((a+1))", "table +"),
    (12, "CREATE TABLE s.ot OF s.comp", "table +"),
    (15, "ALTER TABLE s.other SET ACCESS METHOD am", "table access_method"),
    (12, "ALTER TABLE s.other SET SCHEMA s2",
         "constraint referenced_table", "publication tables", "table +", "table -"),
    (12, "ALTER TABLE s.t ADD n int", "column +"),
    (12, "ALTER TABLE s.t DROP arr", "column -"),
    (12, "ALTER TABLE s.t DROP dr", "column -", "constraint -"),
    (12, "ALTER TABLE s.other2 ADD x int DEFAULT 3", "column +"),
    (12, "ALTER TABLE s.t ALTER c TYPE varchar(20)", "column type"),
    (12, "ALTER TABLE s.t ALTER d TYPE numeric(12,2)", "column type"),
    (12, 'ALTER TABLE s.t ALTER c TYPE varchar(10) COLLATE "C"', "column collation"),
    (12, "ALTER TABLE s.t ALTER c TYPE varchar(10) COLLATE s.coll", "column collation"),
    (12, "ALTER TABLE s.t ALTER c SET NOT NULL", "column not_null"),
    (12, "ALTER TABLE s.t ALTER a DROP NOT NULL", "column not_null"),
    (12, "ALTER TABLE s.t ALTER a SET DEFAULT 2", "column default"),
    (12, "ALTER TABLE s.t ALTER a DROP DEFAULT", "column default"),
    (12, "ALTER TABLE s.t ALTER ts SET DEFAULT clock_timestamp()", "column default"),
    (13, "ALTER TABLE s.t ALTER g DROP EXPRESSION", "column generated"),
    (17, "ALTER TABLE s.t ALTER g SET EXPRESSION AS (a * 3)", "column generated"),
    (12, "ALTER TABLE s.t ALTER ident SET GENERATED ALWAYS", "column identity"),
    (12, "ALTER TABLE s.t ALTER ident SET INCREMENT 5", "column identity"),
    (12, "ALTER TABLE s.t ALTER ident DROP IDENTITY", "column identity"),
    (12, "ALTER SEQUENCE s.t_ident_seq RENAME TO zzz", "column identity_sequence"),
    (15, "ALTER SEQUENCE s.t_ident_seq SET UNLOGGED", "column identity"),
    (12, "ALTER TABLE s.other ALTER id ADD GENERATED ALWAYS AS IDENTITY",
         "column identity"),
    (12, "ALTER TABLE s.t ALTER b SET STORAGE EXTERNAL", "column storage"),
    (14, "ALTER TABLE s.t ALTER b SET COMPRESSION pglz", "column compression"),
    (12, "ALTER TABLE s.t ALTER b SET STATISTICS 50", "column statistics_target"),
    (12, "ALTER TABLE s.t ALTER b SET (n_distinct = 5)", "column options"),
    (12, "ALTER FOREIGN TABLE s.ft ALTER id OPTIONS (ADD k 'v')",
         "column foreign_options"),
    (12, "ALTER TABLE s.t RENAME ts TO ts2", "column +", "column -"),
    (12, "ALTER TABLE s.par ADD w int", "column +"),
    (12, "ALTER TABLE s.chi ALTER x SET DEFAULT 5", "column default"),
    (12, "ALTER TABLE s.pt1 ALTER v SET DEFAULT 5", "column default"),
    (12, "ALTER TABLE s.t ALTER m TYPE text", "column type"),
    (18, "ALTER TABLE s.t ADD CONSTRAINT nn NOT NULL c NOT VALID", "column not_null"),
    (12, "ALTER TABLE s.t ADD CONSTRAINT n CHECK (b <> '')", "constraint +"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_ck", "constraint -"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_ck, ADD CONSTRAINT t_ck CHECK (a > 5)",
         "constraint expression"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_ck, ADD CONSTRAINT t_ck CHECK (a > 0) NO "
         "INHERIT",
         "constraint no_inherit"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_ck, ADD CONSTRAINT t_ck CHECK (a > 0) NOT "
         "VALID",
         "constraint validated"),
    (12, "ALTER TABLE s.t RENAME CONSTRAINT t_ck TO t_ck2",
         "constraint +", "constraint -"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_u, ADD CONSTRAINT t_u UNIQUE (c)",
         "constraint columns"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_u, ADD CONSTRAINT t_u UNIQUE (b) INCLUDE "
         "(c)",
         "constraint include"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_u, ADD CONSTRAINT t_u UNIQUE (b) "
         "DEFERRABLE",
         "constraint deferrable"),
    (15, "ALTER TABLE s.t DROP CONSTRAINT t_u, ADD CONSTRAINT t_u UNIQUE NULLS NOT "
         "DISTINCT (b)",
         "constraint nulls_not_distinct"),
    (12, "ALTER INDEX s.t_u SET (fillfactor = 50)", "constraint index_options"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other (id) ON DELETE CASCADE",
         "constraint on_delete"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other (id) ON UPDATE SET NULL",
         "constraint on_update"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other2 (id)",
         "constraint referenced_table"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(a) REFERENCES s.other (id)",
         "constraint columns"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other (id) MATCH FULL",
         "constraint match"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other (id) NOT VALID",
         "constraint validated"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other (id) DEFERRABLE INITIALLY DEFERRED",
         "constraint deferrable"),
    (12, "ALTER TABLE s.t ALTER CONSTRAINT t_o_fk DEFERRABLE", "constraint deferrable"),
    (15, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk FOREIGN KEY "
         "(o) REFERENCES s.other (id) ON DELETE SET NULL (o)",
         "constraint on_delete"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_o_fk, ADD CONSTRAINT t_o_fk CHECK (o > 0)",
         "constraint type"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_ex, ADD CONSTRAINT t_ex EXCLUDE USING "
         "gist (dr WITH =)",
         "constraint exclusion"),
    (12, "ALTER TABLE s.t DROP CONSTRAINT t_ex, ADD CONSTRAINT t_ex EXCLUDE USING "
         "gist (dr WITH &&) DEFERRABLE",
         "constraint deferrable"),
    (12, "ALTER DOMAIN s.dom DROP CONSTRAINT dck", "constraint -"),
    (12, "ALTER DOMAIN s.dom ADD CONSTRAINT d2 CHECK (VALUE <> 'q')", "constraint +"),
    (12, "ALTER DOMAIN s.dom DROP CONSTRAINT dck; ALTER DOMAIN s.dom ADD CONSTRAINT "
         "dck CHECK (VALUE <> 'z')",
         "constraint expression"),
    (12, "ALTER TABLE s.par ADD CONSTRAINT pc CHECK (x > 0)", "constraint +"),
    (12, "ALTER TABLE s.pt ADD CONSTRAINT pc CHECK (v > 0)", "constraint +"),
    (12, "ALTER TABLE s.pt ADD PRIMARY KEY (id)", "constraint +"),
    (12, "ALTER TABLE s.pt ADD CONSTRAINT ptfk FOREIGN KEY (v) REFERENCES s.other",
         "constraint +"),
    (12, "ALTER TABLE s.pt1 ADD CONSTRAINT own CHECK (v > 3)", "constraint +"),
    (18, "ALTER TABLE s.t ALTER CONSTRAINT t_o_fk NOT ENFORCED", "constraint enforced"),
    (18, "ALTER TABLE s.t DROP CONSTRAINT t_ck, ADD CONSTRAINT t_ck CHECK (a > 0) NOT "
         "ENFORCED",
         "constraint enforced"),
    (12, "CREATE INDEX n ON s.t (c)", "index +"),
    (12, "DROP INDEX s.t_ix2", "index -"),
    (12, "DROP INDEX s.t_ix", "index -"),
    (12, "ALTER INDEX s.t_ix2 RENAME TO q", "index +", "index -"),
    (12, "DROP INDEX s.t_ix; CREATE UNIQUE INDEX t_ix ON s.t (a, b); COMMENT ON INDEX "
         "s.t_ix IS 'ix'",
         "index unique"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (b, a); COMMENT ON INDEX s.t_ix "
         "IS 'ix'",
         "index keys"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a DESC, b); COMMENT ON INDEX "
         "s.t_ix IS 'ix'",
         "index keys"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, b NULLS FIRST); COMMENT ON "
         "INDEX s.t_ix IS 'ix'",
         "index keys"),
    (12, 'DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, b COLLATE "C"); COMMENT ON '
         "INDEX s.t_ix IS 'ix'",
         "index keys"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, b text_pattern_ops); "
         "COMMENT ON INDEX s.t_ix IS 'ix'",
         "index keys"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, b bpchar_ops); COMMENT ON "
         "INDEX s.t_ix IS 'ix'",
         "index keys"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, b) INCLUDE (c); COMMENT ON "
         "INDEX s.t_ix IS 'ix'",
         "index include"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, b) WHERE a > 1; COMMENT ON "
         "INDEX s.t_ix IS 'ix'",
         "index predicate"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t USING brin (a, b); COMMENT ON "
         "INDEX s.t_ix IS 'ix'",
         "index method"),
    (12, "DROP INDEX s.t_ix; CREATE INDEX t_ix ON s.t (a, lower(b)); COMMENT ON INDEX "
         "s.t_ix IS 'ix'",
         "index keys"),
    (15, "DROP INDEX s.t_ix; CREATE UNIQUE INDEX t_ix ON s.t (a, b) NULLS NOT "
         "DISTINCT; COMMENT ON INDEX s.t_ix IS 'ix'",
         "index unique"),
    (12, "DROP INDEX s.t_ix2; CREATE INDEX t_ix2 ON s.t (upper(b)) WHERE a > 0",
         "index keys"),
    (12, "DROP INDEX s.t_ix2; CREATE INDEX t_ix2 ON s.t (lower(b)) WHERE a > 1",
         "index predicate"),
    (12, "DROP INDEX s.t_ix2; CREATE INDEX t_ix2 ON s.t (lower(b))", "index predicate"),
    (12, "ALTER INDEX s.t_ix SET (fillfactor = 50)", "index options"),
    (12, "ALTER INDEX s.t_ix2 ALTER COLUMN 1 SET STATISTICS 99", "index statistics"),
    (12, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
         "'s.t_ix'::regclass",
         "index valid"),
    (12, "CREATE INDEX n ON s.pt (r)", "index +"),
    (12, "CREATE INDEX n ON ONLY s.pt (r)", "index +"),
    (12, "CREATE INDEX n ON s.pt1 (r)", "index +"),
    (12, "ALTER INDEX s.t_ix DEPENDS ON EXTENSION hstore", "index depends_on_extensions"),
    (12, "CREATE INDEX n ON s.mv (b)", "index +"),
    (12, "CREATE SEQUENCE s.sq2", "sequence +"),
    (12, "ALTER SEQUENCE s.sq INCREMENT 2", "sequence increment"),
    (12, "ALTER SEQUENCE s.sq AS bigint MAXVALUE 100", "sequence maximum"),
    (12, "ALTER SEQUENCE s.sq MINVALUE -5", "sequence minimum"),
    (12, "ALTER SEQUENCE s.sq START 5", "sequence start"),
    (12, "ALTER SEQUENCE s.sq CACHE 5", "sequence cache"),
    (12, "ALTER SEQUENCE s.sq CYCLE", "sequence cycle"),
    (12, "ALTER SEQUENCE s.sq AS int", "sequence type"),
    (12, "ALTER SEQUENCE s.sq OWNED BY s.t.a", "sequence owned_by"),
    (12, "ALTER SEQUENCE s.sq OWNER TO m_owner", "sequence owner"),
    (15, "ALTER SEQUENCE s.sq SET UNLOGGED", "sequence persistence"),
    (15, "ALTER SEQUENCE s.t_id_seq SET UNLOGGED", "sequence persistence"),
    (12, "SELECT nextval('s.sq')"),
    (12, "CREATE OR REPLACE VIEW s.v AS SELECT id, a FROM s.t WHERE a > 1",
         "view definition"),
    (12, "ALTER VIEW s.v SET (security_barrier = true)", "view options"),
    (12, "ALTER VIEW s.v ALTER a SET DEFAULT 5", "view column_defaults"),
    (12, "ALTER VIEW s.v OWNER TO m_owner", "view owner"),
    (12, "DROP VIEW s.v", "view -"),
    (12, "CREATE VIEW s.v2 AS SELECT 1", "view +"),
    (13, "ALTER VIEW s.v RENAME COLUMN a TO b", "view definition"),
    (12, "ALTER TABLE s.v RENAME COLUMN a TO b", "view definition"),
    (12, "DROP MATERIALIZED VIEW s.mv; CREATE MATERIALIZED VIEW s.mv AS SELECT id, c "
         "AS b FROM s.t; CREATE UNIQUE INDEX mv_ix ON s.mv (id)",
         "materialized_view definition"),
    (12, "REFRESH MATERIALIZED VIEW s.mv WITH NO DATA", "materialized_view populated"),
    (12, "ALTER MATERIALIZED VIEW s.mv SET (fillfactor = 60)",
         "materialized_view options"),
    (12, "ALTER MATERIALIZED VIEW s.mv OWNER TO m_owner", "materialized_view owner"),
    (12, "ALTER MATERIALIZED VIEW s.mv CLUSTER ON mv_ix",
         "materialized_view clustered_on"),
    (12, "ALTER MATERIALIZED VIEW s.mv ALTER b SET STORAGE EXTERNAL",
         "materialized_view column_settings"),
    (12, "ALTER MATERIALIZED VIEW s.mv ALTER b SET STATISTICS 9",
         "materialized_view column_statistics"),
    (12, "ALTER MATERIALIZED VIEW s.mv ALTER b SET (n_distinct = 5)",
         "materialized_view column_settings"),
    (12, "ALTER MATERIALIZED VIEW s.mv DEPENDS ON EXTENSION hstore",
         "materialized_view depends_on_extensions"),
    (12, "REFRESH MATERIALIZED VIEW s.mv"),
    (15, "ALTER MATERIALIZED VIEW s.mv SET ACCESS METHOD am",
         "materialized_view access_method"),
    (12, "ALTER TYPE s.mood ADD VALUE 'z'", "type labels"),
    (12, "ALTER TYPE s.mood ADD VALUE 'z' BEFORE 'ok'", "type labels"),
    (12, "ALTER TYPE s.mood RENAME VALUE 'ok' TO 'okay'", "type labels"),
    (12, "ALTER TYPE s.comp ADD ATTRIBUTE c int", "type attributes"),
    (12, "ALTER TYPE s.comp ALTER ATTRIBUTE b TYPE varchar", "type attributes"),
    (12, "ALTER TYPE s.comp RENAME ATTRIBUTE b TO z", "type attributes"),
    (12, "ALTER TYPE s.comp OWNER TO m_owner", "type owner"),
    (12, "CREATE TYPE s.sh", "type +"),
    (12, "CREATE TYPE s.e2 AS ENUM ()", "type +"),
    (12, "CREATE TYPE s.c2 AS ()", "type +"),
    (12, "CREATE TYPE s.r2 AS RANGE (subtype = int)", "type +"),
    (12, "DROP TYPE s.rng", "type -"),
    (12, "DROP TYPE s.rng; CREATE TYPE s.rng AS RANGE (subtype = float8, subtype_diff "
         "= float8mi)",
         "type subtype_diff"),
    (12, "DROP TYPE s.rng; CREATE TYPE s.rng AS RANGE (subtype = int)", "type subtype"),
    (14, "DROP TYPE s.rng; CREATE TYPE s.rng AS RANGE (subtype = float8, "
         "multirange_type_name = s.mm)",
         "type multirange"),
    (12, "CREATE DOMAIN s.d2 AS int", "domain +"),
    (12, "ALTER DOMAIN s.dom SET NOT NULL", "domain not_null"),
    (12, "ALTER DOMAIN s.dom SET DEFAULT 'y'", "domain default"),
    (12, "ALTER DOMAIN s.dom OWNER TO m_owner", "domain owner"),
    (12, "DROP DOMAIN s.dom; CREATE DOMAIN s.dom AS varchar(9) DEFAULT 'x' CONSTRAINT "
         "dck CHECK (VALUE <> '')",
         "constraint expression", "domain default", "domain type"),
    (12, "DROP DOMAIN s.dom; CREATE DOMAIN s.dom AS text COLLATE \"C\" DEFAULT 'x' "
         "CONSTRAINT dck CHECK (VALUE <> '')",
         "domain collation"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql  AS $$ BEGIN RETURN 2; END $$",
         "function body"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END $$",
         "function volatility"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql STRICT AS $$ BEGIN RETURN 1; END $$",
         "function strict"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN 1; END $$",
         "function security"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql LEAKPROOF AS $$ BEGIN RETURN 1; END $$",
         "function leakproof"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql PARALLEL SAFE AS $$ BEGIN RETURN 1; END $$",
         "function parallel"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql COST 5 AS $$ BEGIN RETURN 1; END $$",
         "function cost"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int "
         "LANGUAGE plpgsql SET search_path = s AS $$ BEGIN RETURN 1; END $$",
         "function config"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'y') RETURNS int "
         "LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
         "function arguments"),
    (12, "DROP FUNCTION s.f(int, text); CREATE FUNCTION s.f(aa int, b text DEFAULT "
         "'x') RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
         "function arguments"),
    (12, "DROP FUNCTION s.f(int, text); CREATE FUNCTION s.f(a int, b text DEFAULT "
         "'x') RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
         "function returns"),
    (12, "ALTER FUNCTION s.f(text) ROWS 5", "function rows"),
    (12, "CREATE FUNCTION s.f(bool) RETURNS int LANGUAGE sql AS 'SELECT 1'",
         "function +"),
    (12, "DROP FUNCTION s.f(text)", "function -"),
    (12, "ALTER FUNCTION s.f(text) OWNER TO m_owner", "function owner"),
    (12, "ALTER FUNCTION s.f(text) DEPENDS ON EXTENSION hstore",
         "function depends_on_extensions"),
    (12, "ALTER FUNCTION s.f(text) SUPPORT generate_series_int4_support",
         "function support"),
    (14, "CREATE OR REPLACE FUNCTION s.f(a text) RETURNS SETOF int LANGUAGE sql BEGIN "
         "ATOMIC SELECT 1; END",
         "function body"),
    (12, "CREATE OR REPLACE FUNCTION s.f(a text) RETURNS SETOF int LANGUAGE plpgsql "
         "AS 'BEGIN END'",
         "function body", "function language"),
    (12, "CREATE OR REPLACE PROCEDURE s.p(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN a "
         ":= 2; END $$",
         "procedure body"),
    (12, "DROP PROCEDURE s.p(int)", "procedure -"),
    (12, "CREATE PROCEDURE s.p2() LANGUAGE sql AS ''", "procedure +"),
    (12, "DROP PROCEDURE s.p(int); CREATE PROCEDURE s.p(INOUT b int) LANGUAGE plpgsql "
         "AS $$ BEGIN b := 1; END $$",
         "procedure arguments", "procedure body"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, "
         "STYPE = int, INITCOND = '0')",
         "aggregate initial_value"),
    (12, "DROP AGGREGATE s.agg(int)", "aggregate -"),
    (12, "ALTER AGGREGATE s.agg(int) OWNER TO m_owner", "aggregate owner"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = int4pl, "
         "STYPE = int)",
         "aggregate state_function"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a ON "
         "s.t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.trg('x')"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr AFTER INSERT OR UPDATE OF a ON "
         "s.t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.trg('x')",
         "trigger timing"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a OR "
         "DELETE ON s.t FOR EACH ROW EXECUTE FUNCTION s.trg('x')",
         "trigger events", "trigger when"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF b ON "
         "s.t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.trg('x')",
         "trigger columns"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a ON "
         "s.t FOR EACH ROW WHEN (NEW.a > 2) EXECUTE FUNCTION s.trg('x')",
         "trigger when"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a ON "
         "s.t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.trg2('x')",
         "trigger function"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a ON "
         "s.t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.trg('y')",
         "trigger arguments"),
    (12, "ALTER TABLE s.t DISABLE TRIGGER tr", "trigger enabled"),
    (12, "ALTER TABLE s.t ENABLE ALWAYS TRIGGER tr", "trigger enabled"),
    (12, "DROP TRIGGER tr ON s.t", "trigger -"),
    (12, "DROP TRIGGER ctr ON s.t; CREATE CONSTRAINT TRIGGER ctr AFTER INSERT ON s.t "
         "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION s.trg()",
         "trigger constraint"),
    (12, "CREATE TRIGGER n AFTER INSERT ON s.pt FOR EACH ROW EXECUTE FUNCTION s.trg()",
         "trigger +"),
    (12, "ALTER TABLE s.pt1 DISABLE TRIGGER pt_trg", "trigger +"),
    (12, "ALTER TRIGGER tr ON s.t DEPENDS ON EXTENSION hstore",
         "trigger depends_on_extensions"),
    (12, "ALTER TRIGGER tr ON s.t RENAME TO tr2", "trigger +", "trigger -"),
    (12, "CREATE TRIGGER n AFTER UPDATE ON s.t REFERENCING NEW TABLE AS nn FOR EACH "
         "STATEMENT EXECUTE FUNCTION s.trg()",
         "trigger +"),
    (12, "DROP RULE r ON s.other2", "rule -"),
    (12, "CREATE OR REPLACE RULE r AS ON UPDATE TO s.other2 DO ALSO NOTIFY y",
         "rule definition"),
    (12, "ALTER TABLE s.other2 DISABLE RULE r", "rule enabled"),
    (12, "ALTER POLICY pol ON s.t USING (a > 5)", "policy using"),
    (12, "ALTER POLICY pol ON s.t TO m_reader, m_owner", "policy roles"),
    (12, "DROP POLICY pol ON s.t", "policy -"),
    (12, "DROP POLICY pol ON s.t; CREATE POLICY pol ON s.t FOR ALL TO m_reader USING "
         "(a > 0)",
         "policy command"),
    (12, "DROP POLICY pol ON s.t; CREATE POLICY pol ON s.t AS RESTRICTIVE FOR SELECT "
         "TO m_reader USING (a > 0)",
         "policy permissive"),
    (12, "DROP POLICY pol ON s.t; CREATE POLICY pol ON s.t FOR ALL TO m_reader USING "
         "(a > 0) WITH CHECK (a > 1)",
         "policy command", "policy with_check"),
    (12, "ALTER EVENT TRIGGER et ENABLE ALWAYS", "event_trigger enabled"),
    (12, "ALTER EVENT TRIGGER et OWNER TO postgres"),
    (12, "DROP EVENT TRIGGER et", "event_trigger -"),
    (12, "DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG "
         "IN ('CREATE TABLE') EXECUTE FUNCTION s.evt(); ALTER EVENT TRIGGER et "
         "DISABLE",
         "event_trigger tags"),
    (12, "ALTER PUBLICATION pub ADD TABLE s.other2", "publication tables"),
    (12, "ALTER PUBLICATION pub SET (publish = 'insert')", "publication publish"),
    (12, "DROP PUBLICATION pub", "publication -"),
    (12, "ALTER PUBLICATION pub OWNER TO m_owner", "publication owner"),
    (13, "ALTER PUBLICATION pub SET (publish_via_partition_root = true)",
         "publication via_root"),
    (15, "ALTER PUBLICATION pub SET TABLE s.other WHERE (id > 5)", "publication tables"),
    (15, "ALTER PUBLICATION pub SET TABLE s.other (id)", "publication tables"),
    (15, "ALTER PUBLICATION pub ADD TABLES IN SCHEMA s2", "publication schemas"),
    (18, "ALTER PUBLICATION pub SET (publish_generated_columns = stored)",
         "publication generated_columns"),
    (14, "ALTER SUBSCRIPTION sub SET (synchronous_commit = on)",
         "subscription synchronous_commit"),
    (12, "ALTER SUBSCRIPTION sub SET PUBLICATION p2 WITH (refresh = false)",
         "subscription publications"),
    (14, "ALTER SUBSCRIPTION sub SET (binary = true)", "subscription binary"),
    (12, "ALTER SUBSCRIPTION sub SET (slot_name = 'x')", "subscription slot_name"),
    (14, "ALTER SUBSCRIPTION sub SET (streaming = on)", "subscription streaming"),
    (15, "ALTER SUBSCRIPTION sub SET (disable_on_error = true)",
         "subscription disable_on_error"),
    (16, "ALTER SUBSCRIPTION sub SET (run_as_owner = true)", "subscription run_as_owner"),
    (16, "ALTER SUBSCRIPTION sub SET (origin = none)", "subscription origin"),
    (12, "ALTER FOREIGN DATA WRAPPER fdw OPTIONS (ADD a 'b')",
         "foreign_data_wrapper options"),
    (12, "ALTER SERVER srv OPTIONS (SET host 'i')", "foreign_server options"),
    (12, "ALTER SERVER srv VERSION '2'", "foreign_server version"),
    (12, "ALTER SERVER srv OWNER TO m_owner", "foreign_server owner"),
    (12, "ALTER USER MAPPING FOR m_reader SERVER srv OPTIONS (ADD a 'b')",
         "user_mapping options"),
    (12, "ALTER USER MAPPING FOR m_reader SERVER srv OPTIONS (SET password 'x')",
         "user_mapping options"),
    (12, "ALTER USER MAPPING FOR m_reader SERVER srv OPTIONS (SET \"user\" 'x')",
         "user_mapping options"),
    (12, "CREATE USER MAPPING FOR PUBLIC SERVER srv", "user_mapping +"),
    (12, "DROP USER MAPPING FOR m_reader SERVER srv", "user_mapping -"),
    (12, "ALTER SERVER srv OPTIONS (SET password 'x')", "foreign_server options"),
    (12, "ALTER SERVER srv OPTIONS (SET password 'p')"),
    (12, "ALTER FOREIGN TABLE s.ft OPTIONS (SET password 'x')",
         "foreign_table foreign_options"),
    (12, "ALTER FOREIGN TABLE s.ft OPTIONS (SET tab 'y')",
         "foreign_table foreign_options"),
    (12, "ALTER FOREIGN TABLE s.ft ADD x int", "column +"),
    (12, "DROP FOREIGN TABLE s.ft", "foreign_table -"),
    (12, "CREATE FOREIGN TABLE s.ft2 () SERVER srv", "foreign_table +"),
    (12, "CREATE SERVER srv2 FOREIGN DATA WRAPPER fdw", "foreign_server +"),
    (13, "ALTER STATISTICS s.st SET STATISTICS 5", "statistics statistics_target"),
    (12, "DROP STATISTICS s.st", "statistics -"),
    (12, "DROP STATISTICS s.st; CREATE STATISTICS s.st (mcv) ON a, b FROM s.t",
         "statistics kinds"),
    (12, "DROP STATISTICS s.st; CREATE STATISTICS s.st (ndistinct) ON a, c FROM s.t",
         "statistics columns"),
    (14, "CREATE STATISTICS s.st2 ON (a+1), b FROM s.t", "statistics +"),
    (14, "DROP STATISTICS s.st; CREATE STATISTICS s.st (ndistinct) ON a, b, (a+2) "
         "FROM s.t",
         "statistics expressions"),
    (12, "DROP COLLATION s.coll", "collation -"),
    (12, "DROP COLLATION s.coll; CREATE COLLATION s.coll (lc_collate = 'POSIX', "
         "lc_ctype = 'POSIX')",
         "collation locale"),
    (12, "ALTER COLLATION s.coll OWNER TO m_owner", "collation owner"),
    (12, "DROP CONVERSION s.conv", "conversion -"),
    (12, "DROP CONVERSION s.conv; CREATE DEFAULT CONVERSION s.conv FOR 'LATIN1' TO "
         "'UTF8' FROM iso8859_1_to_utf8",
         "conversion default"),
    (12, "ALTER OPERATOR s.=== (s.mood, s.mood) SET (RESTRICT = eqsel)",
         "operator restrict"),
    (12, "ALTER OPERATOR s.=== (s.mood, s.mood) OWNER TO m_owner", "operator owner"),
    (12, "CREATE OPERATOR s.!== (LEFTARG = s.mood, RIGHTARG = s.mood, FUNCTION = "
         "s.opf)",
         "operator +"),
    (12, "CREATE OPERATOR CLASS s.oc2 FOR TYPE s.comp USING hash AS STORAGE s.comp",
         "operator_class +"),
    (12, "DROP OPERATOR CLASS s.oc USING btree; CREATE OPERATOR CLASS s.oc DEFAULT "
         "FOR TYPE s.mood USING btree FAMILY s.oc AS OPERATOR 3 s.===, FUNCTION 1 "
         "s.opcmp(s.mood, s.mood)",
         "operator_class default"),
    (12, "CREATE OPERATOR FAMILY s.fam USING btree", "operator_family +"),
    (12, "DROP OPERATOR FAMILY s.oc USING btree CASCADE", "operator_class -"),
    (12, "DROP CAST (s.comp AS text); CREATE CAST (s.comp AS text) WITH FUNCTION "
         "s.castf(s.comp) AS ASSIGNMENT",
         "cast context"),
    (12, "DROP CAST (s.comp AS text)", "cast -"),
    (12, "DROP CAST (s.comp AS text); CREATE CAST (s.comp AS text) WITH INOUT",
         "cast method"),
    (12, "ALTER TEXT SEARCH DICTIONARY s.dict (Accept = false)",
         "text_search_dictionary options"),
    (12, "ALTER TEXT SEARCH CONFIGURATION s.cfg ALTER MAPPING FOR word WITH s.dict",
         "text_search_configuration mappings"),
    (12, "ALTER TEXT SEARCH CONFIGURATION s.cfg DROP MAPPING FOR word",
         "text_search_configuration mappings"),
    (12, "DROP TEXT SEARCH PARSER s.prs", "text_search_parser -"),
    (12, "DROP TEXT SEARCH TEMPLATE s.tmpl", "text_search_template -"),
    (12, "DROP ACCESS METHOD am", "access_method -"),
    (12, "DROP TRANSFORM FOR int LANGUAGE sql", "transform -"),
    (12, "DROP LANGUAGE lang", "language -"),
    (12, "ALTER LANGUAGE lang OWNER TO m_owner", "language owner"),
    (12, "GRANT INSERT ON s.other TO m_reader", "grant privileges"),
    (12, "GRANT SELECT ON s.other TO m_reader WITH GRANT OPTION", "grant privileges"),
    (12, "REVOKE SELECT ON s.other FROM m_reader", "grant -"),
    (12, "GRANT SELECT ON s.t TO m_reader", "grant +"),
    (12, "GRANT SELECT (a) ON s.t TO m_reader", "grant +"),
    (12, "GRANT USAGE ON SCHEMA s TO m_reader", "grant +"),
    (12, "REVOKE EXECUTE ON FUNCTION s.f(text) FROM PUBLIC", "grant -"),
    (12, "REVOKE EXECUTE ON FUNCTION s.f(text) FROM PUBLIC; GRANT EXECUTE ON FUNCTION "
         "s.f(text) TO m_reader", "grant privileges"),
    (12, "REVOKE USAGE ON TYPE s.mood FROM PUBLIC", "grant -"),
    (12, "REVOKE ALL ON SCHEMA public FROM PUBLIC", "grant -"),
    (12, "GRANT EXECUTE ON FUNCTION s.f(text) TO PUBLIC"),
    (12, "GRANT SELECT ON s.t TO m_reader; REVOKE SELECT ON s.t FROM m_reader"),
    (12, "GRANT USAGE ON SEQUENCE s.sq TO m_reader", "grant +"),
    (12, "GRANT USAGE ON TYPE s.mood TO m_reader", "grant +"),
    (12, "GRANT USAGE ON FOREIGN SERVER srv TO m_reader", "grant +"),
    (12, "GRANT USAGE ON LANGUAGE plpgsql TO m_reader", "grant +"),
    (12, "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "grant -"),
    (12, "GRANT EXECUTE ON FUNCTION ext.akeys(ext.hstore) TO m_reader", "grant +"),
    (12, "REVOKE EXECUTE ON FUNCTION ext.akeys(ext.hstore) FROM PUBLIC", "grant -"),
    (12, "REVOKE USAGE ON TYPE ext.hstore FROM PUBLIC", "grant -"),
    (12, "REVOKE USAGE ON TYPE ext.hstore FROM PUBLIC; GRANT USAGE ON TYPE ext.hstore "
         "TO PUBLIC"),
    (12, "ALTER EXTENSION hstore ADD TABLE s.other2; GRANT SELECT ON s.other2 TO m_reader",
         "grant +", "table -"),
    (12, "ALTER EXTENSION hstore ADD TABLE s.other2; GRANT SELECT (id) ON s.other2 TO "
         "m_reader", "grant +", "table -"),
    (12, "GRANT SELECT ON s.other2 TO m_reader; ALTER EXTENSION hstore ADD TABLE s.other2",
         "table -"),
    (12, "GRANT SELECT ON s.other2 TO m_reader; ALTER EXTENSION hstore ADD TABLE "
         "s.other2; REVOKE SELECT ON s.other2 FROM m_reader", "grant -", "table -"),
    (12, "GRANT EXECUTE ON FUNCTION ext.akeys(ext.hstore) TO m_reader; "
         "DROP EXTENSION hstore", "extension -"),
    (12, "ALTER FUNCTION ext.akeys(ext.hstore) OWNER TO m_owner"),
    (12, "REVOKE INSERT ON s.t FROM CURRENT_USER", "grant privileges"),
    (12, "REVOKE ALL ON s.t FROM CURRENT_USER", "grant -"),
    (12, "REVOKE ALL ON s.other FROM CURRENT_USER", "grant privileges"),
    (12, "REVOKE ALL ON FUNCTION s.f(text) FROM CURRENT_USER", "grant -"),
    (12, "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM CURRENT_USER",
         "default_privilege -"),
    (12, "ALTER DEFAULT PRIVILEGES IN SCHEMA s2 GRANT INSERT ON TABLES TO m_reader",
         "default_privilege privileges"),
    (12, "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO m_reader",
         "default_privilege +"),
    (12, "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
         "default_privilege -"),
    (12, "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC",
         "default_privilege -"),
    (12, "ALTER DEFAULT PRIVILEGES IN SCHEMA s2 REVOKE SELECT ON TABLES FROM m_reader",
         "default_privilege -"),
    (12, here("ALTER DATABASE %I CONNECTION LIMIT 7"), "database connection_limit"),
    (12, here("ALTER DATABASE %I IS_TEMPLATE true"), "database is_template"),
    (12, here("ALTER DATABASE %I OWNER TO m_owner"), "database owner"),
    (12, here("REVOKE CONNECT ON DATABASE %I FROM PUBLIC"), "database privileges"),
    (12, here("GRANT CREATE ON DATABASE %I TO m_reader"), "database privileges"),
    (12, here("GRANT CONNECT ON DATABASE %I TO PUBLIC")),
    (12, "UPDATE pg_database SET encoding = 0 WHERE datname = current_database()",
         "database encoding"),
    (12, "UPDATE pg_database SET datcollate = 'xx' WHERE datname = current_database()",
         "database lc_collate"),
    (12, "UPDATE pg_database SET datctype = 'xx' WHERE datname = current_database()",
         "database lc_ctype"),
    (12, "UPDATE pg_database SET datctype = regexp_replace(datctype, 'UTF-8', 'utf8')"
         " WHERE datname = current_database()"),
    (15, "UPDATE pg_database SET datcollate = 'xx', datcollversion = '1'"
         " WHERE datname = current_database()",
         "database collation_version", "database lc_collate"),
    ((15, 16), "UPDATE pg_database SET datlocprovider = 'i', daticulocale = 'en'"
         " WHERE datname = current_database()", "database locale_provider"),
    ((15, 16), "UPDATE pg_database SET daticulocale = 'en'"
         " WHERE datname = current_database()", "database locale"),
    (17, "UPDATE pg_database SET datlocprovider = 'i', datlocale = 'en'"
         " WHERE datname = current_database()", "database locale_provider"),
    (17, "UPDATE pg_database SET datlocale = 'en'"
         " WHERE datname = current_database()", "database locale"),
    (16, "UPDATE pg_database SET daticurules = '&a < b'"
         " WHERE datname = current_database()", "database icu_rules"),
    (12, "UPDATE pg_database SET dattablespace = 1664 WHERE datname = current_database()",
         "database tablespace"),
    (12, here("ALTER DATABASE %I SET work_mem = 70"), "database_setting +"),
    (12, here("ALTER DATABASE %I SET statement_timeout = 7"),
         "database_setting value"),
    (12, here("ALTER DATABASE %I RESET statement_timeout"), "database_setting -"),
    (12, here("ALTER ROLE m_reader IN DATABASE %I SET work_mem = 70"),
         "database_setting +"),
    (12, here('ALTER ROLE m_reader IN DATABASE %I SET "app.jwt_secret" = 7'),
         "database_setting value"),
    (12, "ALTER ROLE m_reader SET work_mem = '3MB'"),
    (12, "INSERT INTO pg_seclabel VALUES ('s.t'::regclass, 'pg_class'::regclass, 0, 'x', "
         "'b')", "security_label +"),
    (12, "INSERT INTO pg_seclabel VALUES ('s.t'::regclass, 'pg_class'::regclass, 1, 'x', "
         "'b')", "security_label label"),
    (12, "UPDATE pg_seclabel SET label = 'b' WHERE objoid = 's.t'::regclass",
         "security_label label"),
    (12, "DELETE FROM pg_seclabel WHERE objoid = 's.t'::regclass", "security_label -"),
    (12, "INSERT INTO pg_seclabel VALUES ('s.f(text)'::regprocedure, "
         "'pg_proc'::regclass, 0, 'x', 'b')", "security_label +"),
    (14, "INSERT INTO pg_shseclabel SELECT oid, 'pg_subscription'::regclass, 'x', 'b' "
         "FROM pg_subscription", "security_label +"),
    (12, "INSERT INTO pg_shseclabel VALUES (10, 'pg_authid'::regclass, 'x', 'b')"),
    (12, "COMMENT ON SCHEMA s IS 'q'", "comment +"),
    (12, "COMMENT ON EXTENSION hstore IS 'q'", "comment comment"),
    (12, "COMMENT ON COLUMN s.t.b IS 'q'", "comment +"),
    (12, "COMMENT ON CONSTRAINT t_ck ON s.t IS 'q'", "comment +"),
    (12, "COMMENT ON INDEX s.t_ix2 IS 'q'", "comment +"),
    (12, "COMMENT ON SEQUENCE s.sq IS 'q'", "comment +"),
    (12, "COMMENT ON VIEW s.v IS 'q'", "comment +"),
    (12, "COMMENT ON COLUMN s.v.a IS 'q'", "comment +"),
    (12, "COMMENT ON MATERIALIZED VIEW s.mv IS 'q'", "comment +"),
    (12, "COMMENT ON TYPE s.mood IS 'q'", "comment +"),
    (12, "COMMENT ON TYPE s.comp IS 'q'", "comment +"),
    (12, "COMMENT ON COLUMN s.comp.a IS 'q'", "comment +"),
    (12, "COMMENT ON DOMAIN s.dom IS 'q'", "comment +"),
    (12, "COMMENT ON CONSTRAINT dck ON DOMAIN s.dom IS 'q'", "comment +"),
    (12, "COMMENT ON FUNCTION s.f(text) IS 'q'", "comment +"),
    (12, "COMMENT ON PROCEDURE s.p(int) IS 'q'", "comment +"),
    (12, "COMMENT ON AGGREGATE s.agg(int) IS 'q'", "comment +"),
    (12, "COMMENT ON TRIGGER tr ON s.t IS 'q'", "comment +"),
    (12, "COMMENT ON RULE r ON s.other2 IS 'q'", "comment +"),
    (12, "COMMENT ON POLICY pol ON s.t IS 'q'", "comment +"),
    (12, "COMMENT ON EVENT TRIGGER et IS 'q'", "comment +"),
    (12, "COMMENT ON PUBLICATION pub IS 'q'", "comment +"),
    (12, "COMMENT ON FOREIGN DATA WRAPPER fdw IS 'q'", "comment +"),
    (12, "COMMENT ON SERVER srv IS 'q'", "comment +"),
    (12, "COMMENT ON FOREIGN TABLE s.ft IS 'q'", "comment +"),
    (12, "COMMENT ON STATISTICS s.st IS 'q'", "comment +"),
    (12, "COMMENT ON COLLATION s.coll IS 'q'", "comment +"),
    (12, "COMMENT ON CONVERSION s.conv IS 'q'", "comment +"),
    (12, "COMMENT ON OPERATOR s.=== (s.mood, s.mood) IS 'q'", "comment +"),
    (12, "COMMENT ON OPERATOR CLASS s.oc USING btree IS 'q'", "comment +"),
    (12, "COMMENT ON OPERATOR FAMILY s.oc USING btree IS 'q'", "comment +"),
    (12, "COMMENT ON CAST (s.comp AS text) IS 'q'", "comment +"),
    (12, "COMMENT ON TEXT SEARCH CONFIGURATION s.cfg IS 'q'", "comment +"),
    (12, "COMMENT ON TEXT SEARCH DICTIONARY s.dict IS 'q'", "comment +"),
    (12, "COMMENT ON TEXT SEARCH PARSER s.prs IS 'q'", "comment +"),
    (12, "COMMENT ON TEXT SEARCH TEMPLATE s.tmpl IS 'q'", "comment +"),
    (12, "COMMENT ON ACCESS METHOD am IS 'q'", "comment +"),
    (12, "COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'q'", "comment +"),
    (12, "COMMENT ON LANGUAGE lang IS 'q'", "comment +"),
    (12, "COMMENT ON SCHEMA public IS 'q'", "comment +"),
    (12, "COMMENT ON TABLE s.t IS 'other'", "comment comment"),
    (12, "COMMENT ON TABLE s.t IS NULL", "comment -"),
    (12, "COMMENT ON SCHEMA public IS NULL"),
    (12, "COMMENT ON SUBSCRIPTION sub IS 'q'", "comment +"),
    (12, "UPDATE pg_extension SET extversion = '0.1' WHERE extname = 'hstore'",
         "extension version"),
    (12, "UPDATE pg_extension SET extowner = 'm_owner'::regrole WHERE extname = 'hstore'",
         "extension owner"),
    (12, "ALTER TABLE s.ty OF s.comp", "table of_type"),
    (12, "ALTER TABLE s.pt DETACH PARTITION s.pt1; ALTER TABLE s.pt ATTACH PARTITION "
         "s.pt1 FOR VALUES FROM (0) TO (9)", "table partition_bound"),
    (12, "DROP TABLE s.pe; CREATE TABLE s.pe (a int, b int) PARTITION BY LIST (b)",
         "table partition_key"),
    (12, "ALTER TABLE s.other2 SET TABLESPACE m_space", "table tablespace"),
    (18, "ALTER TABLE s.t ALTER a DROP NOT NULL; ALTER TABLE s.t ADD CONSTRAINT "
         "t_a_not_null NOT NULL a NOT VALID", "column not_null_validated"),
    (18, "ALTER TABLE s.t ALTER a DROP NOT NULL; ALTER TABLE s.t ADD CONSTRAINT "
         "t_a_not_null NOT NULL a NO INHERIT", "column not_null_no_inherit"),
    (18, "ALTER TABLE s.t RENAME CONSTRAINT t_a_not_null TO zz",
         "column not_null_constraint"),
    (12, "ALTER TABLE s.ty DROP a; ALTER TABLE s.ty ADD a int", "column position"),
    (12, "DROP TABLE s.chi; CREATE TABLE s.chi (x int, z int) INHERITS (s.par)",
         "column inherited"),
    (12, "ALTER TABLE s.refs DROP CONSTRAINT refs_fk, ADD CONSTRAINT refs_fk FOREIGN "
         "KEY (a, b) REFERENCES s.ref (a, c) ON DELETE SET NULL",
         "constraint referenced_columns"),
    (15, "ALTER TABLE s.refs DROP CONSTRAINT refs_fk, ADD CONSTRAINT refs_fk FOREIGN "
         "KEY (a, b) REFERENCES s.ref (a, b) ON DELETE SET NULL (b)",
         "constraint on_delete_columns"),
    (18, "ALTER TABLE s.per DROP CONSTRAINT per_u, ADD CONSTRAINT per_u UNIQUE (r, p "
         "WITHOUT OVERLAPS)", "constraint period"),
    (12, "ALTER TABLE s.other DROP CONSTRAINT other_code_key, ADD CONSTRAINT "
         "other_code_key CHECK (code <> '')", "constraint type"),
    (12, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 's.t_u'::regclass",
         "constraint index_valid"),
    (12, "ALTER INDEX s.t_u SET TABLESPACE m_space", "constraint index_tablespace"),
    (12, "UPDATE pg_constraint SET coninhcount = 0 WHERE conrelid = 's.ib'::regclass "
         "AND conname = 'ick'", "constraint inherited"),
    (12, "DROP INDEX s.ord_ix; CREATE INDEX ord_ix ON s.ref (a)", "index table"),
    (15, "DROP INDEX s.ord_u; CREATE UNIQUE INDEX ord_u ON s.ord (b) NULLS NOT DISTINCT",
         "index nulls_not_distinct"),
    (12, "ALTER INDEX s.t_ix SET TABLESPACE m_space", "index tablespace"),
    (12, "DROP SEQUENCE s.sq", "sequence -"),
    (12, "ALTER TABLE s.mv REPLICA IDENTITY FULL", "materialized_view replica_identity"),
    (12, "ALTER MATERIALIZED VIEW s.mv SET TABLESPACE m_space",
         "materialized_view tablespace"),
    (12, "ALTER MATERIALIZED VIEW s.mv SET (toast.autovacuum_enabled = off)",
         "materialized_view toast_options"),
    (12, "CREATE MATERIALIZED VIEW s.mv2 AS SELECT 1 AS a", "materialized_view +"),
    (12, "DROP MATERIALIZED VIEW s.mv", "materialized_view -"),
    (12, "DROP TYPE s.rng; CREATE TYPE s.rng AS ENUM ()", "type type"),
    (12, "DROP TYPE s.trng; CREATE TYPE s.trng AS RANGE (subtype = text, "
         "subtype_opclass = text_pattern_ops)", "type subtype_class"),
    (12, 'DROP TYPE s.trng; CREATE TYPE s.trng AS RANGE (subtype = text, collation = '
         '"C")', "type collation"),
    (12, "UPDATE pg_range SET rngcanonical = 'int4range_canonical'::regproc WHERE "
         "rngtypid = 's.rng'::regtype", "type canonical"),
    (13, "ALTER TYPE s.bt SET (STORAGE = external)", "type base"),
    (12, "UPDATE pg_type SET typcategory = 'X' WHERE oid = 's.bt'::regtype", "type base"),
    (12, "DROP DOMAIN s.dom2; CREATE DOMAIN s.dom2 AS bigint", "domain type"),
    (12, "DROP DOMAIN s.dom2", "domain -"),
    (12, "SET LOCAL check_function_bodies = off; CREATE OR REPLACE FUNCTION s.f(a text) "
         "RETURNS SETOF int LANGUAGE plpgsql AS 'SELECT 1'", "function language"),
    (12, "DROP FUNCTION s.f(text); CREATE FUNCTION s.f(a text) RETURNS SETOF int "
         "LANGUAGE sql WINDOW AS 'SELECT 1'", "function window"),
    (12, "CREATE OR REPLACE FUNCTION s.acc(int, int) RETURNS int TRANSFORM FOR TYPE int "
         "LANGUAGE sql AS 'SELECT $1'", "function transforms"),
    (12, "UPDATE pg_proc SET probin = 'x' WHERE oid = 's.acc(int,int)'::regprocedure",
         "function library"),
    (14, "CREATE OR REPLACE FUNCTION s.sb() RETURNS int BEGIN ATOMIC SELECT 2; END",
         "function sql_body"),
    (12, "DROP PROCEDURE s.pp(int); CREATE PROCEDURE s.pp(b int) LANGUAGE sql AS ''",
         "procedure arguments"),
    (12, "SET LOCAL check_function_bodies = off; CREATE OR REPLACE PROCEDURE s.pp(a "
         "int) LANGUAGE plpgsql AS ''", "procedure language"),
    (12, "ALTER PROCEDURE s.pp(int) SECURITY DEFINER", "procedure security"),
    (12, "CREATE OR REPLACE PROCEDURE s.pp(a int) TRANSFORM FOR TYPE int LANGUAGE sql "
         "AS ''", "procedure transforms"),
    (12, "ALTER PROCEDURE s.pp(int) SET work_mem = 70", "procedure config"),
    (12, "UPDATE pg_proc SET probin = 'x' WHERE oid = 's.pp(int)'::regprocedure",
         "procedure library"),
    (14, "CREATE OR REPLACE PROCEDURE s.psb() BEGIN ATOMIC SELECT 2; END",
         "procedure sql_body"),
    (14, "CREATE OR REPLACE PROCEDURE s.pp(a int) BEGIN ATOMIC SELECT 1; END",
         "procedure body"),
    (12, "ALTER PROCEDURE s.pp(int) DEPENDS ON EXTENSION hstore",
         "procedure depends_on_extensions"),
    (12, "ALTER PROCEDURE s.pp(int) OWNER TO m_owner", "procedure owner"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(x int) (SFUNC = s.acc, "
         "STYPE = int)", "aggregate arguments"),
    (12, "UPDATE pg_proc SET prorettype = 'bigint'::regtype WHERE oid = "
         "'s.agg(int)'::regprocedure", "aggregate returns"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(ORDER BY int) (SFUNC = "
         "s.acc, STYPE = int)", "aggregate aggregate_type"),
    (12, "UPDATE pg_aggregate SET aggtranstype = 'bigint'::regtype WHERE aggfnoid = "
         "'s.agg(int)'::regprocedure", "aggregate state_type"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, STYPE "
         "= int, SSPACE = 100)", "aggregate state_space"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, STYPE "
         "= int, FINALFUNC = int4um)", "aggregate final_function"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, STYPE "
         "= int, COMBINEFUNC = int4pl)", "aggregate combine_function"),
    (12, "UPDATE pg_aggregate SET aggserialfn = 'int8_avg_serialize'::regproc WHERE "
         "aggfnoid = 's.agg(int)'::regprocedure", "aggregate serial_function"),
    (12, "UPDATE pg_aggregate SET aggdeserialfn = 'int8_avg_deserialize'::regproc WHERE "
         "aggfnoid = 's.agg(int)'::regprocedure", "aggregate deserial_function"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, STYPE "
         "= int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int)",
         "aggregate moving_state_function"),
    (12, "DROP AGGREGATE s.magg(int); CREATE AGGREGATE s.magg(int) (SFUNC = s.acc, "
         "STYPE = int, MSFUNC = int4mi, MINVFUNC = int4mi, MSTYPE = int)",
         "aggregate moving_state_function"),
    (12, "DROP AGGREGATE s.magg(int); CREATE AGGREGATE s.magg(int) (SFUNC = s.acc, "
         "STYPE = int, MSFUNC = int4pl, MINVFUNC = int4pl, MSTYPE = int)",
         "aggregate moving_inverse_function"),
    (12, "UPDATE pg_aggregate SET aggmtranstype = 'bigint'::regtype WHERE aggfnoid = "
         "'s.magg(int)'::regprocedure", "aggregate moving_state_type"),
    (12, "DROP AGGREGATE s.magg(int); CREATE AGGREGATE s.magg(int) (SFUNC = s.acc, "
         "STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MSSPACE = 5)",
         "aggregate moving_state_space"),
    (12, "DROP AGGREGATE s.magg(int); CREATE AGGREGATE s.magg(int) (SFUNC = s.acc, "
         "STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = "
         "'0')", "aggregate moving_initial_value"),
    (12, "DROP AGGREGATE s.magg(int); CREATE AGGREGATE s.magg(int) (SFUNC = s.acc, "
         "STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MFINALFUNC = "
         "int4um)", "aggregate moving_final_function"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, STYPE "
         "= int, SORTOP = <)", "aggregate sort_operator"),
    (12, "DROP AGGREGATE s.agg(int); CREATE AGGREGATE s.agg(int) (SFUNC = s.acc, STYPE "
         "= int, PARALLEL = SAFE)", "aggregate parallel"),
    (12, "ALTER ROUTINE s.agg(int) DEPENDS ON EXTENSION hstore",
         "aggregate depends_on_extensions"),
    (12, "CREATE AGGREGATE s.agg2(int) (SFUNC = s.acc, STYPE = int)", "aggregate +"),
    (12, "DROP TRIGGER tr ON s.t; CREATE TRIGGER tr BEFORE UPDATE OF a ON s.t FOR EACH "
         "ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.trg('x')", "trigger events"),
    (12, "DROP TRIGGER ot ON s.ord; CREATE TRIGGER ot AFTER INSERT ON s.ord FOR EACH "
         "ROW EXECUTE FUNCTION s.trg()", "trigger level"),
    (12, "DROP TRIGGER ot ON s.ord; CREATE TRIGGER ot AFTER INSERT ON s.ord REFERENCING "
         "NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION s.trg()",
         "trigger new_table"),
    (12, "DROP TRIGGER od ON s.ord; CREATE TRIGGER od AFTER DELETE ON s.ord REFERENCING "
         "OLD TABLE AS o FOR EACH STATEMENT EXECUTE FUNCTION s.trg()",
         "trigger old_table"),
    (12, "DROP TRIGGER ctr ON s.t; CREATE CONSTRAINT TRIGGER ctr AFTER INSERT ON s.t "
         "FROM s.other DEFERRABLE FOR EACH ROW EXECUTE FUNCTION s.trg()",
         "trigger from_table"),
    (12, "CREATE RULE r2 AS ON DELETE TO s.other2 DO ALSO NOTIFY x", "rule +"),
    (12, "ALTER POLICY pol2 ON s.other2 WITH CHECK (id > 1)", "policy with_check"),
    (12, "CREATE POLICY pol3 ON s.other2", "policy +"),
    (12, "DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION "
         "s.evt(); ALTER EVENT TRIGGER et DISABLE", "event_trigger event"),
    (12, "DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE "
         "FUNCTION s.evt2(); ALTER EVENT TRIGGER et DISABLE", "event_trigger function"),
    (12, "UPDATE pg_event_trigger SET evtowner = 'm_owner'::regrole WHERE evtname = 'et'",
         "event_trigger owner"),
    (12, "CREATE EVENT TRIGGER et2 ON sql_drop EXECUTE FUNCTION s.evt()",
         "event_trigger +"),
    (12, "DROP PUBLICATION pub0; CREATE PUBLICATION pub0 FOR ALL TABLES",
         "publication all_tables"),
    (12, "CREATE PUBLICATION pub2", "publication +"),
    (13, "UPDATE pg_subscription SET subenabled = true WHERE subname = 'sub'",
         "subscription enabled"),
    (15, "UPDATE pg_subscription SET subtwophasestate = 'e' WHERE subname = 'sub'",
         "subscription two_phase"),
    (16, "ALTER SUBSCRIPTION sub SET (password_required = false)",
         "subscription password_required"),
    (17, "UPDATE pg_subscription SET subfailover = true WHERE subname = 'sub'",
         "subscription failover"),
    (13, "UPDATE pg_subscription SET subowner = 'm_owner'::regrole WHERE subname = 'sub'",
         "subscription owner"),
    (12, "CREATE SUBSCRIPTION sub2 CONNECTION 'host=nowhere' PUBLICATION p1 WITH "
         "(connect = false, slot_name = NONE)", "subscription +"),
    (12, "DROP SUBSCRIPTION sub", "subscription -"),
    (12, "UPDATE pg_foreign_data_wrapper SET fdwhandler = 'int4pl'::regproc WHERE "
         "fdwname = 'fdw'", "foreign_data_wrapper handler"),
    (12, "ALTER FOREIGN DATA WRAPPER fdw0 VALIDATOR postgresql_fdw_validator",
         "foreign_data_wrapper validator"),
    (12, "UPDATE pg_foreign_data_wrapper SET fdwowner = 'm_owner'::regrole WHERE "
         "fdwname = 'fdw'", "foreign_data_wrapper owner"),
    (12, "CREATE FOREIGN DATA WRAPPER fdw2", "foreign_data_wrapper +"),
    (12, "DROP FOREIGN DATA WRAPPER fdw0", "foreign_data_wrapper -"),
    (12, "DROP SERVER srv0; CREATE SERVER srv0 FOREIGN DATA WRAPPER fdw0",
         "foreign_server foreign_data_wrapper"),
    (12, "DROP SERVER srv0; CREATE SERVER srv0 TYPE 'x' FOREIGN DATA WRAPPER fdw",
         "foreign_server type"),
    (12, "DROP SERVER srv0", "foreign_server -"),
    (12, "DROP FOREIGN TABLE s.ft0; CREATE FOREIGN TABLE s.ft0 (x int, y text) SERVER "
         "srv0", "foreign_table server"),
    (12, "ALTER FOREIGN TABLE s.ft0 INHERIT s.par", "foreign_table inherits"),
    (12, "ALTER TABLE s.pf ATTACH PARTITION s.ft0 FOR VALUES IN (1)",
         "foreign_table partition_bound"),
    (12, "ALTER FOREIGN TABLE s.ft0 OWNER TO m_owner", "foreign_table owner"),
    (12, "DROP STATISTICS s.st; CREATE STATISTICS s.st (ndistinct) ON a, b FROM s.ord",
         "statistics table"),
    (12, "ALTER STATISTICS s.st OWNER TO m_owner", "statistics owner"),
    (12, "DROP COLLATION s.coll; CREATE COLLATION s.coll (provider = icu, locale = 'en')",
         "collation provider"),
    (12, "DROP COLLATION s.icoll; CREATE COLLATION s.icoll (provider = icu, locale = "
         "'de')", "collation icu_locale"),
    (16, "DROP COLLATION s.icoll; CREATE COLLATION s.icoll (provider = icu, locale = "
         "'en', rules = '&a < b')", "collation rules"),
    (12, "DROP COLLATION s.icoll; CREATE COLLATION s.icoll (provider = icu, locale = "
         "'en', deterministic = false)", "collation deterministic"),
    (12, 'CREATE COLLATION s.coll2 FROM "C"', "collation +"),
    (12, "UPDATE pg_conversion SET conforencoding = pg_char_to_encoding('LATIN2') WHERE "
         "conname = 'conv' AND connamespace = 's'::regnamespace", "conversion source"),
    (12, "UPDATE pg_conversion SET contoencoding = pg_char_to_encoding('LATIN2') WHERE "
         "conname = 'conv' AND connamespace = 's'::regnamespace",
         "conversion destination"),
    (12, "UPDATE pg_conversion SET conproc = 'iso8859_to_utf8'::regproc WHERE conname = "
         "'conv' AND connamespace = 's'::regnamespace", "conversion function"),
    (12, "ALTER CONVERSION s.conv OWNER TO m_owner", "conversion owner"),
    (12, "CREATE CONVERSION s.conv2 FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
         "conversion +"),
    (12, "DROP OPERATOR s.=#= (s.mood, s.mood); CREATE OPERATOR s.=#= (LEFTARG = "
         "s.mood, RIGHTARG = s.mood, FUNCTION = s.opf2)", "operator function"),
    (12, "DROP OPERATOR s.=#= (s.mood, s.mood); CREATE OPERATOR s.=#= (LEFTARG = "
         "s.mood, RIGHTARG = s.mood, FUNCTION = s.opf, COMMUTATOR = OPERATOR(s.=#=))",
         "operator commutator"),
    (12, "UPDATE pg_operator SET oprnegate = 's.===(s.mood,s.mood)'::regoperator WHERE "
         "oid = 's.=#=(s.mood,s.mood)'::regoperator", "operator negator"),
    (12, "ALTER OPERATOR s.=#= (s.mood, s.mood) SET (JOIN = eqjoinsel)", "operator join"),
    (12, "DROP OPERATOR s.=#= (s.mood, s.mood); CREATE OPERATOR s.=#= (LEFTARG = "
         "s.mood, RIGHTARG = s.mood, FUNCTION = s.opf, HASHES)", "operator hashes"),
    (12, "DROP OPERATOR s.=#= (s.mood, s.mood); CREATE OPERATOR s.=#= (LEFTARG = "
         "s.mood, RIGHTARG = s.mood, FUNCTION = s.opf, MERGES)", "operator merges"),
    (12, "DROP OPERATOR s.=#= (s.mood, s.mood)", "operator -"),
    (12, "DROP OPERATOR CLASS s.oc3 USING hash; CREATE OPERATOR CLASS s.oc3 FOR TYPE "
         "s.mood USING hash FAMILY s.oc3 AS STORAGE s.mood", "operator_class for_type"),
    (12, "DROP OPERATOR FAMILY s.oc3 USING hash CASCADE; CREATE OPERATOR CLASS s.oc3 "
         "FOR TYPE s.ocomp USING hash FAMILY s.fam0 AS STORAGE s.ocomp",
         "operator_class family"),
    (12, "DROP OPERATOR CLASS s.og USING gist; CREATE OPERATOR CLASS s.og FOR TYPE "
         "s.ocomp USING gist FAMILY s.og AS STORAGE text", "operator_class storage"),
    (12, "DROP OPERATOR CLASS s.oc USING btree; CREATE OPERATOR CLASS s.oc FOR TYPE "
         "s.mood USING btree FAMILY s.oc AS OPERATOR 1 s.===, FUNCTION 1 "
         "s.opcmp(s.mood, s.mood)", "operator_class operators"),
    (12, "DROP OPERATOR CLASS s.oc USING btree; CREATE OPERATOR CLASS s.oc FOR TYPE "
         "s.mood USING btree FAMILY s.oc AS OPERATOR 3 s.===, FUNCTION 1 "
         "s.opcmp2(s.mood, s.mood)", "operator_class functions"),
    (12, "ALTER OPERATOR CLASS s.oc USING btree OWNER TO m_owner",
         "operator_class owner"),
    (12, "ALTER OPERATOR FAMILY s.fam0 USING hash ADD OPERATOR 1 s.=== (s.mood, s.mood)",
         "operator_family operators"),
    (12, "ALTER OPERATOR FAMILY s.fam0 USING hash ADD FUNCTION 1 (s.mood, s.mood) "
         "s.oph(s.mood)", "operator_family functions"),
    (12, "ALTER OPERATOR FAMILY s.fam0 USING hash OWNER TO m_owner",
         "operator_family owner"),
    (12, "DROP OPERATOR FAMILY s.fam0 USING hash", "operator_family -"),
    (12, "CREATE CAST (s.comp AS s.mood) WITH INOUT", "cast +"),
    (12, "DROP TEXT SEARCH CONFIGURATION s.cfg0; CREATE TEXT SEARCH CONFIGURATION "
         "s.cfg0 (PARSER = s.prs)", "text_search_configuration parser"),
    (12, "ALTER TEXT SEARCH CONFIGURATION s.cfg OWNER TO m_owner",
         "text_search_configuration owner"),
    (12, "CREATE TEXT SEARCH CONFIGURATION s.cfg2 (COPY = simple)",
         "text_search_configuration +"),
    (12, "DROP TEXT SEARCH CONFIGURATION s.cfg", "text_search_configuration -"),
    (12, "DROP TEXT SEARCH DICTIONARY s.dict; CREATE TEXT SEARCH DICTIONARY s.dict "
         "(TEMPLATE = s.tmpl)", "text_search_dictionary template"),
    (12, "ALTER TEXT SEARCH DICTIONARY s.dict OWNER TO m_owner",
         "text_search_dictionary owner"),
    (12, "CREATE TEXT SEARCH DICTIONARY s.dict2 (TEMPLATE = simple)",
         "text_search_dictionary +"),
    (12, "DROP TEXT SEARCH DICTIONARY s.dict", "text_search_dictionary -"),
    (12, "DROP TEXT SEARCH PARSER s.prs; CREATE TEXT SEARCH PARSER s.prs (START = "
         "prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = "
         "prsd_lextype, HEADLINE = prsd_headline)", "text_search_parser headline"),
    (12, "UPDATE pg_ts_parser SET prsstart = 'int4pl'::regproc WHERE prsname = 'prs'",
         "text_search_parser start"),
    (12, "UPDATE pg_ts_parser SET prstoken = 'int4pl'::regproc WHERE prsname = 'prs'",
         "text_search_parser gettoken"),
    (12, "UPDATE pg_ts_parser SET prsend = 'int4pl'::regproc WHERE prsname = 'prs'",
         "text_search_parser end"),
    (12, "UPDATE pg_ts_parser SET prslextype = 'int4pl'::regproc WHERE prsname = 'prs'",
         "text_search_parser lextypes"),
    (12, "CREATE TEXT SEARCH PARSER s.prs2 (START = prsd_start, GETTOKEN = "
         "prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
         "text_search_parser +"),
    (12, "DROP TEXT SEARCH TEMPLATE s.tmpl; CREATE TEXT SEARCH TEMPLATE s.tmpl (INIT = "
         "dsimple_init, LEXIZE = dsimple_lexize)", "text_search_template init"),
    (12, "DROP TEXT SEARCH TEMPLATE s.tmpl; CREATE TEXT SEARCH TEMPLATE s.tmpl (LEXIZE "
         "= dsynonym_lexize)", "text_search_template lexize"),
    (12, "CREATE TEXT SEARCH TEMPLATE s.tmpl2 (LEXIZE = dsimple_lexize)",
         "text_search_template +"),
    (12, "DROP ACCESS METHOD am0; CREATE ACCESS METHOD am0 TYPE TABLE HANDLER "
         "heap_tableam_handler", "access_method type"),
    (12, "DROP ACCESS METHOD am0; CREATE ACCESS METHOD am0 TYPE INDEX HANDLER "
         "hashhandler", "access_method handler"),
    (12, "CREATE ACCESS METHOD am2 TYPE INDEX HANDLER hashhandler", "access_method +"),
    (12, "DROP TRANSFORM FOR int LANGUAGE sql; CREATE TRANSFORM FOR int LANGUAGE sql "
         "(FROM SQL WITH FUNCTION dsimple_init(internal), TO SQL WITH FUNCTION "
         "int4recv(internal))", "transform from_sql"),
    (12, "DROP TRANSFORM FOR int LANGUAGE sql; CREATE TRANSFORM FOR int LANGUAGE sql "
         "(FROM SQL WITH FUNCTION prsd_lextype(internal))", "transform to_sql"),
    (12, "CREATE TRANSFORM FOR bigint LANGUAGE sql (FROM SQL WITH FUNCTION "
         "prsd_lextype(internal))", "transform +"),
    (12, "DROP LANGUAGE lang; CREATE TRUSTED LANGUAGE lang HANDLER plpgsql_call_handler",
         "language trusted"),
    (12, "DROP LANGUAGE lang; CREATE LANGUAGE lang HANDLER plpgsql_call_handler INLINE "
         "plpgsql_inline_handler", "language inline"),
    (12, "DROP LANGUAGE lang; CREATE LANGUAGE lang HANDLER plpgsql_call_handler "
         "VALIDATOR plpgsql_validator", "language validator"),
    (12, "UPDATE pg_language SET lanplcallfoid = 'int4pl'::regproc WHERE lanname = "
         "'lang'", "language handler"),
    (12, "CREATE LANGUAGE lang2 HANDLER plpgsql_call_handler", "language +"),
    (12, "INSERT INTO s.other VALUES (1)"),
    (12, "CREATE TEMP TABLE tt (a serial PRIMARY KEY, b text DEFAULT 'x' CHECK (b <> "
         "'y')); CREATE TEMP VIEW tv AS SELECT 1; CREATE INDEX ON tt (b); COMMENT ON "
         "TABLE tt IS 'q'; GRANT SELECT ON tt TO m_reader"),
    (12, "TRUNCATE s.other CASCADE"),
    (12, "ANALYZE"),
    (12, "REINDEX TABLE s.t"),
    (12, "CREATE TABLE s.zz (a int); DROP TABLE s.zz"),
]
