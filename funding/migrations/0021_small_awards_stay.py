"""What was set aside, supported or decided for small awards stays as it was."""

from django.db import migrations

FROZEN = ("pursepart", "smallsupport")
KEPT = ("smallpurse", "smallmonth", "smallidea")

CREATE = (
    "".join(f"REVOKE UPDATE, DELETE, TRUNCATE ON funding_{table} FROM app;\n" for table in FROZEN)
    + "".join(f"REVOKE DELETE, TRUNCATE ON funding_{table} FROM app;\n" for table in KEPT)
    + """
CREATE FUNCTION funding_small_month_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL OR (NEW.purse_id, NEW.first_day, NEW.commitment, NEW.committed_at, NEW.secret)
       IS DISTINCT FROM (OLD.purse_id, OLD.first_day, OLD.commitment, OLD.committed_at, OLD.secret) THEN
        RAISE EXCEPTION 'month % is committed or decided and stays', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'small_month_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER small_month_stays BEFORE UPDATE ON funding_smallmonth
    FOR EACH ROW EXECUTE FUNCTION funding_small_month_stays();
"""
)
DROP = """
DROP TRIGGER small_month_stays ON funding_smallmonth;
DROP FUNCTION funding_small_month_stays();
""" + "".join(f"GRANT UPDATE, DELETE ON funding_{table} TO app;\n" for table in (*FROZEN, *KEPT))


class Migration(migrations.Migration):
    dependencies = [("funding", "0020_small_awards")]

    operations = [migrations.RunSQL(CREATE, DROP)]
