-- One breach of each rule of catalogue.sql, for showing that it sees them.  Run in a database of its own.
CREATE TABLE plant (plant_id text PRIMARY KEY);
CREATE TABLE item (plant_id text NOT NULL REFERENCES plant, item_id text, PRIMARY KEY (plant_id, item_id));
CREATE TABLE language (language text PRIMARY KEY);
COMMENT ON TABLE language IS 'reference: languages';

CREATE TABLE no_key (plant_id text);
CREATE TABLE key_late (item_id text, plant_id text, PRIMARY KEY (item_id, plant_id));
CREATE TABLE unique_late (plant_id text PRIMARY KEY, code text UNIQUE);
CREATE TABLE foreign_late (plant_id text PRIMARY KEY, item_plant text, item_id text,
    FOREIGN KEY (item_id, item_plant) REFERENCES key_late);
CREATE TABLE points_at_plant (code text PRIMARY KEY, plant_id text REFERENCES plant);
COMMENT ON TABLE points_at_plant IS 'reference: but of a plant';
CREATE TABLE triggered (plant_id text PRIMARY KEY);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER fires AFTER INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE TABLE ruled (plant_id text PRIMARY KEY);
CREATE RULE rewritten AS ON DELETE TO ruled DO INSTEAD NOTHING;
CREATE TABLE counted (plant_id text PRIMARY KEY, line bigserial);
CREATE TABLE identified (plant_id text PRIMARY KEY, line bigint GENERATED ALWAYS AS IDENTITY);
CREATE TABLE deferred (plant_id text PRIMARY KEY REFERENCES plant DEFERRABLE);
CREATE TABLE inexact (plant_id text PRIMARY KEY, quantity double precision);
CREATE TABLE zoneless (plant_id text PRIMARY KEY, at timestamp);
CREATE VIEW seen_by_its_owner AS SELECT plant_id FROM zoneless;
CREATE TABLE ledger_line (plant_id text PRIMARY KEY);
GRANT UPDATE ON ledger_line TO millrace_mrp;
GRANT CREATE ON SCHEMA public TO millrace_mrp;
