"""Equality questions after a vote: their wording by nation, and how many people gave each answer. Never who."""

from datetime import date

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from communities.models.area import Nation


class EqualityQuestionSetQuerySet(models.QuerySet["EqualityQuestionSet"]):
    def in_force(self, *, nation: str, on: date) -> "EqualityQuestionSet | None":
        """The newest set of a nation on a day; England's where the nation is not known."""
        return self.filter(nation=nation or Nation.ENGLAND, starts_on__lte=on).order_by("-starts_on", "-pk").first()


class EqualityQuestionSet(models.Model):
    """The questions of one national standard, word for word and in its order.

    ``questions`` lists code, question, question_cy, source and answers (code, text, text_cy). "Prefer not to say" is
    added to each by the page.
    """

    nation = models.CharField(max_length=20, choices=Nation)
    version = models.CharField(max_length=40)
    starts_on = models.DateField()
    questions = models.JSONField()

    objects = EqualityQuestionSetQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(name="equality_set_once", fields=["nation", "version"])]

    def __str__(self) -> str:
        return f"{self.nation} {self.version}"


class EqualityAnswer(models.Model):
    """How many people gave one answer on one occasion (``poll:{slug}``); a count, so that no row is a person's (P3).

    Answers are not kept beside each other: nobody can say which age went with which ethnic group.
    """

    question_set = models.ForeignKey(EqualityQuestionSet, models.PROTECT, related_name="answers")
    occasion = models.CharField(max_length=140)
    question = models.CharField(max_length=32)
    answer = models.CharField(max_length=32)
    people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(name="equality_answer_counted_once", fields=["occasion", "question", "answer"]),
            CheckConstraint(name="equality_answer_named", condition=~Q(question="") & ~Q(answer="")),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.answer}"
