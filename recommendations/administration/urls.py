"""Addresses of the pages on prompts and models."""

from django.urls import path

from recommendations.administration import views

urlpatterns = [
    path("", views.home, name="prompts"),
    path("text/<slug:name>/<int:version>/", views.text, name="prompt-text"),
    path("<slug:key>/", views.document, name="prompts-of"),
    path("<slug:key>/<slug:verb>/", views.act, name="prompt-act"),
]
