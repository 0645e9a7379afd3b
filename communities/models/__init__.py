from communities.models.area import Area, AreaLevel, Nation, PostcodeRange
from communities.models.body import Body, BodyKind, OfficerRole, Role
from communities.models.group import Group, GroupState, LegalForm, Membership, MembershipRole
from communities.models.user import User

__all__ = [
    "Area",
    "AreaLevel",
    "Body",
    "BodyKind",
    "Group",
    "GroupState",
    "LegalForm",
    "Membership",
    "MembershipRole",
    "Nation",
    "OfficerRole",
    "PostcodeRange",
    "Role",
    "User",
]
