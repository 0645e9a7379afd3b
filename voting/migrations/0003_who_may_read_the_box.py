"""Grants, guards and row rules of the ballot box: what each database role may do with keys, ballots and log (V2, V3)."""

from django.db import migrations

GRANTS = """
REVOKE ALL ON voting_pollkey, voting_boxballot FROM app, reader;
GRANT INSERT ON voting_pollkey TO app;
REVOKE ALL ON voting_sealedballot FROM app, reader;
GRANT INSERT ON voting_sealedballot TO app;
GRANT SELECT (id, poll_id, content_hash, status, idempotency_key, is_paper) ON voting_sealedballot TO app;
GRANT UPDATE (status) ON voting_sealedballot TO app;
REVOKE ALL ON voting_ballotdraft, voting_rollentry, voting_residencycheck, voting_votingcode, voting_paperentry,
    voting_adjudication, voting_helpevent, voting_letterrequest, voting_listedperson, voting_trycount FROM reader;
REVOKE UPDATE, DELETE ON voting_logentry, voting_loghead FROM app;
REVOKE INSERT, UPDATE, DELETE ON voting_publishedballot, voting_boxopening FROM app;
REVOKE UPDATE, DELETE ON voting_count, voting_countstep FROM app;

GRANT SELECT ON voting_poll, voting_option, voting_pollkey, voting_sealedballot, voting_boxballot,
    voting_publishedballot, voting_logentry, voting_loghead, communities_area TO counter;
GRANT UPDATE (state, tie_secret, box_opened_at) ON voting_poll TO counter;
GRANT UPDATE (private_key, destroyed_at) ON voting_pollkey TO counter;
GRANT DELETE ON voting_sealedballot TO counter;
GRANT INSERT, DELETE ON voting_boxballot TO counter;
GRANT SELECT, INSERT, UPDATE ON voting_boxopening TO counter;
GRANT INSERT, UPDATE (is_withheld) ON voting_publishedballot TO counter;
GRANT SELECT (id, poll_id, sealed_at, state) ON voting_paperbatch TO counter;
GRANT SELECT (id, poll_id, current_ballot_id), UPDATE (current_ballot_id) ON voting_rollentry TO counter;
"""

UNDO_GRANTS = """
REVOKE ALL ON voting_poll, voting_option, voting_pollkey, voting_sealedballot, voting_boxballot,
    voting_publishedballot, voting_logentry, voting_loghead, voting_rollentry, voting_boxopening, voting_paperbatch,
    communities_area
    FROM counter;
GRANT SELECT, INSERT, UPDATE, DELETE ON voting_pollkey, voting_boxballot, voting_sealedballot, voting_logentry,
    voting_loghead, voting_publishedballot, voting_boxopening, voting_count, voting_countstep TO app;
"""

GUARDS = """
CREATE FUNCTION voting_ballot_needs_open_poll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE poll_state text;
BEGIN
    SELECT state INTO poll_state FROM voting_poll WHERE id = NEW.poll_id;
    IF NOT (poll_state = 'open' OR (NEW.is_paper AND poll_state IN ('paused', 'closed'))) THEN
        RAISE EXCEPTION 'poll % takes no ballots: it is %', NEW.poll_id, poll_state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_ballot_needs_open_poll BEFORE INSERT ON voting_sealedballot
    FOR EACH ROW EXECUTE FUNCTION voting_ballot_needs_open_poll();

CREATE FUNCTION voting_live_ballot_has_one_voter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot uuid; is_live boolean; pointed boolean;
BEGIN
    FOREACH ballot IN ARRAY CASE
        WHEN TG_TABLE_NAME = 'voting_sealedballot' THEN ARRAY[(to_jsonb(NEW) ->> 'id')::uuid]
        WHEN TG_OP = 'UPDATE' THEN ARRAY[(to_jsonb(OLD) ->> 'current_ballot_id')::uuid,
                                        (to_jsonb(NEW) ->> 'current_ballot_id')::uuid]
        ELSE ARRAY[(to_jsonb(OLD) ->> 'current_ballot_id')::uuid] END
    LOOP
        SELECT status = 'live' AND NOT is_paper INTO is_live FROM voting_sealedballot WHERE id = ballot;
        IF FOUND THEN
            SELECT EXISTS (SELECT 1 FROM voting_rollentry WHERE current_ballot_id = ballot) INTO pointed;
            IF is_live <> pointed THEN
                RAISE EXCEPTION 'a ballot is live if and only if one roll entry points at it'
                    USING ERRCODE = 'check_violation';
            END IF;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER voting_live_ballot_has_one_voter AFTER INSERT OR UPDATE ON voting_sealedballot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION voting_live_ballot_has_one_voter();
CREATE CONSTRAINT TRIGGER voting_roll_points_at_live_ballot AFTER UPDATE OF current_ballot_id ON voting_rollentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.current_ballot_id IS DISTINCT FROM NEW.current_ballot_id)
    EXECUTE FUNCTION voting_live_ballot_has_one_voter();

CREATE FUNCTION voting_frozen_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.opening_document <> '' AND (
        NEW.opening_document, NEW.rule, NEW.parameters, NEW.limits, NEW.floors, NEW.budget_pence, NEW.kind,
        NEW.most_choices, NEW.roll_kind, NEW.public_key, NEW.sealed_length, NEW.tie_secret_hash, NEW.voting_age,
        NEW.recomputable, NEW.area_id
    ) IS DISTINCT FROM (
        OLD.opening_document, OLD.rule, OLD.parameters, OLD.limits, OLD.floors, OLD.budget_pence, OLD.kind,
        OLD.most_choices, OLD.roll_kind, OLD.public_key, OLD.sealed_length, OLD.tie_secret_hash, OLD.voting_age,
        OLD.recomputable, OLD.area_id
    ) THEN
        RAISE EXCEPTION 'poll % is frozen: nothing that decides it may change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_frozen_poll BEFORE UPDATE ON voting_poll FOR EACH ROW EXECUTE FUNCTION voting_frozen_poll();

CREATE FUNCTION voting_frozen_option() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_poll bigint; frozen boolean;
BEGIN
    of_poll := CASE WHEN TG_OP = 'INSERT' THEN NEW.poll_id ELSE OLD.poll_id END;
    SELECT opening_document <> '' INTO frozen FROM voting_poll WHERE id = of_poll;
    IF frozen AND (TG_OP <> 'UPDATE' OR (NEW.poll_id, NEW.ref, NEW.number, NEW.title, NEW.summary, NEW.cost_pence,
        NEW.demands, NEW.tags, NEW.at_most_one_of) IS DISTINCT FROM (OLD.poll_id, OLD.ref, OLD.number, OLD.title,
        OLD.summary, OLD.cost_pence, OLD.demands, OLD.tags, OLD.at_most_one_of)) THEN
        RAISE EXCEPTION 'the options of poll % are frozen', of_poll USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER voting_frozen_option BEFORE INSERT OR UPDATE OR DELETE ON voting_option
    FOR EACH ROW EXECUTE FUNCTION voting_frozen_option();
"""

UNDO_GUARDS = """
DROP TRIGGER voting_frozen_option ON voting_option;
DROP TRIGGER voting_frozen_poll ON voting_poll;
DROP TRIGGER voting_roll_points_at_live_ballot ON voting_rollentry;
DROP TRIGGER voting_live_ballot_has_one_voter ON voting_sealedballot;
DROP TRIGGER voting_ballot_needs_open_poll ON voting_sealedballot;
DROP FUNCTION voting_frozen_option();
DROP FUNCTION voting_frozen_poll();
DROP FUNCTION voting_live_ballot_has_one_voter();
DROP FUNCTION voting_ballot_needs_open_poll();
"""

# Paper entries hold choices: once their batch is sealed, `app` sees none of them and cannot change them.
ROW_RULES = """
ALTER TABLE voting_paperentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY until_sealed ON voting_paperentry FOR ALL TO app USING (
    EXISTS (SELECT 1 FROM voting_paperbatch b WHERE b.id = batch_id AND b.sealed_at IS NULL));
ALTER TABLE voting_adjudication ENABLE ROW LEVEL SECURITY;
CREATE POLICY until_sealed ON voting_adjudication FOR ALL TO app USING (
    EXISTS (SELECT 1 FROM voting_paperbatch b WHERE b.id = batch_id AND b.sealed_at IS NULL));
"""

UNDO_ROW_RULES = """
DROP POLICY until_sealed ON voting_adjudication;
ALTER TABLE voting_adjudication DISABLE ROW LEVEL SECURITY;
DROP POLICY until_sealed ON voting_paperentry;
ALTER TABLE voting_paperentry DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0002_ballot_box")]
    operations = [
        migrations.RunSQL(GRANTS, UNDO_GRANTS),
        migrations.RunSQL(GUARDS, UNDO_GUARDS),
        migrations.RunSQL(ROW_RULES, UNDO_ROW_RULES),
    ]
