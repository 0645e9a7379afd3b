"""What two officers put on record about an emergency never changes, and no row of it is taken out (G-4.2-A1)."""

from django.db import migrations

SQL = """
CREATE FUNCTION funding_emergency_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'proposed'
       AND (NEW.project_id, NEW.reason, NEW.words, NEW.words_cy, NEW.evidence, NEW.body_id, NEW.proposed_by_id,
            NEW.proposed_at)
         = (OLD.project_id, OLD.reason, OLD.words, OLD.words_cy, OLD.evidence, OLD.body_id, OLD.proposed_by_id,
            OLD.proposed_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the emergency route % is on record', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_stays';
END $$;
CREATE TRIGGER emergency_stays BEFORE UPDATE OR DELETE ON funding_emergencyroute
    FOR EACH ROW EXECUTE FUNCTION funding_emergency_stays();
"""
BACK = """
DROP TRIGGER emergency_stays ON funding_emergencyroute;
DROP FUNCTION funding_emergency_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0040_emergency_routes")]
    operations = [migrations.RunSQL(SQL, BACK)]
