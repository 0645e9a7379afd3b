from funding.models.fund import Cycle, Fund
from funding.models.round import Phase, Round, Step

__all__ = ["Cycle", "Fund", "Phase", "Round", "Step"]
