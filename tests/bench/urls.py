"""The platform's pages beside the floor of every bench: a view that inserts one row."""

import time

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from renewal.urls import urlpatterns as ours
from voting.models import TryCount


def insert_one(request: HttpRequest) -> HttpResponse:
    TryCount.objects.create(key=f"{time.perf_counter_ns():064x}", hour=timezone.now())
    return HttpResponse("done")


urlpatterns = [*ours, path("floor/", insert_one)]  # last, so that finding it takes as long as finding a page
