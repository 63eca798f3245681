"""Sign-in of people who do not come from an EHR."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
