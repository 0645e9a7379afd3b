"""The database itself refuses a check, a finding or a decision by an officer with a barring interest (P2).

It refuses too when the officer has not declared their interests for the round, and it keeps a sent version as it is.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION funding_refuse_barred(officer bigint, project bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF officer IS NULL THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT 1 FROM funding_interestdeclaration i
               WHERE i.officer_id = officer AND i.project_id = project AND i.bars) THEN
        RAISE EXCEPTION 'officer % has declared an interest in project %', officer, project
            USING ERRCODE = 'check_violation', CONSTRAINT = 'interest_bars';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM funding_rounddeclaration d JOIN funding_project p ON p.round_id = d.round_id
                   WHERE d.officer_id = officer AND p.id = project) THEN
        RAISE EXCEPTION 'officer % has not declared interests for the round of project %', officer, project
            USING ERRCODE = 'check_violation', CONSTRAINT = 'interest_declared_first';
    END IF;
END $$;

CREATE FUNCTION funding_review_by_unbarred() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.began_at IS NOT NULL AND NEW.ended_at IS NULL THEN
        PERFORM funding_refuse_barred(NEW.officer_id, NEW.project_id);
    END IF;
    IF NEW.costed_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.costed_by_id IS DISTINCT FROM NEW.costed_by_id) THEN
        PERFORM funding_refuse_barred(NEW.costed_by_id, NEW.project_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_by_unbarred BEFORE INSERT OR UPDATE ON funding_review
    FOR EACH ROW EXECUTE FUNCTION funding_review_by_unbarred();

CREATE FUNCTION funding_finding_by_unbarred() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM funding_refuse_barred(r.officer_id, r.project_id) FROM funding_review r WHERE r.id = NEW.review_id;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_by_unbarred BEFORE INSERT OR UPDATE ON funding_finding
    FOR EACH ROW EXECUTE FUNCTION funding_finding_by_unbarred();

CREATE FUNCTION funding_decision_by_unbarred() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM funding_refuse_barred(NEW.proposed_by_id, NEW.project_id);
    END IF;
    IF NEW.seconded_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.seconded_by_id IS NULL) THEN
        PERFORM funding_refuse_barred(NEW.seconded_by_id, NEW.project_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_by_unbarred BEFORE INSERT OR UPDATE ON funding_decision
    FOR EACH ROW EXECUTE FUNCTION funding_decision_by_unbarred();

CREATE FUNCTION funding_appeal_by_different_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided funding_decision%ROWTYPE;
BEGIN
    IF NEW.heard_by_id IS NOT NULL THEN
        SELECT * INTO decided FROM funding_decision d WHERE d.id = NEW.decision_id;
        IF NEW.heard_by_id IN (decided.proposed_by_id, decided.seconded_by_id)
           OR EXISTS (SELECT 1 FROM funding_review r
                      WHERE r.project_id = decided.project_id AND r.officer_id = NEW.heard_by_id) THEN
            RAISE EXCEPTION 'officer % took part in the decision that appeal % disputes', NEW.heard_by_id, NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_by_different_people';
        END IF;
        PERFORM funding_refuse_barred(NEW.heard_by_id, decided.project_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appeal_by_different_people BEFORE INSERT OR UPDATE ON funding_appeal
    FOR EACH ROW EXECUTE FUNCTION funding_appeal_by_different_people();

REVOKE UPDATE, DELETE ON funding_projectversion FROM app;
REVOKE UPDATE, DELETE ON funding_interestdeclaration FROM app;
REVOKE UPDATE, DELETE ON funding_rounddeclaration FROM app;
"""

REVERSE = """
GRANT UPDATE, DELETE ON funding_rounddeclaration TO app;
GRANT UPDATE, DELETE ON funding_interestdeclaration TO app;
GRANT UPDATE, DELETE ON funding_projectversion TO app;
DROP TRIGGER appeal_by_different_people ON funding_appeal;
DROP FUNCTION funding_appeal_by_different_people();
DROP TRIGGER decision_by_unbarred ON funding_decision;
DROP FUNCTION funding_decision_by_unbarred();
DROP TRIGGER finding_by_unbarred ON funding_finding;
DROP FUNCTION funding_finding_by_unbarred();
DROP TRIGGER review_by_unbarred ON funding_review;
DROP FUNCTION funding_review_by_unbarred();
DROP FUNCTION funding_refuse_barred(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0003_themes_version_1")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
