"""The powers of R7's table in people's words."""

from django.utils.translation import gettext as _


def power_words(power: str) -> str:
    """Say a power in the reader's language; a code without words is shown as it is."""
    return {
        "small_works": _("Small works on land"),
        "community_buildings": _("Community buildings"),
        "events": _("Events"),
        "kit": _("Equipment"),
        "access_points": _("Places to get online"),
        "parks": _("Parks"),
        "leisure": _("Leisure"),
        "licensing": _("Licensing"),
        "local_planning": _("Local planning"),
        "highways": _("Roads and pavements"),
        "libraries": _("Libraries"),
        "social_care": _("Social care"),
        "schools_estate": _("School buildings"),
        "transport": _("Buses, trams and trains"),
        "adult_skills": _("Training for adults"),
        "regional_networks": _("Networks of a region"),
        "devolved_matters": _("What the nation’s government decides"),
        "reserved_matters": _("What the United Kingdom decides"),
    }.get(power, power)
