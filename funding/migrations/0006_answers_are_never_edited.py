"""Published answers, adopted lists and histories are only ever added to: `app` may not edit or remove a row.

The trigger is the second net: it also stops a role that has the privilege. `owner` repairs by a migration alone.
"""

from django.db import migrations

TABLES = (
    "action",
    "actionevent",
    "answer",
    "cure",
    "deliveryvoice",
    "heard",
    "jointanswer",
    "mandateevent",
    "pledge",
    "priority",
    "prioritylist",
    "raisedfrom",
    "reply",
    "signature",
    "suggestionmerge",
)

FUNCTION = """
CREATE FUNCTION funding_refuse_editing_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
GUARD = "".join(
    f"""
REVOKE UPDATE, DELETE, TRUNCATE ON funding_{table} FROM app;
CREATE TRIGGER {table}_is_history BEFORE UPDATE OR DELETE OR TRUNCATE ON funding_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION funding_refuse_editing_history();
"""
    for table in TABLES
)
UNGUARD = "".join(
    f"""
DROP TRIGGER {table}_is_history ON funding_{table};
GRANT UPDATE, DELETE ON funding_{table} TO app;
"""
    for table in TABLES
)
# A mandate changes its state, never whose duty it is, for what, in which place, at which cost, or by when it was made.
FROZEN = """
CREATE FUNCTION funding_keep_mandate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.kind, NEW.body_id, NEW.area_id, NEW.round_id, NEW.priority_id, NEW.raised_id, NEW.ref,
        NEW.position, NEW.cost_pence, NEW.made_at) IS DISTINCT FROM (OLD.kind, OLD.body_id, OLD.area_id, OLD.round_id,
        OLD.priority_id, OLD.raised_id, OLD.ref, OLD.position, OLD.cost_pence, OLD.made_at) THEN
        RAISE EXCEPTION 'mandate % keeps its body, subject, place and cost', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_is_frozen BEFORE UPDATE OR DELETE ON funding_mandate
    FOR EACH ROW EXECUTE FUNCTION funding_keep_mandate();
REVOKE DELETE ON funding_mandate FROM app;
"""
THAW = """
GRANT DELETE ON funding_mandate TO app;
DROP TRIGGER mandate_is_frozen ON funding_mandate;
DROP FUNCTION funding_keep_mandate();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0005_priorities_and_mandates")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION funding_refuse_editing_history();"),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(FROZEN, THAW),
    ]
