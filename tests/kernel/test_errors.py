from renewal.kernel.errors import DomainError


class PotOverspent(DomainError):
    pass


def test_a_refusal_carries_its_facts():
    refusal = PotOverspent(asked=20_001, left=20_000)

    assert (refusal.asked, refusal.left) == (20_001, 20_000)
    assert str(refusal) == "asked=20001, left=20000"
