"""The reports of comments on projects alone are gone: they moved to the reports of all texts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("funding", "0043_move_reports_of_project_comments")]

    operations = [migrations.DeleteModel(name="CommentReport")]
