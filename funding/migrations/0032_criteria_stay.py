"""The rules of a round's check are fixed when it opens: no row of them is changed or taken out (G§3F)."""

from django.db import migrations

SQL = """
CREATE FUNCTION funding_criterion_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM funding_review r JOIN funding_project p ON p.id = r.project_id
                   WHERE p.round_id = NEW.round_id) THEN
            RAISE EXCEPTION 'the rules of round % are fixed', NEW.round_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'criteria_stay';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the rules of round % are fixed', OLD.round_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'criteria_stay';
END $$;
CREATE TRIGGER criterion_stays BEFORE INSERT OR UPDATE OR DELETE ON funding_criterion
    FOR EACH ROW EXECUTE FUNCTION funding_criterion_stays();
"""
BACK = """
DROP TRIGGER criterion_stays ON funding_criterion;
DROP FUNCTION funding_criterion_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0031_kept_views_and_lists")]
    operations = [migrations.RunSQL(SQL, BACK)]
