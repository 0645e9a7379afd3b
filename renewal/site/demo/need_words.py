"""What people of the demo's areas ask for, in English and Welsh, and the share of voters in thousandths who tick it."""

# slug of the round without its year: (voters, [(English, Welsh, theme, thousandths of voters)])
NEEDS: dict[str, tuple[int, list[tuple[str, str, str, int]]]] = {
    "ashcombe-north": (
        214,
        [
            ("Somewhere warm to meet", "Rhywle cynnes i gyfarfod", "places", 640),
            ("Getting to the clinic without a car", "Cyrraedd y clinig heb gar", "health", 520),
            ("Things for young people to do after dark", "Pethau i bobl ifanc eu gwneud ar ôl iddi nosi", "youth", 410),
            ("A safer walk along the river", "Taith gerdded fwy diogel ar hyd yr afon", "connecting", 300),
            ("Somewhere to charge a phone and get online", "Rhywle i wefru ffôn a mynd ar-lein", "online-cost", 190),
        ],
    ),
    "ashcombe-south": (
        60,
        [
            ("A place to eat together once a week", "Lle i gyd-fwyta unwaith yr wythnos", "lunch-clubs", 600),
            ("Damp homes put right before winter", "Trwsio cartrefi llaith cyn y gaeaf", "homes", 450),
            (
                "Help with forms that are only online",
                "Cymorth gyda ffurflenni sydd ar-lein yn unig",
                "online-support",
                320,
            ),
        ],
    ),
    "ashcombe-riverside": (
        50,
        [
            ("The library open on Saturdays", "Y llyfrgell ar agor ar ddydd Sadwrn", "services", 590),
            ("Someone to talk to after a death", "Rhywun i siarad ag ef ar ôl marwolaeth", "bereavement", 400),
            ("A workshop to mend things", "Gweithdy i drwsio pethau", "climate", 300),
        ],
    ),
    "ashcombe-hill": (
        50,
        [
            ("A crossing outside the school", "Croesfan y tu allan i’r ysgol", "connecting", 610),
            ("Cheap space to start a small business", "Lle rhad i ddechrau busnes bach", "enterprise", 380),
        ],
    ),
    "llanhafren": (
        70,
        [
            ("Somewhere to learn Welsh together", "Rhywle i ddysgu Cymraeg gyda’n gilydd", "connecting", 600),
            ("A doctor’s appointment in Welsh", "Apwyntiad meddyg yn Gymraeg", "health", 470),
            ("The village hall open in the evenings", "Neuadd y pentref ar agor gyda’r nos", "places", 350),
        ],
    ),
    "pontyfelin": (
        55,
        [
            ("A bus home after nine at night", "Bws adref ar ôl naw y nos", "connecting", 580),
            ("A warm room beside the chapel", "Ystafell gynnes wrth ymyl y capel", "places", 430),
        ],
    ),
    "cwm-derw": (
        60,
        [
            ("Faster internet up the valley", "Rhyngrwyd cyflymach i fyny’r cwm", "online-cost", 620),
            ("A shared garden", "Gardd i bawb", "food", 400),
        ],
    ),
    "traeth-arian": (
        65,
        [
            ("Toilets open all year by the beach", "Toiledau ar agor drwy’r flwyddyn ger y traeth", "services", 600),
            ("Choir and music in winter", "Côr a cherddoriaeth yn y gaeaf", "arts", 420),
        ],
    ),
}
# The round that takes needs now: (English, Welsh, theme, browsers that support it, people who said it offline)
OPEN_NEEDS = [
    ("A place for the food bank that is not the car park", "Lle i’r banc bwyd nad yw’n faes parcio", "food", 31, 14),
    ("Benches on the way to the shop", "Meinciau ar y ffordd i’r siop", "connecting", 18, 22),
    ("Somewhere for teenagers that is not the bus stop", "Rhywle i bobl ifanc heblaw’r safle bws", "youth", 27, 0),
    ("Help to use a tablet", "Cymorth i ddefnyddio llechen", "online-skills", 9, 11),
    ("Lights on the path behind the school", "Goleuadau ar y llwybr y tu ôl i’r ysgol", "connecting", 12, 3),
    ("A light for the path behind the school", "Golau ar y llwybr y tu ôl i’r ysgol", "connecting", 4, 0),
    ("Music lessons that do not cost much", "Gwersi cerdd nad ydynt yn costio llawer", "arts", 7, 0),
]
COMMENTS = [
    ("Dev", "en", "Yes. My nan cannot stand that long in the rain."),
    ("Amina", "en", "There is a room above the market that nobody uses."),
    ("", "en", "Could the church hall do it on Tuesdays?"),
]
