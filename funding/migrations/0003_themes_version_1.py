"""The first version of the closed list of themes and tags. The Welsh names are drafts: nobody has checked them yet."""

from datetime import date

from django.db import migrations

# code, name, Welsh name, [(code, name, Welsh name) of the themes within]
STRANDS = [
    ("homes", "Safe and affordable homes", "Cartrefi diogel a fforddiadwy", []),
    ("services", "Libraries and local services", "Llyfrgelloedd a gwasanaethau lleol", []),
    (
        "online",
        "Getting online",
        "Mynd ar-lein",
        [
            ("online-cost", "The cost of being online", "Cost bod ar-lein"),
            ("online-devices", "Devices", "Dyfeisiau"),
            ("online-skills", "Skills for being online", "Sgiliau ar gyfer bod ar-lein"),
            ("online-support", "Help with being online", "Cymorth i fod ar-lein"),
        ],
    ),
    (
        "places",
        "Places and activities",
        "Lleoedd a gweithgareddau",
        [
            ("youth", "Youth services", "Gwasanaethau ieuenctid"),
            ("lunch-clubs", "Lunch clubs", "Clybiau cinio"),
            ("arts", "Arts and culture", "Celfyddydau a diwylliant"),
            ("enterprise", "Starting a micro-enterprise", "Dechrau microfenter"),
        ],
    ),
    ("connecting", "Connecting people", "Cysylltu pobl", []),
]
TAGS = [
    ("mental-health", "Mental health", "Iechyd meddwl"),
    ("loneliness", "Loneliness", "Unigrwydd"),
    ("bereavement", "Bereavement", "Profedigaeth"),
    ("generations", "Generations together", "Cenedlaethau gyda’i gilydd"),
    ("disability", "Disability", "Anabledd"),
    ("racial-equality", "Racial equality", "Cydraddoldeb hiliol"),
    ("livelihoods", "Livelihoods and high street", "Bywoliaeth a’r stryd fawr"),
    ("food", "Food", "Bwyd"),
    ("lost-learning", "Lost learning", "Dysgu a gollwyd"),
    ("health", "Health", "Iechyd"),
    ("social-care", "Social care", "Gofal cymdeithasol"),
    ("climate", "Climate", "Hinsawdd"),
]


def fill(apps, schema_editor):
    lists = apps.get_model("funding", "ThemeList").objects.using(schema_editor.connection.alias)
    themes = apps.get_model("funding", "Theme").objects.using(schema_editor.connection.alias)
    first = lists.create(version=1, adopted_on=date(2026, 11, 2))
    position = 0
    for code, name, name_cy, within in STRANDS:
        position += 1
        strand = themes.create(list=first, code=code, kind="strand", name=name, name_cy=name_cy, position=position)
        for inner, inner_name, inner_cy in within:
            position += 1
            themes.create(
                list=first,
                code=inner,
                kind="theme",
                strand=strand,
                name=inner_name,
                name_cy=inner_cy,
                position=position,
            )
    for code, name, name_cy in TAGS:
        position += 1
        themes.create(list=first, code=code, kind="tag", name=name, name_cy=name_cy, position=position)


def empty(apps, schema_editor):
    alias = schema_editor.connection.alias
    apps.get_model("funding", "Theme").objects.using(alias).filter(list__version=1, kind="theme").delete()
    apps.get_model("funding", "Theme").objects.using(alias).filter(list__version=1).delete()
    apps.get_model("funding", "ThemeList").objects.using(alias).filter(version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("funding", "0002_projects_and_checks")]
    operations = [migrations.RunPython(fill, empty)]
