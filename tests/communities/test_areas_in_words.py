"""An area knows how it is spoken of in the reader's language."""

from django.utils import translation

from communities.models import Area


def test_an_area_is_spoken_of_in_the_readers_language():
    uk = Area(name="United Kingdom", name_cy="Y Deyrnas Unedig")

    with translation.override("en"):
        assert (uk.spoken, uk.within) == ("the United Kingdom", "in the United Kingdom")
    with translation.override("cy"):
        assert (uk.spoken, uk.within) == ("y Deyrnas Unedig", "yn y Deyrnas Unedig")


def test_a_name_in_wales_is_mutated_and_an_english_name_is_not():
    with translation.override("cy"):
        assert Area(name="Bro Hafren", name_cy="Bro Hafren", nation="wales").within == "ym Mro Hafren"
        assert Area(name="Coldbrook", name_cy="Coldbrook", nation="england").within == "yn Coldbrook"
        assert Area(name="Bristol, City of", nation="england").within == "yn Bristol"
