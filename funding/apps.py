from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"

    def ready(self) -> None:
        from communities.holding_money import set_held_money
        from funding import area_sections, helped_deeds, money_sections, resident_ways, staff_entries
        from funding.services.held_money import held_under, move_to_holder

        set_held_money(held_under, move_to_holder)
        staff_entries.register()
        helped_deeds.register()
        resident_ways.register()
        area_sections.register()
        money_sections.register()
