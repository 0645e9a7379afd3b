"""Nobody votes on a panel about a project to which they named a link; signed minutes never change (G§3F, P2)."""

from django.db import migrations

SQL = """
CREATE FUNCTION funding_panel_vote_without_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.part IN ('for', 'against', 'abstained') AND EXISTS (
        SELECT 1 FROM funding_interestdeclaration i
        JOIN funding_review r ON r.project_id = i.project_id
        JOIN funding_panelitem p ON p.review_id = r.id
        JOIN funding_panelseat s ON s.user_id = i.officer_id
        WHERE p.id = NEW.item_id AND s.id = NEW.seat_id AND i.bars
    ) THEN
        RAISE EXCEPTION 'seat % has a link to the project of item %', NEW.seat_id, NEW.item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'panel_vote_without_link';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER panel_vote_without_link BEFORE INSERT OR UPDATE ON funding_panelvoice
    FOR EACH ROW EXECUTE FUNCTION funding_panel_vote_without_link();

CREATE FUNCTION funding_panel_refuse_signed(meeting bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM funding_panelmeeting m WHERE m.id = meeting AND m.state = 'signed') THEN
        RAISE EXCEPTION 'the minutes of meeting % are signed', meeting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'panel_minutes_stay';
    END IF;
END $$;

CREATE FUNCTION funding_panel_item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM funding_panel_refuse_signed(OLD.meeting_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM funding_panel_refuse_signed(NEW.meeting_id); RETURN NEW; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER panel_item_stays BEFORE INSERT OR UPDATE OR DELETE ON funding_panelitem
    FOR EACH ROW EXECUTE FUNCTION funding_panel_item_stays();

CREATE FUNCTION funding_panel_voice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM funding_panel_refuse_signed(p.meeting_id) FROM funding_panelitem p
        WHERE p.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER panel_voice_stays BEFORE INSERT OR UPDATE OR DELETE ON funding_panelvoice
    FOR EACH ROW EXECUTE FUNCTION funding_panel_voice_stays();

CREATE FUNCTION funding_panel_meeting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'signed' THEN
        RAISE EXCEPTION 'the minutes of meeting % are signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'panel_minutes_stay';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER panel_meeting_stays BEFORE UPDATE OR DELETE ON funding_panelmeeting
    FOR EACH ROW EXECUTE FUNCTION funding_panel_meeting_stays();
"""
BACK = """
DROP TRIGGER panel_meeting_stays ON funding_panelmeeting;
DROP FUNCTION funding_panel_meeting_stays();
DROP TRIGGER panel_voice_stays ON funding_panelvoice;
DROP FUNCTION funding_panel_voice_stays();
DROP TRIGGER panel_item_stays ON funding_panelitem;
DROP FUNCTION funding_panel_item_stays();
DROP FUNCTION funding_panel_refuse_signed(bigint);
DROP TRIGGER panel_vote_without_link ON funding_panelvoice;
DROP FUNCTION funding_panel_vote_without_link();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0024_panels")]
    operations = [migrations.RunSQL(SQL, BACK)]
