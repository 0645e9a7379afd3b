"""Reports of comments on projects move to the reports of all texts. Who reported is not kept: a report names no person.

Officers answered these without words, so what they decided has none; the body is the one that checks the project.
"""

from django.db import migrations

MOVE = """
INSERT INTO funding_textreport
       (project_comment_id, asks, reason, words, browser, at,
        outcome, answer_words, answered_at, answered_by_id, answered_body_id)
SELECT report.comment_id, 'hide', report.reason, '', 'moved-' || report.id, report.at,
       CASE WHEN report.answered_at IS NULL THEN ''
            WHEN comment.hidden_at <= report.answered_at THEN 'hidden'
            ELSE 'left' END,
       '', report.answered_at, report.answered_by_id,
       CASE WHEN report.answered_at IS NOT NULL THEN project.checked_by_id END
  FROM funding_commentreport AS report
  JOIN funding_projectcomment AS comment ON comment.id = report.comment_id
  JOIN funding_project AS project ON project.id = comment.project_id
 ORDER BY report.id
"""
BACK = "DELETE FROM funding_textreport WHERE project_comment_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("funding", "0042_reports_of_project_comments")]

    operations = [migrations.RunSQL(MOVE, BACK)]
