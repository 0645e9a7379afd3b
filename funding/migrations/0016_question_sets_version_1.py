"""The first questions of each band of money. The Welsh is a draft: nobody has checked it yet."""

from django.db import migrations
from django.utils import timezone

PREVENTS = (
    "prevents",
    "long",
    "What does it prevent, or stop from getting worse?",
    "Beth mae’n ei atal, neu’n ei gadw rhag gwaethygu?",
    "This is never scored.",
    "Nid yw hyn byth yn cael ei sgorio.",
    600,
    3,
)
LEADS = (
    "leads",
    "long",
    "Who leads it, and how do the people it is for have a say?",
    "Pwy sy’n ei arwain, a sut mae’r bobl y mae ar eu cyfer yn cael dweud eu dweud?",
    "This is never scored.",
    "Nid yw hyn byth yn cael ei sgorio.",
    600,
    3,
)
SAFE = (
    "safe",
    "short",
    "Who keeps people safe, and what do they do?",
    "Pwy sy’n cadw pobl yn ddiogel, a beth maen nhw’n ei wneud?",
    "Name the role, like “our safeguarding lead”.",
    "Enwch y rôl, fel “ein harweinydd diogelu”.",
    300,
    2,
)
KNOW = (
    "know",
    "long",
    "How will you know that it worked?",
    "Sut byddwch chi’n gwybod ei fod wedi gweithio?",
    "One or two signs are enough.",
    "Mae un neu ddau arwydd yn ddigon.",
    800,
    10,
)
RISK = (
    "risk",
    "long",
    "What could go wrong, and what would you do?",
    "Beth allai fynd o’i le, a beth fyddech chi’n ei wneud?",
    "",
    "",
    800,
    10,
)
QUOTES = (
    "quotes",
    "short",
    "How did you work out the costs?",
    "Sut gwnaethoch chi gyfrifo’r costau?",
    "For example, from two quotes.",
    "Er enghraifft, o ddau ddyfynbris.",
    300,
    5,
)
AFTER = (
    "after",
    "long",
    "What happens when the money ends?",
    "Beth sy’n digwydd pan ddaw’r arian i ben?",
    "",
    "",
    800,
    10,
)
PLAN = (
    "plan",
    "long",
    "What are the main steps, and when is each done?",
    "Beth yw’r prif gamau, a phryd mae pob un yn cael ei wneud?",
    "",
    "",
    1500,
    20,
)
BOARD = (
    "board",
    "long",
    "Who decides about the work from week to week?",
    "Pwy sy’n penderfynu am y gwaith o wythnos i wythnos?",
    "",
    "",
    800,
    10,
)
OWNER = (
    "owner",
    "short",
    "Who owns it now, and what have they agreed?",
    "Pwy sy’n berchen arno nawr, a beth maen nhw wedi’i gytuno?",
    "",
    "",
    300,
    5,
)
LOCK = (
    "lock",
    "long",
    "What keeps the building or land for the community in future?",
    "Beth sy’n cadw’r adeilad neu’r tir i’r gymuned yn y dyfodol?",
    "An asset lock, a lease or a covenant.",
    "Clo asedau, les neu gyfamod.",
    600,
    10,
)
SALES = (
    "sales",
    "money",
    "What did you sell in the last 12 months?",
    "Beth werthoch chi yn y 12 mis diwethaf?",
    "Leave out grants and gifts.",
    "Gadewch grantiau a rhoddion allan.",
    1,
    5,
)
SELL = (
    "sell",
    "long",
    "What will you sell more of, and to whom?",
    "Beth fyddwch chi’n gwerthu mwy ohono, ac i bwy?",
    "",
    "",
    600,
    10,
)

# band: questions for every kind, then (question, kind) for one kind alone
SETS = {
    "up_to_1000": (
        [
            PREVENTS,
            LEADS,
            SAFE,
            ("when-known", "short", "When will it be done?", "Pryd bydd wedi’i wneud?", "", "", 120, 1),
        ],
        [],
    ),
    "up_to_5000": ([PREVENTS, LEADS, SAFE], []),
    "up_to_25000": (
        [PREVENTS, LEADS, SAFE, KNOW, RISK, QUOTES],
        [(OWNER, "asset"), (LOCK, "asset"), (SALES, "trade_back"), (SELL, "trade_back")],
    ),
    "above": (
        [PREVENTS, LEADS, SAFE, KNOW, RISK, QUOTES, PLAN, BOARD, AFTER],
        [(OWNER, "asset"), (LOCK, "asset"), (SALES, "trade_back"), (SELL, "trade_back")],
    ),
}


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    sets = apps.get_model("funding", "QuestionSet").objects.using(alias)
    questions = apps.get_model("funding", "FormQuestion").objects.using(alias)
    now = timezone.now()
    for band, (common, special) in SETS.items():
        made = sets.create(band=band, version=1, state="published", made_at=now, published_at=now)
        rows = [(row, "") for row in common] + special
        for position, ((key, kind, label, label_cy, hint, hint_cy, most, minutes), for_kind) in enumerate(
            rows, start=1
        ):
            questions.create(
                set=made,
                key=key,
                task="questions",
                position=position,
                kind=kind,
                label=label,
                label_cy=label_cy,
                hint=hint,
                hint_cy=hint_cy,
                most=most,
                minutes=minutes,
                for_kind=for_kind,
            )


def empty(apps, schema_editor):
    alias = schema_editor.connection.alias
    apps.get_model("funding", "QuestionSet").objects.using(alias).filter(version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("funding", "0015_comments")]
    operations = [migrations.RunPython(fill, empty)]
