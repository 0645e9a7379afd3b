"""What the database itself holds about money: entries balance, nothing is edited, balances keep up, runs are signed.

The functions that write balances run as their owner, so `app` needs no right to change a balance, and has none.
"""

from django.db import migrations

CREATE = """
-- An entry commits with exactly its declared postings, summing to zero in each colour (M1). Only a move by an area's
-- vote changes colour, and only from revenue to capital (R19).
CREATE FUNCTION funding_entry_must_balance() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    the_entry bigint;
    wanted integer;
    the_kind text;
    own_kind text;
    found integer;
    capital numeric;
    revenue numeric;
BEGIN
    IF TG_TABLE_NAME = 'funding_entry' THEN the_entry := NEW.id; ELSE the_entry := NEW.entry_id; END IF;
    SELECT e.legs, e.kind, coalesce(taken_back.kind, e.kind) INTO wanted, own_kind, the_kind
      FROM funding_entry e LEFT JOIN funding_entry taken_back ON taken_back.id = e.reverses_id WHERE e.id = the_entry;
    SELECT count(*), coalesce(sum(p.pence) FILTER (WHERE a.colour = 'capital'), 0),
           coalesce(sum(p.pence) FILTER (WHERE a.colour = 'revenue'), 0)
      INTO found, capital, revenue
      FROM funding_posting p JOIN funding_account a ON a.id = p.account_id WHERE p.entry_id = the_entry;
    IF found <> wanted THEN
        RAISE EXCEPTION 'entry % has % postings, not the % it declared', the_entry, found, wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_its_legs';
    END IF;
    IF capital + revenue <> 0 OR (capital <> 0 AND the_kind <> 'colour_moved') THEN
        RAISE EXCEPTION 'entry % does not balance: capital %, revenue %', the_entry, capital, revenue
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    IF own_kind = 'colour_moved' AND capital < 0 THEN
        RAISE EXCEPTION 'capital never becomes revenue'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_capital_stays_capital';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_must_balance AFTER INSERT ON funding_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_entry_must_balance();
CREATE CONSTRAINT TRIGGER posting_must_balance AFTER INSERT ON funding_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_entry_must_balance();

-- Balances follow the postings in the same transaction; rows are locked in account order.
CREATE FUNCTION funding_open_balance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO funding_balance (account_id, restricted, pence) SELECT id, restricted, 0 FROM opened ORDER BY id;
    RETURN NULL;
END $$;
CREATE TRIGGER account_opens_balance AFTER INSERT ON funding_account
    REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION funding_open_balance();

CREATE FUNCTION funding_add_to_balances() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM funding_balance WHERE account_id IN (SELECT account_id FROM fresh) ORDER BY account_id FOR UPDATE;
    UPDATE funding_balance held SET pence = held.pence + added.pence
      FROM (SELECT account_id, sum(pence)::bigint AS pence FROM fresh GROUP BY account_id) added
     WHERE held.account_id = added.account_id AND added.pence <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER posting_adds_to_balances AFTER INSERT ON funding_posting
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION funding_add_to_balances();

-- Append-only (M2): the grants below are the rule; these statement triggers catch accidents of the owner.
CREATE FUNCTION funding_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER account_never_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON funding_account
    FOR EACH STATEMENT EXECUTE FUNCTION funding_never_edited();
CREATE TRIGGER entry_never_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON funding_entry
    FOR EACH STATEMENT EXECUTE FUNCTION funding_never_edited();
CREATE TRIGGER posting_never_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON funding_posting
    FOR EACH STATEMENT EXECUTE FUNCTION funding_never_edited();
CREATE TRIGGER balance_never_emptied BEFORE DELETE OR TRUNCATE ON funding_balance
    FOR EACH STATEMENT EXECUTE FUNCTION funding_never_edited();

REVOKE UPDATE, DELETE, TRUNCATE ON funding_account, funding_entry, funding_posting FROM app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON funding_balance FROM app;
REVOKE UPDATE, DELETE, TRUNCATE ON funding_balanceassertion, funding_ledgercheck FROM app;
REVOKE UPDATE, DELETE, TRUNCATE ON funding_areashare, funding_runapproval FROM app;
REVOKE DELETE, TRUNCATE ON funding_allocationrun FROM app;

-- A parameter set in use never changes; a run moves only along its table and only with its two signatures.
CREATE FUNCTION funding_parameter_set_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'parameter set % is in use and never changes', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'parameter_set_in_use_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER parameter_set_stays BEFORE UPDATE OR DELETE ON funding_parameterset
    FOR EACH ROW EXECUTE FUNCTION funding_parameter_set_stays();

CREATE FUNCTION funding_run_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF (NEW.input_hash, NEW.inputs::text, NEW.cycle_id, NEW.parameter_set_id)
       IS DISTINCT FROM (OLD.input_hash, OLD.inputs::text, OLD.cycle_id, OLD.parameter_set_id) THEN
        RAISE EXCEPTION 'the inputs of run % never change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_inputs_stay';
    END IF;
    IF OLD.state <> 'draft' AND NEW.outcome_hash <> OLD.outcome_hash THEN
        RAISE EXCEPTION 'the outcome of run % never changes', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_outcome_stays';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'computed'), ('computed', 'approved'),
            ('approved', 'posted'), ('posted', 'reversed')) THEN
        RAISE EXCEPTION 'run % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_moves_by_the_table';
    END IF;
    IF NEW.state = 'approved' AND OLD.state <> 'approved' AND (
            SELECT count(DISTINCT user_id) FROM funding_runapproval
             WHERE run_id = NEW.id AND outcome_hash = NEW.outcome_hash AND user_id IS DISTINCT FROM NEW.asked_by_id
        ) < 2 THEN
        RAISE EXCEPTION 'run % lacks two signatures', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_two_signatures';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_moves BEFORE UPDATE ON funding_allocationrun
    FOR EACH ROW EXECUTE FUNCTION funding_run_moves();

CREATE FUNCTION funding_approval_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM funding_allocationrun WHERE id = NEW.run_id AND state = 'computed'
            AND outcome_hash = NEW.outcome_hash AND asked_by_id IS DISTINCT FROM NEW.user_id) THEN
        RAISE EXCEPTION 'this person cannot sign these figures of run %', NEW.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_fits_run';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_fits BEFORE INSERT ON funding_runapproval
    FOR EACH ROW EXECUTE FUNCTION funding_approval_fits();
"""

DROP = """
DROP TRIGGER approval_fits ON funding_runapproval;
DROP FUNCTION funding_approval_fits();
DROP TRIGGER run_moves ON funding_allocationrun;
DROP FUNCTION funding_run_moves();
DROP TRIGGER parameter_set_stays ON funding_parameterset;
DROP FUNCTION funding_parameter_set_stays();
GRANT DELETE ON funding_allocationrun TO app;
GRANT UPDATE, DELETE ON funding_areashare, funding_runapproval TO app;
GRANT UPDATE, DELETE ON funding_balanceassertion, funding_ledgercheck TO app;
GRANT INSERT, UPDATE, DELETE ON funding_balance TO app;
GRANT UPDATE, DELETE ON funding_account, funding_entry, funding_posting TO app;
DROP TRIGGER balance_never_emptied ON funding_balance;
DROP TRIGGER posting_never_edited ON funding_posting;
DROP TRIGGER entry_never_edited ON funding_entry;
DROP TRIGGER account_never_edited ON funding_account;
DROP FUNCTION funding_never_edited();
DROP TRIGGER posting_adds_to_balances ON funding_posting;
DROP FUNCTION funding_add_to_balances();
DROP TRIGGER account_opens_balance ON funding_account;
DROP FUNCTION funding_open_balance();
DROP TRIGGER posting_must_balance ON funding_posting;
DROP TRIGGER entry_must_balance ON funding_entry;
DROP FUNCTION funding_entry_must_balance();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0009_ledger_runs_pots_awards")]

    operations = [migrations.RunSQL(CREATE, DROP)]
