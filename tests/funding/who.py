"""Who may open pages about needs and answers, as the rows of the catalogue write it."""

HELPERS = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "other_reviewer": 200, "other_lead": 200, "others": 404}
POST_HELPERS = {part: 422 if code == 200 else code for part, code in HELPERS.items()}
LEADS = {"stranger": "sign-in", "lead": 200, "others": 404}
OPEN = {"others": 200}
OFFICERS = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}
ANY_BODY = {**OFFICERS, "other_reviewer": 200, "other_lead": 200}
POST_OFFICERS = {"stranger": "sign-in", "reviewer": 422, "lead": 422, "others": 404}
OTHERS = [f"other_{role}" for role in ("reviewer", "lead", "counting", "finance", "auditor")]
