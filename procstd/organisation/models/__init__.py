from procstd.organisation.models.department import Department
from procstd.organisation.models.person import User
from procstd.organisation.models.post import Post, PostHolding
from procstd.organisation.models.session import Session
from procstd.organisation.models.substitution import Substitution
from procstd.organisation.models.token import ApiToken

__all__ = ["ApiToken", "Department", "Post", "PostHolding", "Session", "Substitution", "User"]
