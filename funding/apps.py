from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"

    def ready(self) -> None:
        from funding import area_sections, helped_deeds, money_sections, resident_ways, staff_entries

        staff_entries.register()
        helped_deeds.register()
        resident_ways.register()
        area_sections.register()
        money_sections.register()
