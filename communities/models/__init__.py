from communities.models.area import Area, AreaLevel, Nation, PostcodeRange
from communities.models.body import Body, BodyKind, OfficerRole, Role
from communities.models.group import Group, GroupState, LegalForm, Membership, MembershipRole
from communities.models.outline import AreaOutline
from communities.models.resident import HowKnown, NearMatch, NearMatchState, Resident
from communities.models.user import User

__all__ = [
    "Area",
    "AreaLevel",
    "AreaOutline",
    "Body",
    "BodyKind",
    "Group",
    "GroupState",
    "HowKnown",
    "LegalForm",
    "Membership",
    "MembershipRole",
    "Nation",
    "NearMatch",
    "NearMatchState",
    "OfficerRole",
    "PostcodeRange",
    "Resident",
    "Role",
    "User",
]
