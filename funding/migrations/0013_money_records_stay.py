"""What was frozen, decided or promised stays as it was: only states and their moments may change."""

from django.db import migrations

FROZEN = ("frozenselection", "jointvote", "awardpart", "challengesupport")
KEPT = ("award", "awardssignoff", "leveldecision", "challenge", "potholder", "holdercandidate", "rolloverlot", "pot")

CREATE = (
    "".join(f"REVOKE UPDATE, DELETE, TRUNCATE ON funding_{table} FROM app;\n" for table in FROZEN)
    + "".join(f"REVOKE DELETE, TRUNCATE ON funding_{table} FROM app;\n" for table in KEPT)
    + """
CREATE FUNCTION funding_award_keeps_its_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.project_id, NEW.round_id, NEW.position, NEW.origin, NEW.capital_pence, NEW.revenue_pence, NEW.count_hash)
       IS DISTINCT FROM (OLD.project_id, OLD.round_id, OLD.position, OLD.origin, OLD.capital_pence, OLD.revenue_pence,
       OLD.count_hash) THEN
        RAISE EXCEPTION 'award % keeps its project, place and sum', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'award_is_frozen';
    END IF;
    IF OLD.state = 'reversed' OR (OLD.state = 'confirmed' AND NEW.state = 'conditional') THEN
        RAISE EXCEPTION 'award % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'award_moves_by_the_table';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER award_is_frozen BEFORE UPDATE ON funding_award
    FOR EACH ROW EXECUTE FUNCTION funding_award_keeps_its_sum();

CREATE FUNCTION funding_level_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.project_id <> OLD.project_id
       OR NEW.tests <> OLD.tests OR NEW.payers <> OLD.payers OR NEW.area_id IS DISTINCT FROM OLD.area_id THEN
        RAISE EXCEPTION 'level decision % is on record and stays', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'level_decision_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER level_decision_stays BEFORE UPDATE ON funding_leveldecision
    FOR EACH ROW EXECUTE FUNCTION funding_level_decision_stays();
"""
)
DROP = """
DROP TRIGGER level_decision_stays ON funding_leveldecision;
DROP FUNCTION funding_level_decision_stays();
DROP TRIGGER award_is_frozen ON funding_award;
DROP FUNCTION funding_award_keeps_its_sum();
""" + "".join(f"GRANT UPDATE, DELETE ON funding_{table} TO app;\n" for table in (*FROZEN, *KEPT))


class Migration(migrations.Migration):
    dependencies = [("funding", "0012_levels_holders_lots_and_fan_out")]

    operations = [migrations.RunSQL(CREATE, DROP)]
