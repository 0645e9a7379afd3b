"""The states of funding's pages; each noun group keeps them in tests/funding/catalogue/."""

from tests.funding.permissions import MODULES
from tests.support.lists import more_of

PAGES = [page for module in MODULES for page in getattr(module, "PAGES", [])]
LISTS = [page for module in MODULES for page in getattr(module, "LISTS", [])]
LISTS += [
    more_of(PAGES, "funding:mandate_detail", "confirmed", "ActionEvent", "DeliveryVoice", "Answer"),
    more_of(PAGES, "funding:action_report", "disputed", "ActionEvent", "DeliveryVoice"),
    more_of(PAGES, "funding:own_projects", "one project", "Project"),
    more_of(PAGES, "funding:own_project", "a second officer reads it", "BudgetLine"),
    more_of(PAGES, "funding:review", "not begun", "Attachment"),
    more_of(PAGES, "funding:application_tasks", "an offer to combine", "CombineOffer"),
    more_of(PAGES, "funding:steward_home", "with work", "AllocationRun", "FanOut"),
    more_of(PAGES, "funding:suggest", "sounds alike", "Suggestion"),
    more_of(PAGES, "funding:suggestion_detail", "with trace and comments", "SuggestionComment", "SuggestionMerge"),
    more_of(PAGES, "funding:priorities_staff", "adopted", "Priority", "Mandate"),
    more_of(PAGES, "funding:priority_version", "newest", "Priority"),
    more_of(PAGES, "funding:panel_meeting", "minutes being written", "PanelItem.review"),
    more_of(PAGES, "funding:unspent", "rolled", "RolloverLot"),
    more_of(PAGES, "funding:panels", "one", "Panel"),
    more_of(PAGES, "funding:panel", "a project waits", "PanelMeeting"),
    more_of(PAGES, "funding:project_detail", "with comments", "ProjectComment"),
    more_of(PAGES, "funding:gathering_detail", "yearly table", "Heard", "TableSeat", "TableAction"),
    more_of(PAGES, "funding:gathering_record", "yearly table", "Heard", "TableSeat", "TableAction"),
    more_of(PAGES, "funding:question_detail", "replied", "Reply"),
    more_of(PAGES, "funding:gatherings_staff", "one to come", "Gathering"),
    more_of(PAGES, "funding:gates", "one", "AwardGate.award"),
    more_of(PAGES, "funding:review_partners", "one waits, one held, one clear", "PartnerCheck"),
    more_of(PAGES, "funding:staff_rounds", "two", "Round"),
    more_of(PAGES, "funding:purses", "one open", "SmallPurse"),
    more_of(PAGES, "funding:change_requests", "one", "Decision.review"),
]
